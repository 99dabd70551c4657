// slipway container …: the long forms of the verbs that are about containers, as Docker has them.

import { findCommand } from '../commands.ts';
import { UsageError } from '../flags.ts';
import { containerHelp } from '../help.ts';
import { nearest } from '../nearest.ts';
import { print } from '../print.ts';

/** Those of which the short form is the same word. */
export const CONTAINER_VERBS = [
  'attach create diff exec inspect kill logs pause port rename restart rm run start stats stop top unpause update wait',
].flatMap((words) => words.split(' '));

/** Those that are called otherwise, or have no short form. */
const OTHERS: Record<string, string> = { ls: 'ps', list: 'ps', ps: 'ps', prune: 'container prune', remove: 'rm' };

export default async function containerCommand([verb, ...words]: readonly string[]): Promise<number> {
  if (verb === undefined || verb === '--help' || verb === '-h') {
    print(containerHelp(CONTAINER_VERBS));
    return 0;
  }
  const name = CONTAINER_VERBS.includes(verb) ? verb : Object.hasOwn(OTHERS, verb) ? OTHERS[verb] : undefined;
  const command = name === undefined ? undefined : findCommand(name);
  if (command === undefined) throw new UsageError(unknown(verb));
  const { default: run } = await command.load();
  return run(words);
}

function unknown(verb: string): string {
  const meant = nearest(verb, [...CONTAINER_VERBS, ...Object.keys(OTHERS)]);
  const cure = meant === undefined ? '`slipway container --help` lists those there are' : `Did you mean ${meant}?`;
  return `unknown command: container ${verb}. ${cure}`;
}
