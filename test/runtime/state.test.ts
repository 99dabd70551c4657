import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { containerFolder } from '../../src/runtime/places.ts';
import { identityOf, isAlive, loadState, type State, saveState } from '../../src/runtime/state.ts';
import { idOf, storeForEach } from './store.ts';

storeForEach();
const id = idOf('a');
const path = () => join(containerFolder(id), 'state.json');

beforeEach(() => {
  mkdirSync(containerFolder(id), { recursive: true });
});

const running = (): State => ({ status: 'running', ...identityOf(process.pid), cgroupPath: `/slipway/${id}` });

describe('a state', () => {
  test('is read as it was written, and leaves no other file', () => {
    saveState(id, running());
    expect(loadState(id)).toEqual(running());
    expect(readdirSync(containerFolder(id))).toEqual(['state.json']);
  });

  test('that is not there is that of a container which never ran', () => {
    expect(loadState(id)).toEqual({ status: 'created' });
  });

  test('of a process that is gone has become exited, with 137', () => {
    saveState(id, { ...running(), pidStartedAt: '1' });
    expect(loadState(id)).toMatchObject({ status: 'exited', exitCode: 137 });
  });

  test('of before the machine was started anew has become exited, with 255', () => {
    saveState(id, { ...running(), bootId: 'another' });
    expect(loadState(id)).toMatchObject({ status: 'exited', exitCode: 255 });
  });

  test.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"status":"odd"}',
    '{"status":"exited"}',
    '{"status":"running","pid":"1"}',
    '{"status":"running","pid":-1}',
    '{"status":"running","pid":1.5}',
    '{"status":"exited","exitCode":0,"cgroupPath":7}',
  ])('that is damaged says nothing of any process: %s', (text) => {
    writeFileSync(path(), text);
    expect(loadState(id)).toEqual({ status: 'exited', exitCode: 255 });
  });
});

describe('a process is that of a state', () => {
  test('when pid, start and boot are the same', () => {
    expect(isAlive(running())).toBe(true);
  });

  test.each<Partial<State>>([
    { pid: 4_000_000 },
    { pidStartedAt: '0' },
    { pidStartedAt: '' },
    { bootId: '' },
    { pid: 1 },
  ])('and not with %j', (change) => {
    expect(isAlive({ ...running(), ...change })).toBe(false);
  });

  test('and not when something is missing', () => {
    const { pid, pidStartedAt, bootId } = running() as Required<State>;
    expect(isAlive({ status: 'running' })).toBe(false);
    expect(isAlive({ status: 'running', pid, bootId })).toBe(false);
    expect(isAlive({ status: 'running', pid: 4_000_000, bootId })).toBe(false);
    expect(isAlive({ status: 'running', pid, pidStartedAt })).toBe(false);
  });
});

test('the start of a process is found behind a name that looks like more of the line', () => {
  const { pidStartedAt } = identityOf(process.pid);
  const stat = readFileSync(`/proc/${process.pid}/stat`, 'utf8');
  expect(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]).toBe(pidStartedAt);
});
