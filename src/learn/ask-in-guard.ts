// Has a program of ours ask goals in the guard, and hears the answers: a line of JSON for each (ask-all.ts).

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { endOf } from './end-of.ts';
import type { Goal } from './goal.ts';
import { HOME } from './home.ts';
import type { Result } from './result.ts';
import type { Text } from './text.ts';
import { WITH_CACHE } from './warm-up.ts';

export interface AskOptions {
  /** A script of Slipway's, and its words. */
  program: readonly [script: string, ...words: string[]];
  /** Folders that are seen in the guard, whatever covers them there. */
  folders: readonly string[];
  /** How long all of it may take. */
  seconds: number;
  signal?: AbortSignal | undefined;
  /** Hears each result as soon as it is there. */
  onResult?: ((result: Result) => void) | undefined;
}

/**
 * @returns a result for each goal, in their order.
 * @throws Error when the guard could not be made; the reason of `signal` when that ended it.
 */
export async function askInGuard(goals: readonly Pick<Goal, 'name'>[], options: AskOptions): Promise<Result[]> {
  const results: Result[] = [];
  const take = (result: Result) => {
    results.push(result);
    options.onResult?.(result);
  };
  const end = await runInside(options, (line) => take(JSON.parse(line)));
  options.signal?.throwIfAborted();
  for (const { name } of goals.slice(results.length)) {
    take({ goal: name, ok: false, ...whyNotAsked(end, options.seconds) });
  }
  return results;
}

interface InsideEnd {
  code: number;
  stderr: string;
  tookMs: number;
}

async function runInside(
  { program: [script, ...words], folders, seconds, signal }: AskOptions,
  onLine: (line: string) => void,
): Promise<InsideEnd> {
  const program = [...WITH_CACHE, join(HOME, 'scripts/node.sh'), join(HOME, script), ...words];
  const shown = folders.flatMap((folder) => ['--folder', folder]);
  const flags = ['--die-with-parent', ...shown, '--seconds', String(seconds)];
  const begun = performance.now();
  const child = spawn(join(HOME, 'slipway'), ['guard', ...flags, ...program], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes;
  });
  createInterface(child.stdout).on('line', onLine);
  const code = await endOf(child, signal);
  return { code, stderr, tookMs: performance.now() - begun };
}

/** Of the check's end before its last goal. @throws Error when it never began. */
function whyNotAsked({ code, stderr, tookMs }: InsideEnd, seconds: number): { seen: Text } | { ours: string } {
  if (code === 125) throw new Error(stderr.trim().replace(/^slipway: /, ''));
  if (code !== 137) return { ours: stderr.trim() };
  return { seen: tookMs >= seconds * 1000 ? timeIsUp(seconds) : KILLED };
}

function timeIsUp(seconds: number): Text {
  return {
    en: `not asked: the check was ended, since it took longer than ${seconds} s`,
    zh: `没有问到：检查超过了 ${seconds} 秒，被结束了`,
  };
}

const KILLED: Text = {
  en: 'not asked: something in the guard killed the check itself, perhaps a signal that your program sent to every process',
  zh: '没有问到：检查程序自己被杀死了，也许是你的程序向所有进程发了信号',
};
