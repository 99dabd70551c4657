// `npm run bench`: how fast Slipway is, side by side with its peers in one run, as a table of medians and ratios.
//
// The programs take turns, so that a busy moment of the machine meets all of them. All start `true` in the same root, and
// keep what they write in memory (tmpfs): on some disks making files soon after deleting many is 20 times slower.
// `npm run bench -- 50` takes 50 turns.

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { O_CLOEXEC } from '../src/linux/constants.ts';
import { close, pipe2 } from '../src/linux/files.ts';

const turns = Number(process.argv[2] ?? 20);
if (!(turns >= 1)) {
  console.error(`bench: "${process.argv[2]}" is no number of turns, such as 20`);
  process.exit(2);
}
const repository = join(import.meta.dirname, '..');
const slipway = join(repository, 'slipway');
const node = process.execPath;
const nodeForForks = join(repository, 'scripts/node.sh');
const scratch = mkdtempSync('/dev/shm/slipway-bench-');
const env = {
  ...process.env,
  SLIPWAY_ROOT: join(scratch, 'root'),
  SLIPWAY_RUN: join(scratch, 'run'),
  CONTAINERS_CONF: join(scratch, 'containers.conf'), // podman raises limits by default, for which root may lack the right
};
/** Descriptor 3 of all that is started here: when the last of them has ended, clean-up.ts hears of it. */
const [lastOneEnded, lifeline] = pipe2(O_CLOEXEC);

interface Contender {
  name: string;
  command: string[];
}

interface Result extends Contender {
  /** Milliseconds from start to end, in rising order. */
  times: number[];
}

async function main(): Promise<void> {
  writeFileSync(env.CONTAINERS_CONF, '[containers]\ndefault_ulimits = []\n');
  outputOf([slipway, 'run', '--rm', 'box', 'true']); // installs, bundles, makes box, mounts the seal
  const rootfs = outputOf(['sh', '-c', 'echo "$SLIPWAY_ROOT"/layers/box-*']).trim();
  const starts = race([
    { name: 'node -e 0', command: [node, '-e', '0'] },
    { name: 'slipway run --rm box true', command: [slipway, 'run', '--rm', 'box', 'true'] },
    ...peers(rootfs),
  ]);
  print('From nothing to the end of `true`', starts, 'node -e 0');
  const runc = starts.find(({ name }) => name === 'runc run');
  print('In one process that runs already', warm(runc), 'runc run');
  const hasPodman = starts.some(({ command }) => command[0] === 'podman');
  print('A second program in a container', await execs(hasPodman ? rootfs : undefined), 'node -e 0');
}

/** Ends when all that was started here has ended: clean-up.ts has a session of its own, which Ctrl-C does not reach. */
function startCleanUp(): ChildProcess {
  const words = [join(import.meta.dirname, 'clean-up.ts'), scratch];
  const child = spawn(nodeForForks, words, { detached: true, stdio: [lastOneEnded, 'ignore', 'inherit'] });
  close(lastOneEnded);
  return child;
}

/** Those that are installed here. */
function peers(rootfs: string): Contender[] {
  const all: Contender[] = [
    {
      name: 'bwrap',
      command: ['bwrap', '--unshare-all', '--bind', rootfs, '/', '--proc', '/proc', '--dev', '/dev', 'true'],
    },
    { name: 'runc run', command: ['runc', 'run', '-b', runcBundle(rootfs), 'slipway-bench'] },
    {
      name: 'podman run --network none',
      command: [...podman('run', '--rm', '--network', 'none'), '--rootfs', rootfs, 'true'],
    },
  ];
  return all.filter(works);
}

/** The same container as Slipway's: its own config.json, with the root that it names. */
function runcBundle(rootfs: string): string {
  const bundle = mkdtempSync(join(scratch, 'bundle-'));
  const spec = JSON.parse(outputOf([slipway, 'spec', 'box', 'true']));
  spec.root = { path: rootfs, readonly: true };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
  return bundle;
}

function podman(...words: string[]): string[] {
  const storage = ['--root', join(scratch, 'podman'), '--runroot', join(scratch, 'podman-run')];
  return ['podman', ...storage, '--runtime', 'runc', '--cgroup-manager', 'cgroupfs', ...words];
}

function works({ name, command }: Contender): boolean {
  const { status, error, stderr } = spawnSync(command[0] as string, command.slice(1), {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe', lifeline],
  });
  if (status === 0) return true;
  console.log(`left out: ${name}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`);
  return false;
}

function race(contenders: readonly Contender[]): Result[] {
  const results = contenders.map((contender): Result => ({ ...contender, times: [] }));
  for (let turn = 0; turn < turns; turn++) for (const { command, times } of results) times.push(timed(command));
  for (const { times } of results) times.sort((a, b) => a - b);
  return results;
}

/** Milliseconds. @throws Error when it fails: a failure is fast, and would be counted as a success. */
function timed(command: readonly string[]): number {
  const begin = process.hrtime.bigint();
  silently(command);
  return Number(process.hrtime.bigint() - begin) / 1e6;
}

function silently([program = '', ...words]: readonly string[]): void {
  const { status, error } = spawnSync(program, words, { env, stdio: ['ignore', 'ignore', 'ignore', lifeline] });
  if (status !== 0) throw error ?? new Error(`${program} ${words.join(' ')} ended with ${status}`);
}

function outputOf([program = '', ...words]: readonly string[]): string {
  return execFileSync(program, words, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit', lifeline] });
}

/** A process that starts containers again and again, as a server would: the first starts, which warm it up, do not count. */
function warm(runc: Result | undefined): Result[] {
  const compiledAhead = ['--no-lazy', '--no-flush-bytecode']; // as the bundle is: else each forked child compiles anew
  const command = [nodeForForks, ...compiledAhead, join(import.meta.dirname, 'warm.ts'), String(turns)];
  const times = (JSON.parse(outputOf(command)) as number[]).sort((a, b) => a - b);
  return [...(runc ? [runc] : []), { name: 'slipway, warm', command, times }];
}

/** @param podmanRootfs undefined where there is no podman. */
async function execs(podmanRootfs: string | undefined): Promise<Result[]> {
  const name = 'slipway-bench-exec';
  const contenders = [
    { name: 'node -e 0', command: [node, '-e', '0'] },
    { name: 'slipway exec', command: [slipway, 'exec', name, 'true'] },
  ];
  await using holders = new AsyncDisposableStack();
  const flags = ['-i', '--rm', '--name', name, '--network', 'none'];
  holders.use(await hold([slipway, 'run', ...flags, 'box']));
  if (podmanRootfs !== undefined) {
    holders.use(await hold([...podman('run', ...flags), '--rootfs', podmanRootfs]));
    contenders.push({ name: 'podman exec', command: [...podman('exec'), name, 'true'] });
  }
  return race(contenders);
}

/** A container that lives until the end of the block, or of this process: its program ends with its input, a pipe of ours. */
async function hold([program = '', ...words]: readonly string[]): Promise<AsyncDisposable> {
  const command = [...words, 'sh', '-c', 'echo ready; cat'];
  const child = spawn(program, command, { env, stdio: ['pipe', 'pipe', 'inherit', lifeline] });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout as Readable, 'data'), ended]);
  if (child.exitCode !== null) throw new Error(`${program} ${command.join(' ')} ended with ${child.exitCode}`);
  const end = async () => {
    child.stdin?.end();
    await ended;
  };
  return { [Symbol.asyncDispose]: end };
}

function print(title: string, results: readonly Result[], measure: string): void {
  const base = median(results.find(({ name }) => name === measure)?.times ?? []);
  console.log(`\n${title} (median of ${turns}, ms)\n`);
  for (const { name, times } of results) {
    const value = median(times);
    const difference = `${value - base >= 0 ? '+' : ''}${(value - base).toFixed(1)}`;
    const ratio = base > 0 ? `${(value / base).toFixed(2)} × ${measure}` : '';
    console.log(`  ${name.padEnd(28)} ${value.toFixed(1).padStart(7)} ${difference.padStart(8)}   ${ratio}`);
  }
}

function median(sorted: readonly number[]): number {
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

const cleanUp = startCleanUp();
try {
  await main();
} finally {
  close(lifeline);
  await once(cleanUp, 'exit');
}
