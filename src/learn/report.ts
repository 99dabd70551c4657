// Loaded ahead of the learner's program (node --import): tells the check of an error that nobody caught, and in which line
// of the learner's file it began. It works in a forked child too, where only synchronous code may run.

import { writeSync } from 'node:fs';
import { SyscallError } from '../linux/errors.ts';
import { _exit } from '../linux/process.ts';
import type { Report } from './lab.ts';

const reportFd = Number(process.env.SLIPWAY_REPORT_FD);
delete process.env.SLIPWAY_REPORT_FD;
const program = process.argv[1] ?? '';

process.on('uncaughtException', (error: Error) => {
  writeSync(2, `${error.stack}\n`);
  if (reportFd) writeSync(reportFd, `${JSON.stringify(reportOf(error))}\n`);
  _exit(1);
});

function reportOf(error: Error): Report {
  const line = new RegExp(`${RegExp.escape(program)}:(\\d+):\\d+`).exec(error.stack ?? '')?.[1];
  const place = line === undefined ? {} : { file: program, line: Number(line) };
  if (!(error instanceof SyscallError)) return { message: `${error.name}: ${error.message}`, ...place };
  const { message, call, code, hint, lesson } = error;
  return { message, call, code, ...(hint ? { hint } : {}), ...(lesson ? { lesson } : {}), ...place };
}
