// `npm run bench -- life`: containers in the background, beside podman where that is. What each verb takes, many at once,
// how much memory a shim has for itself, and how fast output gets into the log and out of it.

import { readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, median, outputOf, scratch, silently, slipway, timed, turns, works } from './arena.ts';

const MANY = 200;

interface Engine {
  name: string;
  /** Before a verb. */
  words: string[];
  /** Behind `run -d --name NAME`. */
  run: string[];
  /** What removes at once. */
  remove: string[];
}

const VERBS = ['run -d', 'ps', 'stop', 'start', 'rm -f'] as const;

export function lifeMain(): void {
  writeFileSync(env.CONTAINERS_CONF, '[containers]\ndefault_ulimits = []\n');
  outputOf([slipway, 'run', '--rm', 'box', 'true']); // installs, bundles, makes box, mounts the seal
  const rootfs = outputOf(['sh', '-c', 'echo "$SLIPWAY_ROOT"/layers/box-*']).trim();
  const engines = [ours(), podman(rootfs)].filter(isThere);
  printVerbs(engines);
  printMany(engines);
  printLog();
}

function ours(): Engine {
  return { name: 'slipway', words: [slipway], run: ['box'], remove: ['rm', '-f'] };
}

function podman(rootfs: string): Engine {
  const folders = ['--root', join(scratch, 'podman'), '--runroot', join(scratch, 'podman-run')];
  const run = ['--network', 'none', '--rootfs', rootfs];
  return { name: 'podman', words: ['podman', ...folders], run, remove: ['rm', '-f', '-t', '0'] };
}

function isThere({ name, words }: Engine): boolean {
  return works({ name, command: [...words, 'ps'] });
}

const startWords = ({ words, run }: Engine, name: string) => [
  ...words,
  'run',
  '-d',
  '--name',
  name,
  ...run,
  'sleep',
  '1000',
];

/** A life: each verb once, upon the same container. */
function live(engine: Engine): number[] {
  const { words, remove } = engine;
  return [
    timed(startWords(engine, 'life')),
    timed([...words, 'ps', '-q']),
    timed([...words, 'stop', '-t', '0', 'life']),
    timed([...words, 'start', 'life']),
    timed([...words, ...remove, 'life']),
  ];
}

function printVerbs(engines: readonly Engine[]): void {
  const lives = engines.map(() => [] as number[][]);
  for (let turn = 0; turn < turns; turn++) for (const [at, engine] of engines.entries()) lives[at]?.push(live(engine));
  const rows = engines.map(({ name }, at) => {
    const of = (verb: number) => median((lives[at] ?? []).map((life) => life[verb] ?? 0).sort((a, b) => a - b));
    return [name, ...VERBS.map((_, verb) => of(verb).toFixed(0))];
  });
  printTable(`One container (median of ${turns}, ms)`, ['', ...VERBS], rows);
}

function printMany(engines: readonly Engine[]): void {
  const names = Array.from({ length: MANY }, (_, index) => `many-${index}`);
  const rows = engines.map((engine) => {
    const { name, words, remove } = engine;
    const row = names.reduce((sum, each) => sum + timed(startWords(engine, each)), 0);
    const list = timed([...words, 'ps', '-q']);
    const memory = name === 'slipway' ? memoryOfShims(names) : '';
    const removed = timed([...words, ...remove, ...names]);
    const command = startWords(engine, '{}')
      .map((word) => `'${word}'`)
      .join(' ');
    const beside = timed(['sh', '-c', `printf '%s\\n' ${names.join(' ')} | xargs -P 4 -I{} ${command}`]);
    silently([...words, ...remove, ...names]);
    return [name, ...[row, beside, list, removed].map((ms) => ms.toFixed(0)), memory];
  });
  const heads = ['', 'one by one', 'four at once', 'ps', 'rm -f', 'a shim alone'];
  printTable(`${MANY} containers (ms in all)`, heads, rows);
}

/** The median of what is of each shim alone (Private_Dirty). */
function memoryOfShims(names: readonly string[]): string {
  silently(['sleep', '35']); // they give back what only the start needed (src/runtime/tidy.ts)
  const kilobytes = names.map((name) => {
    const root = env.SLIPWAY_ROOT;
    const folder = join(root, 'containers', readlinkSync(join(root, 'names', name)));
    const { pid } = JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8'));
    const shim = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(/^Private_Dirty:\s*(\d+)/m.exec(readFileSync(`/proc/${shim}/smaps_rollup`, 'utf8'))?.[1]);
  });
  return `${(median(kilobytes.sort((a, b) => a - b)) / 1024).toFixed(1)} MB`;
}

const MEGABYTES = 500;

function printLog(): void {
  const block = Array.from({ length: 10_000 }, (_, line) => `${line} ${'0123456789'.repeat(9)}\n`).join('');
  writeFileSync(join(scratch, 'block'), block);
  const times = Math.round((MEGABYTES * 1e6) / block.length);
  const script = `for i in $(seq ${times}); do cat /block; done`;
  const flags = ['--name', 'loud', '-v', `${join(scratch, 'block')}:/block:ro`];
  const written = timed([slipway, 'run', ...flags, '-a', 'stderr', 'box', 'sh', '-c', script]);
  const read = timed([slipway, 'logs', 'loud']);
  silently([slipway, 'rm', 'loud']);
  const rate = (ms: number) => `${((MEGABYTES / ms) * 1000).toFixed(0)} MB/s`;
  printTable(
    `The log, with ${MEGABYTES} MB of lines`,
    ['', 'written', 'read'],
    [['slipway', rate(written), rate(read)]],
  );
}

function printTable(title: string, heads: readonly string[], rows: readonly string[][]): void {
  console.log(`\n${title}\n`);
  for (const row of [heads, ...rows]) {
    console.log(`  ${row.map((cell, at) => (at === 0 ? cell.padEnd(10) : cell.padStart(14))).join('')}`);
  }
}
