// Runs the command of a lesson's step in the guard, and asks the host before and after, outside of it.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { endOf } from './end-of.ts';
import { objectionTo } from './expectation.ts';
import { HOME } from './home.ts';
import type { Step } from './lesson.ts';
import type { Text } from './text.ts';

export interface StepRun {
  /** Of both streams, as they came. */
  output: string;
  exitCode: number;
  /** What the host said, when the step asks it. */
  before?: string;
  after?: string;
  /** Why the output is not what the step says, or why the host is not as it was. */
  objection?: Text;
}

export interface StepOptions {
  signal?: AbortSignal;
  /** Hears the output as it comes. */
  onOutput?: (text: string) => void;
}

/** @throws Error when the guard cannot be made; the reason of `signal` when that ended it. */
export async function runStep(step: Step, options: StepOptions = {}): Promise<StepRun> {
  if (step.command === undefined) return { output: '', exitCode: 0 };
  const before = await askHost(step);
  const { output, exitCode } = await shell(
    step.command,
    [join(HOME, 'slipway'), 'guard', '--die-with-parent'],
    options,
  );
  const after = await askHost(step);
  const objection = objectionTo(output, exitCode, step.expect) ?? (before === after ? undefined : CHANGED);
  return {
    output,
    exitCode,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(objection === undefined ? {} : { objection }),
  };
}

const CHANGED: Text = { en: 'the host does not say the same as before', zh: '宿主机的回答和之前不一样' };

async function askHost({ host }: Step): Promise<string | undefined> {
  return host === undefined ? undefined : (await shell(host, [], {})).output;
}

/** What the shell prints on both streams is one; what the guard itself says on stderr is no part of it. */
async function shell(
  command: string,
  around: readonly string[],
  { signal, onOutput }: StepOptions,
): Promise<{ output: string; exitCode: number }> {
  const words = ['sh', '-c', `exec 2>&1; PATH=${quoted(HOME)}:$PATH\n${command}`];
  const [program = '', ...rest] = [...around, ...words];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    onOutput?.(text);
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exitCode = await endOf(child, signal);
  signal?.throwIfAborted();
  if (exitCode === 125 && output === '') throw new Error(stderr.trim().replace(/^slipway: /, ''));
  return { output, exitCode };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
