// Hands the terminal to a shell in the container, and looks at it from outside as soon as it runs.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { HOME } from '../../learn/home.ts';
import type { Text } from '../../learn/text.ts';
import { atEnd } from '../at-end.ts';
import { handOver } from '../hand-over.ts';
import { type Choice, commandLine } from './choice.ts';
import { type Finding, look, type Seen } from './isolation.ts';

export const SLIPWAY = join(HOME, 'slipway');

export interface Visit {
  exitCode: number;
  /** Undefined when the container never ran. */
  findings: Finding[] | undefined;
  /** What `slipway` had to say. */
  said: string;
}

/** Called while our screen is away (src/tui/away.ts). */
export async function enter(choice: Choice, greeting: string): Promise<Visit> {
  const name = `assemble-${process.pid}`;
  const folder = choice.has('overlay') ? undefined : await makeFolder();
  const removeAtEnd = atEnd(['rm', '-f', name]);
  try {
    process.stdout.write(`${greeting}\n`);
    const looking = new AbortController();
    const findings = lookWhenRunning(name, looking.signal);
    const { exitCode, said } = await handOver(SLIPWAY, commandLine(choice, { name, folder: folder ?? '' }));
    looking.abort();
    return { exitCode, said, findings: await findings };
  } finally {
    removeAtEnd();
    if (folder) rmSync(folder, { recursive: true, force: true });
  }
}

/** A root made of this machine's programs, in a folder: what `box` is, without a layer above. */
async function makeFolder(): Promise<string> {
  const [{ assemble }, { planBox }] = await Promise.all([
    import('../../chroot/assemble.ts'),
    import('../../chroot/box-plan.ts'),
  ]);
  const folder = mkdtempSync(join(tmpdir(), 'slipway-rootfs-'));
  assemble(folder, planBox({}).entries);
  return folder;
}

const LOOK_EVERY_MS = 20;

async function lookWhenRunning(name: string, signal: AbortSignal): Promise<Finding[] | undefined> {
  while (!signal.aborted) {
    const seen = await find(name);
    if (seen) return look(seen).catch(() => undefined); // it has ended at once
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => {});
  }
  return undefined;
}

async function find(name: string): Promise<Seen | undefined> {
  const [{ list }, { loadState }] = await Promise.all([
    import('../../engine/list.ts'),
    import('../../runtime/state.ts'),
  ]);
  const summary = list().find((each) => each.name === name && each.status === 'running');
  if (summary?.pid === undefined) return undefined;
  const state = loadState(summary.id);
  return { pid: summary.pid, cgroupPath: 'cgroupPath' in state ? state.cgroupPath : undefined };
}

/** What a learner reads before the shell's first prompt. */
export const GREETING: Text = {
  en: 'This is a shell in the container. Look around: hostname; id; ps; ls /. `exit` leads back.',
  zh: '现在是容器里的 shell。四处看看：hostname; id; ps; ls /。输入 exit 返回。',
};
