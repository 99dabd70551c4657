// What is switched on, and the command line that makes it.

import { MECHANISMS, type MechanismName } from './mechanisms.ts';

export type Choice = ReadonlySet<MechanismName>;

/** @param isRoot an ordinary user's containers are in a user namespace, whether they want it or not. */
export function usualChoice(isRoot: boolean): Choice {
  return new Set(
    MECHANISMS.filter(({ name, isUsual }) => isUsual || (name === 'user' && !isRoot)).map(({ name }) => name),
  );
}

/** Why a switch cannot be moved now, if so. */
export function fixedBy(
  name: MechanismName,
  choice: Choice,
  isRoot: boolean,
): 'always' | 'rootless' | 'machine' | undefined {
  if (name === 'mnt') return 'always';
  if (name === 'user' && !isRoot) return 'rootless';
  if (name === 'overlay' && !choice.has('root')) return 'machine'; // the host's own files are never written to
  return undefined;
}

/** Moves a switch, unless it is fixed. */
export function toggled(name: MechanismName, choice: Choice, isRoot: boolean): Choice {
  if (fixedBy(name, choice, isRoot)) return choice;
  const next = new Set(choice);
  if (!next.delete(name)) next.add(name);
  if (name === 'root' && !next.has('root')) next.add('overlay');
  return next;
}

/** The words behind `slipway`. @param folder a root without an overlay, where that is wanted. */
export function commandLine(choice: Choice, { name, folder }: { name: string; folder: string }): string[] {
  const flags = MECHANISMS.flatMap((mechanism) => (choice.has(mechanism.name) ? mechanism.with : mechanism.without));
  const isFolder = !choice.has('overlay');
  return [
    'run',
    '--rm',
    '-it',
    '--name',
    name,
    ...flags,
    ...(isFolder ? ['--rootfs', folder] : rootWords(choice)),
    'sh',
  ];
}

function rootWords(choice: Choice): string[] {
  return choice.has('root') ? ['box'] : []; // --machine is among the flags
}
