// `npm run bench -- oci`: slipway-oci beside runc, and crun where it is installed and runs here. What each step of a
// container's life takes, an exec, and a hundred containers.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { poll } from '../src/linux/poll.ts';
import { env, lifeline, median, node, outputOf, print, race, repository, scratch, slipway, turns } from './arena.ts';

const slipwayOci = join(repository, 'slipway-oci');
const MANY = 100;

interface Runtime {
  name: string;
  /** Before the command. */
  words: string[];
}

type Step = 'create' | 'start' | 'delete';
const STEPS: readonly Step[] = ['create', 'start', 'delete'];

let bundle: string;

export function ociMain(): void {
  outputOf([slipway, 'run', '--rm', 'box', 'true']); // installs, bundles, makes box, mounts the seal
  bundle = makeBundle(outputOf(['sh', '-c', 'echo "$SLIPWAY_ROOT"/layers/box-*']).trim());
  const runtimes = [runtime('runc', 'runc'), runtime('crun', 'crun'), runtime('slipway-oci', slipwayOci)].filter(works);
  const starts = race([
    { name: 'node -e 0', command: [node, '-e', '0'] },
    { name: 'slipway-oci --version', command: [slipwayOci, '--version'] },
  ]);
  print('A start of Node, and with our program in it', starts, 'node -e 0');
  printSteps(runtimes, median(starts[0]?.times ?? []));
  printExec(runtimes);
  printMany(runtimes);
}

function runtime(name: string, program: string): Runtime {
  return { name, words: [program, '--root', join(scratch, `state-${name}`)] };
}

/** A bundle of box whose root nobody writes to. */
function makeBundle(rootfs: string): string {
  const folder = join(scratch, 'bundle');
  mkdirSync(folder);
  const spec = JSON.parse(outputOf([slipway, 'spec', 'box', 'true']));
  spec.root = { path: rootfs, readonly: true };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(spec));
  return folder;
}

function works(candidate: Runtime): boolean {
  try {
    live(candidate, 'first');
    return true;
  } catch (error) {
    console.log(`left out: ${candidate.name}: ${(error as Error).message}`);
    return false;
  }
}

function printSteps(runtimes: readonly Runtime[], nodeMs: number): void {
  const times = new Map(runtimes.map(({ name }) => [name, [] as Record<Step, number>[]]));
  for (let turn = 0; turn < turns; turn++)
    for (const each of runtimes) times.get(each.name)?.push(live(each, `turn-${turn}`));
  const rows = runtimes.map(({ name }) => {
    const of = (step: Step) => median((times.get(name) ?? []).map((lap) => lap[step]).sort((a, b) => a - b));
    return { name, ms: STEPS.map(of) };
  });
  const runc = rows.find(({ name }) => name === 'runc');
  if (runc) rows.push({ name: 'runc + a start of Node each', ms: runc.ms.map((each) => each + nodeMs) });
  printTable(`create, start and delete of \`true\` (median of ${turns}, ms)`, [...STEPS, 'all'], rows.map(withSum));
}

interface Row {
  name: string;
  ms: number[];
}

function withSum({ name, ms }: Row): Row {
  return { name, ms: [...ms, ms.reduce((sum, each) => sum + each, 0)] };
}

function printTable(title: string, heads: readonly string[], rows: readonly Row[]): void {
  console.log(`\n${title}\n\n  ${''.padEnd(28)}${heads.map((head) => head.padStart(9)).join('')}`);
  for (const { name, ms } of rows)
    console.log(`  ${name.padEnd(28)}${ms.map((each) => each.toFixed(1).padStart(9)).join('')}`);
}

/** One container from create to delete. @returns milliseconds. */
function live({ words }: Runtime, id: string): Record<Step, number> {
  const pidFile = join(scratch, 'pid');
  const create = timed([...words, 'create', '--bundle', bundle, '--pid-file', pidFile, id]);
  const start = timed([...words, 'start', id]);
  awaitEnd(Number(readFileSync(pidFile, 'utf8')));
  return { create, start, delete: timed([...words, 'delete', id]) };
}

/** Until the process is gone or a zombie: not part of what is measured. */
function awaitEnd(pid: number): void {
  while (existsSync(`/proc/${pid}`) && !/\) [ZX] /.test(statOf(pid))) poll([], 1);
}

function statOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return ') X ';
  }
}

/** Milliseconds. A container has our own stdout and stderr, so these are no pipes that somebody would wait for. @throws Error when it fails. */
function timed([program = '', ...words]: readonly string[]): number {
  const begin = process.hrtime.bigint();
  const { status, error } = spawnSync(program, words, { env, stdio: ['ignore', 'ignore', 'ignore', lifeline] });
  if (status !== 0) throw error ?? new Error(`${program} ${words.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

function printExec(runtimes: readonly Runtime[]): void {
  const running = join(scratch, 'running');
  mkdirSync(running);
  const spec = JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8'));
  spec.process.args = ['sleep', '1000'];
  writeFileSync(join(running, 'config.json'), JSON.stringify(spec));
  for (const { words } of runtimes) timed([...words, 'run', '--detach', '--bundle', running, 'exec']);
  const contenders = runtimes.map(({ name, words }) => ({
    name: `${name} exec`,
    command: [...words, 'exec', 'exec', 'true'],
  }));
  print(
    'A second program in a container',
    race([{ name: 'node -e 0', command: [node, '-e', '0'] }, ...contenders]),
    'node -e 0',
  );
  for (const { words } of runtimes) timed([...words, 'delete', '--force', 'exec']);
}

/** All are there before the first is deleted. */
function printMany(runtimes: readonly Runtime[]): void {
  const ids = Array.from({ length: MANY }, (_, index) => `many-${index}`);
  const rows = runtimes.map(({ name, words }) => {
    const sum = (times: number[]) => times.reduce((total, each) => total + each, 0);
    const created = sum(ids.map((id) => timed([...words, 'create', '--bundle', bundle, id])));
    const deleted = sum(ids.map((id) => timed([...words, 'delete', '--force', id])));
    return { name, ms: [created, deleted] };
  });
  printTable(`${MANY} containers, all at once (ms in all)`, ['create', 'delete', 'all'], rows.map(withSum));
}
