// Loaded ahead of the learner's program (node --import): tells the check of an error that nobody caught, and in which line
// of the learner's file it began. It works in a forked child too, where only synchronous code may run.

import { realpathSync, writeSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { F_SETFD } from '../../linux/constants.ts';
import { errnoName } from '../../linux/errno.ts';
import { SyscallError } from '../../linux/errors.ts';
import { fcntl } from '../../linux/files.ts';
import { _exit } from '../../linux/process.ts';

/** An error that nobody caught. */
export interface Report {
  message: string;
  call?: string;
  /** The call with what it was about: `chroot("/nowhere")`. */
  subject?: string;
  errno?: number;
  code?: string;
  hint?: string;
  lesson?: string;
  /** Of the learner's own file. */
  file?: string;
  line?: number;
}

const FD_CLOEXEC = 1;
const reportFd = Number(process.env.SLIPWAY_REPORT_FD);
delete process.env.SLIPWAY_REPORT_FD;
Error.stackTraceLimit = 50; // what the engine throws may come from deep below the learner's line
const program = realpathSync(process.argv[1] ?? '');
if (reportFd > 0) listen(); // else it is only compiled ahead, in the check itself (warm-up.ts)

function listen(): void {
  fcntl(reportFd, F_SETFD, FD_CLOEXEC); // the command in the container has nothing to tell
  process.on('uncaughtException', (thrown: unknown) => {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    if (!tell(error)) writeSync(2, `${error.name}: ${error.message}\n`);
    _exit(1);
  });
}

/** @returns false when the program has closed the way to the check. */
function tell(error: Error): boolean {
  try {
    writeSync(reportFd, `${JSON.stringify(reportOf(error))}\n`);
    return true;
  } catch {
    return false;
  }
}

function reportOf(error: Error): Report {
  const line = lineIn(error.stack ?? '');
  const place = line === undefined ? {} : { file: program, line };
  if (!(error instanceof SyscallError)) return { message: `${error.name}: ${error.message}`, ...place };
  const { message, call, args, object, errno, hint, lesson } = error;
  // Of a mount the learner has written all, and mostly the options are what is wrong.
  const subject = object && call !== 'mount' ? `${call} ${object}` : `${call}(${args})`;
  const more = { ...(hint ? { hint } : {}), ...(lesson ? { lesson } : {}) };
  return { message, call, subject, errno, code: errnoName(errno), ...more, ...place };
}

/** A stack names a module by its URL, and the place of an error of syntax by its path. */
function lineIn(stack: string): number | undefined {
  const names = [pathToFileURL(program).href, program].map((name) => RegExp.escape(name));
  const line = new RegExp(`(?:${names.join('|')}):(\\d+)`).exec(stack)?.[1];
  return line === undefined ? undefined : Number(line);
}
