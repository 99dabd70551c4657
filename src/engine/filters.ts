// The filters of `ps -f` and `container prune --filter`: `status=exited`, `label=stage=test` … Of several with the same
// name one has to hold, and of each name at least one; but all labels have to.

import { resolve } from 'node:path';
import { findContainer } from '../runtime/names.ts';
import type { ContainerSummary } from './list.ts';

export interface Filter {
  name: string;
  value: string;
}

/** @throws Error when it is not of the form NAME=VALUE. */
export function parseFilter(text: string): Filter {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined)
    throw new Error('invalid argument: bad format of filter (expected name=value)');
  return { name: name.trim().toLowerCase(), value: value.trim() };
}

type Test = (container: ContainerSummary) => boolean;

const STATUSES = ['created', 'running', 'paused', 'restarting', 'removing', 'exited', 'dead', 'damaged'];
const HEALTHS = ['starting', 'healthy', 'unhealthy', 'none'];

/** What each filter asks of a container. @param all the containers there are, the newest first. */
const KINDS: Record<string, (value: string, all: readonly ContainerSummary[]) => Test> = {
  ancestor:
    (value) =>
    ({ image }) =>
      image === value.replace(/:latest$/, ''),
  before:
    (value, all) =>
    ({ createdAt }) =>
      createdAt < creationOf(value, all),
  since:
    (value, all) =>
    ({ createdAt }) =>
      createdAt > creationOf(value, all),
  exited: (value) => {
    const code = Number(oneOf(value, /^\d+$/, 'exited', 'a number'));
    return ({ status, exitCode }) => status === 'exited' && exitCode === code;
  },
  health: (value) => {
    oneOf(value, HEALTHS, 'health');
    return ({ health = 'none' }) => health === value;
  },
  id:
    (value) =>
    ({ id }) =>
      id === value || matches(value, id),
  label: (value) => {
    const [, name = value, wanted] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
    return ({ labels }) => Object.hasOwn(labels, name) && (wanted === undefined || labels[name] === wanted);
  },
  name:
    (value) =>
    ({ name }) =>
      matches(value, name) || matches(value, `/${name}`),
  network:
    (value) =>
    ({ network }) =>
      network === value,
  status: (value) => {
    oneOf(value, STATUSES, 'status');
    return ({ status }) => status === value;
  },
  volume:
    (value) =>
    ({ mounts }) =>
      mounts.some(
        ({ name, source, destination }) =>
          [name, source, destination].includes(value) || destination === resolve(value),
      ),
  // There are neither tasks nor ports.
  'is-task': (value) => () => value === 'false',
  publish: () => () => false,
  expose: () => () => false,
};

function oneOf(value: string, allowed: readonly string[] | RegExp, name: string, what?: string): string {
  const isAllowed = Array.isArray(allowed) ? allowed.includes(value) : (allowed as RegExp).test(value);
  if (isAllowed) return value;
  throw new Error(`invalid filter '${name}=${value}': it is one of ${what ?? (allowed as string[]).join(', ')}`);
}

/** A name or an id as a regular expression, as with Docker. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern).test(text);
  } catch {
    return pattern === text;
  }
}

function creationOf(reference: string, all: readonly ContainerSummary[]): string {
  const id = findContainer(reference);
  return all.find((container) => container.id === id)?.createdAt ?? '';
}

/** @returns what all these filters ask together. @throws Error for one that is not there, or has no such value. */
export function compileFilters(filters: readonly Filter[], all: readonly ContainerSummary[]): Test {
  const tests = new Map<string, Test[]>();
  for (const { name, value } of filters) {
    const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
    if (!kind) throw new Error(`invalid filter '${name}'. There are ${Object.keys(KINDS).join(', ')}`);
    tests.set(name, [...(tests.get(name) ?? []), kind(value, all)]);
  }
  return (container) =>
    [...tests].every(([name, each]) => {
      const holds = (test: Test) => test(container);
      return name === 'label' ? each.every(holds) : each.some(holds);
    });
}
