// The half of enter.ts that runs in the guard: `inside.ts SOCKET SWITCH…` makes the container, gives it the terminal, and
// looks at it from outside as soon as it runs. What is to be told goes through the socket, a line of JSON each time.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { assemble } from '../../chroot/assemble.ts';
import { planBox } from '../../chroot/box-plan.ts';
import { list } from '../../engine/list.ts';
import { SLIPWAY } from '../../learn/home.ts';
import { loadState } from '../../runtime/state.ts';
import { type Choice, commandLine, isFolder } from './choice.ts';
import { type Finding, look, type Seen } from './isolation.ts';
import type { MechanismName } from './mechanisms.ts';

/** Each part as soon as it is known. */
export interface Told {
  /** Missing when the container never ran. */
  findings?: Finding[];
  /** What `slipway run` wrote to stderr. */
  said?: string;
}

const NAME = 'ship';
const LOOK_EVERY_MS = 5;

async function main(socket: string, choice: Choice): Promise<void> {
  const screen = connect(socket);
  screen.on('error', () => {}).on('close', () => process.exit()); // whoever looked is gone
  const tell = (told: Told) => screen.write(`${JSON.stringify(told)}\n`);
  const looking = new AbortController();
  const looked = findingsOf(looking.signal).then((findings) => findings && tell({ findings }));
  const { exitCode, said } = await run(
    commandLine(choice, { name: NAME, folder: isFolder(choice) ? makeFolder() : '' }),
  );
  looking.abort();
  await looked;
  tell({ said });
  process.exitCode = exitCode;
  screen.end();
}

/** The terminal is the program's. What it writes to stderr is shown as it comes. */
async function run(words: readonly string[]): Promise<{ exitCode: number; said: string }> {
  const child = spawn(SLIPWAY, words, { stdio: ['inherit', 'inherit', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes;
    process.stderr.write(bytes);
  });
  const [code] = await once(child, 'close');
  return { exitCode: code ?? 137, said };
}

/** A root made of this machine's programs, in a folder: what `box` is, without a layer above. */
function makeFolder(): string {
  const folder = mkdtempSync('/tmp/rootfs-');
  assemble(folder, planBox({}).entries);
  return folder;
}

async function findingsOf(signal: AbortSignal): Promise<Finding[] | undefined> {
  while (!signal.aborted) {
    const seen = find();
    if (seen) return lookAt(seen);
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

function lookAt(seen: Seen): Finding[] | undefined {
  try {
    return look(seen);
  } catch {
    return undefined; // it has ended at once
  }
}

function find(): Seen | undefined {
  const summary = list().find(({ name, status }) => name === NAME && status === 'running');
  if (summary?.pid === undefined) return undefined;
  const state = loadState(summary.id);
  return { pid: summary.pid, cgroupPath: 'cgroupPath' in state ? state.cgroupPath : undefined };
}

const [socket = '', ...switches] = process.argv.slice(2);
await main(socket, new Set(switches as MechanismName[]));
