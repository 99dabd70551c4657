// slipway container …: the long forms of the verbs that are about containers.

import { CONTAINER_VERBS, findContainerVerb } from '../container-verbs.ts';
import { UsageError } from '../flags.ts';
import { containerHelp } from '../help.ts';
import { nearest } from '../nearest.ts';
import { print } from '../print.ts';

export default async function containerCommand([verb, ...words]: readonly string[]): Promise<number> {
  if (verb === undefined || verb === '--help' || verb === '-h') {
    print(containerHelp());
    return 0;
  }
  const command = findContainerVerb(verb);
  if (command === undefined) throw new UsageError(unknown(verb));
  const { default: run } = await command.load();
  return run(words);
}

function unknown(verb: string): string {
  const meant = nearest(verb, CONTAINER_VERBS);
  const cure = meant === undefined ? '`slipway container --help` lists those there are' : `Did you mean ${meant}?`;
  return `unknown command: container ${verb}. ${cure}`;
}
