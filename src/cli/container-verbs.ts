// The long forms of the verbs that are about containers, as Docker has them: `slipway container rm` is `slipway rm`.

import { COMMANDS, type Command, findCommand } from './commands.ts';

/** Those of which the short form is the same word. */
const SAME = [
  'attach cp create diff exec inspect kill logs pause port rename restart rm run start stats stop top unpause update wait',
].flatMap((words) => words.split(' '));

/** Those that are called otherwise, or have no short form; the first name of each is the one to show. */
const OTHERS: Record<string, string> = { ls: 'ps', prune: 'container prune', list: 'ps', ps: 'ps', remove: 'rm' };

/** All words that may stand behind `container`. */
export const CONTAINER_VERBS: readonly string[] = [...SAME, ...Object.keys(OTHERS)];

/** The command that is meant by a word behind `container`. */
export function findContainerVerb(verb: string): Command | undefined {
  if (SAME.includes(verb)) return findCommand(verb);
  return Object.hasOwn(OTHERS, verb) ? findCommand(OTHERS[verb] as string) : undefined;
}

/** Each of these commands once, under the name that it has behind `container`. */
export function containerVerbs(): Command[] {
  return COMMANDS.flatMap((command) => {
    const name = CONTAINER_VERBS.find((verb) => findContainerVerb(verb) === command);
    return name === undefined ? [] : [{ ...command, name }];
  });
}
