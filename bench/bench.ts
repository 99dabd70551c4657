// `npm run bench`: how fast Slipway is, side by side with its peers in one run, as a table of medians and ratios.
//
// The programs take turns, so that a busy moment of the machine meets all of them. All start `true` in the same root, and
// keep what they write in memory (tmpfs): on some disks making files soon after deleting many is 20 times slower.
// `npm run bench -- 50` takes 50 turns.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const turns = Number(process.argv[2] ?? 20);
const repository = join(import.meta.dirname, '..');
const slipway = join(repository, 'slipway');
const node = process.execPath;
const scratch = mkdtempSync('/dev/shm/slipway-bench-');
const env = {
  ...process.env,
  SLIPWAY_ROOT: join(scratch, 'root'),
  SLIPWAY_RUN: join(scratch, 'run'),
  CONTAINERS_CONF: join(scratch, 'containers.conf'), // podman raises limits by default, for which root may lack the right
};

interface Contender {
  name: string;
  command: string[];
}

interface Result extends Contender {
  /** Milliseconds from start to end, in rising order. */
  times: number[];
}

function main(): void {
  writeFileSync(env.CONTAINERS_CONF, '[containers]\ndefault_ulimits = []\n');
  silently([slipway, 'run', '--rm', 'box', 'true']); // installs, bundles, makes box, mounts the seal
  const rootfs = execFileSync('sh', ['-c', 'echo "$SLIPWAY_ROOT"/layers/box-*'], { env, encoding: 'utf8' }).trim();
  const starts = race([
    { name: 'node -e 0', command: [node, '-e', '0'] },
    { name: 'slipway run --rm box true', command: [slipway, 'run', '--rm', 'box', 'true'] },
    ...peers(rootfs),
  ]);
  print('From nothing to the end of `true`', starts, 'node -e 0');
  const runc = starts.find(({ name }) => name === 'runc run');
  print('In one process that runs already', warm(runc), 'runc run');
  print('A second program in a container', execs(rootfs), 'node -e 0');
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
  const spec = JSON.parse(execFileSync(slipway, ['spec', 'box', 'true'], { env, encoding: 'utf8' }));
  spec.root = { path: rootfs, readonly: true };
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(spec));
  return bundle;
}

function podman(...words: string[]): string[] {
  const storage = ['--root', join(scratch, 'podman'), '--runroot', join(scratch, 'podman-run')];
  return ['podman', ...storage, '--runtime', 'runc', '--cgroup-manager', 'cgroupfs', ...words];
}

function works({ name, command }: Contender): boolean {
  const { status, error, stderr } = spawnSync(command[0] as string, command.slice(1), { env, encoding: 'utf8' });
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
  const { status, error } = spawnSync(program, words, { env, stdio: 'ignore' });
  if (status !== 0) throw error ?? new Error(`${program} ${words.join(' ')} ended with ${status}`);
}

/** A process that starts containers again and again, as a server would: the first starts, which warm it up, do not count. */
function warm(runc: Result | undefined): Result[] {
  const script = [join(repository, 'scripts/node.sh'), join(import.meta.dirname, 'warm.ts'), String(turns)];
  const text = execFileSync(script[0] as string, script.slice(1), { env, encoding: 'utf8' });
  const times = (JSON.parse(text) as number[]).sort((a, b) => a - b);
  return [...(runc ? [runc] : []), { name: 'slipway, warm', command: script, times }];
}

function execs(rootfs: string): Result[] {
  const name = 'slipway-bench-exec';
  const holder = ['run', '-i', '--rm', '--name', name, 'box', 'sh', '-c', 'echo ready; cat'];
  using slipwayHolder = hold([slipway, ...holder]);
  const contenders = [
    { name: 'node -e 0', command: [node, '-e', '0'] },
    { name: 'slipway exec', command: [slipway, 'exec', name, 'true'] },
  ];
  const foreign = podman('run', '-d', '--rm', '--network', 'none', '--name', name);
  const hasPodman = works({ name: 'podman exec', command: [...foreign, '--rootfs', rootfs, 'sh', '-c', 'sleep 600'] });
  try {
    if (hasPodman) contenders.push({ name: 'podman exec', command: [...podman('exec'), name, 'true'] });
    return race(contenders);
  } finally {
    if (hasPodman) spawnSync('podman', podman('rm', '-f', '-t', '0', name).slice(1), { env });
    void slipwayHolder;
  }
}

/** A container that lives until the end of the block: its program ends with its input. */
function hold(command: readonly string[]): Disposable {
  const pipe = join(scratch, 'hold');
  execFileSync('mkfifo', [pipe]);
  // The shell opens the pipe, starts the container with it as input, and waits until it is ready.
  const script = `exec 3<>"$0"; { "$@" <"$0" & } | { read line; echo "$line"; }`;
  const { stdout } = spawnSync('sh', ['-c', script, pipe, ...command], {
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  if (stdout.trim() !== 'ready') throw new Error(`${command.join(' ')} did not start`);
  return { [Symbol.dispose]: () => spawnSync(slipway, ['rm', '-f', 'slipway-bench-exec'], { env }) };
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

try {
  main();
} finally {
  unmountBelow(scratch);
  rmSync(scratch, { recursive: true, force: true });
}

/** podman leaves its storage mounted. */
function unmountBelow(folder: string): void {
  const points = readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '');
  for (const point of points.filter((path) => path.startsWith(`${folder}/`)).reverse()) spawnSync('umount', [point]);
}
