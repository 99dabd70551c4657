// `npm run bench`: how fast Slipway is, side by side with its peers in one run, as a table of medians and ratios.
//
// All start `true` in the same root. `npm run bench -- 50` takes 50 turns; `npm run bench -- oci` compares OCI runtimes, and
// `npm run bench -- life` what is done with containers in the background.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import {
  type Contender,
  env,
  inArena,
  lifeline,
  node,
  nodeForForks,
  outputOf,
  print,
  type Result,
  race,
  scratch,
  slipway,
  turns,
  works,
} from './arena.ts';
import { lifeMain } from './life.ts';
import { ociMain } from './oci.ts';

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

const mains: Record<string, () => Promise<void> | void> = { oci: ociMain, life: lifeMain };
await inArena(Object.entries(mains).find(([name]) => process.argv.includes(name))?.[1] ?? main);
