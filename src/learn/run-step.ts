// Runs the command of a lesson's step in the guard, and asks the host before and after, outside of it.

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { HOME } from './home.ts';
import { objectionTo, type Step } from './lesson.ts';

export interface StepRun {
  /** Of both streams, as they came. */
  output: string;
  exitCode: number;
  /** What the host said, when the step asks it. */
  before?: string;
  after?: string;
  /** Why the output is not what the step says, or why the host is not as it was. */
  objection?: string;
}

export interface StepOptions {
  signal?: AbortSignal;
  /** Hears the output as it comes. */
  onOutput?: (text: string) => void;
}

export async function runStep(step: Step, options: StepOptions = {}): Promise<StepRun> {
  if (step.command === undefined) return { output: '', exitCode: 0 };
  const before = step.host === undefined ? undefined : (await shell(step.host, [], {})).output;
  const { output, exitCode } = await shell(step.command, [join(HOME, 'slipway'), 'guard'], options);
  const after = step.host === undefined ? undefined : (await shell(step.host, [], {})).output;
  const objection =
    objectionTo(output, exitCode, step.expect) ?? (before === after ? undefined : `the host said ${before} before`);
  return {
    output,
    exitCode,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(objection === undefined ? {} : { objection }),
  };
}

async function shell(
  command: string,
  around: readonly string[],
  { signal, onOutput }: StepOptions,
): Promise<{ output: string; exitCode: number }> {
  const words = ['sh', '-c', `exec 2>&1; PATH=${quoted(HOME)}:$PATH\n${command}`];
  const [program = '', ...rest] = [...around, ...words];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], ...(signal ? { signal } : {}) });
  let output = '';
  const hear = (bytes: Buffer) => {
    output += bytes;
    onOutput?.(bytes.toString());
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const exitCode = await new Promise<number>((resolve, reject) =>
    child.on('close', (code) => resolve(code ?? 137)).on('error', reject),
  );
  return { output, exitCode };
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
