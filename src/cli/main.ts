// The `slipway` command: finds the verb, runs it, and turns what goes wrong into one line and an exit code.
//
//     0 to 124, 126 up   the program's own (128 + signal when a signal ended it)
//     125                Slipway could not do it        126  not executable        127  not found

import { findCommand, suggestCommand } from './commands.ts';
import { showError } from './errors.ts';
import { UsageError } from './flags.ts';
import { generalHelp } from './help.ts';
import { isTerminal, print, refuseLostOutput } from './print.ts';

async function main(argv: readonly string[]): Promise<number> {
  const [verb = isTerminal() ? 'course' : '--help', ...words] = isForCourse(argv) ? ['course', ...argv] : argv;
  if (verb === '--help' || verb === '-h') {
    print(generalHelp());
    return 0;
  }
  const command = findCommand(verb === '--version' || verb === '-v' ? 'version' : verb);
  if (command === undefined) throw new UsageError(suggestCommand(verb));
  const { default: run } = await command.load();
  return run(words);
}

/** Without a verb the course is meant: `slipway --lang zh`. */
function isForCourse([first = '']: readonly string[]): boolean {
  return /^--(lang|plain)(=|$)/.test(first);
}

/** The exit code. */
async function mainToTheEnd(argv: readonly string[]): Promise<number> {
  try {
    const code = await main(argv);
    refuseLostOutput();
    return code;
  } catch (error) {
    return showError(error);
  }
}

/**
 * Ends this process at once. What Node and its add-ons would clean up takes its time: koffi brings stdout to the disk, and
 * when that fails it waits for ever.
 */
async function leave(code: number): Promise<void> {
  const { _exit } = await import('../linux/process.ts');
  _exit(code);
}

mainToTheEnd(process.argv.slice(2)).then(leave);
