// The `slipway-oci` command: what container engines expect of an OCI runtime. The names, the output and the exit codes are
// runc's, which its callers know; docs/oci-runtime.md lists what differs.
//
//     slipway-oci [global flags] COMMAND [flags] ID
//
//     0   it is done; `run` and `exec` end as the program does        1   it could not be done (255 for exec)

import { parseFlags, UsageError } from '../cli/flags.ts';
import { print, refuseLostOutput } from '../cli/print.ts';
import { StartError, toFailure } from '../runtime/failure.ts';
import { findCommand } from './commands.ts';
import { GLOBAL_FLAGS, toContext } from './globals.ts';
import { inOurOrder } from './go-words.ts';
import { generalHelp } from './help.ts';
import { type Log, stderrLog } from './log.ts';
import { versionText } from './version.ts';

/** What is known of a command line when it fails. */
interface Known {
  log: Log;
  failureCode: number;
}

async function main(argv: readonly string[], known: Known): Promise<number> {
  const { values, rest } = parseFlags(GLOBAL_FLAGS, inOurOrder(GLOBAL_FLAGS, argv, true));
  const [verb, ...words] = isHelp(rest[0]) && rest[1] !== undefined ? [rest[1], '--help'] : rest;
  if (values.version) return say(versionText());
  if (values.help || verb === undefined || isHelp(verb)) return say(generalHelp());
  const context = toContext(values);
  known.log = context.log;
  const command = findCommand(verb);
  if (command === undefined)
    throw new UsageError(`unknown command: ${verb}. \`slipway-oci help\` lists those there are`);
  known.failureCode = command.failureCode ?? 1;
  context.log.debug(`${verb} ${words.join(' ')}`);
  const { default: run } = await command.load();
  return run(words, context);
}

/** `help` alone, or before a command. */
function isHelp(word: string | undefined): boolean {
  return word === 'help' || word === 'h';
}

function say(text: string): number {
  print(text);
  return 0;
}

/** The exit code. */
async function mainToTheEnd(argv: readonly string[]): Promise<number> {
  const known: Known = { log: stderrLog(), failureCode: 1 };
  try {
    const code = await main(argv, known);
    refuseLostOutput();
    return code;
  } catch (error) {
    known.log.error(messageOf(error));
    return known.failureCode;
  }
}

/** One line for a mistake of the user's or of the machine's; a stack for one of ours. */
function messageOf(error: unknown): string {
  if (error instanceof UsageError) return error.message;
  const { message, stack } = error instanceof StartError ? error.failure : toFailure(error);
  return stack === undefined ? message : `this is a mistake in Slipway, please report it: ${stack}`;
}

/** Ends this process at once, without what Node would clean up. */
async function leave(code: number): Promise<void> {
  const { _exit } = await import('../linux/process.ts');
  _exit(code);
}

mainToTheEnd(process.argv.slice(2)).then(leave);
