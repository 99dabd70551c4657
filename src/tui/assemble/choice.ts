// What is switched on, and the command line that makes it.

import { MECHANISMS, type MechanismName } from './mechanisms.ts';

export type Choice = ReadonlySet<MechanismName>;

export function usualChoice(): Choice {
  return new Set(MECHANISMS.filter(({ isUsual }) => isUsual).map(({ name }) => name));
}

/** It is in all that `slipway run` makes: a root is put together in a mount namespace. */
export function isFixed(name: MechanismName): boolean {
  return name === 'mnt';
}

/** Moves a switch, unless it is fixed. */
export function toggled(name: MechanismName, choice: Choice): Choice {
  if (isFixed(name)) return choice;
  const next = new Set(choice);
  if (!next.delete(name)) next.add(name);
  return next;
}

/** A root of its own without a layer above needs a folder that is made for it. */
export function isFolder(choice: Choice): boolean {
  return choice.has('root') && !choice.has('overlay');
}

/** The words behind `slipway`. @param folder the root, where that is a folder. */
export function commandLine(choice: Choice, { name, folder }: { name: string; folder: string }): string[] {
  const flags = MECHANISMS.flatMap((mechanism) => (choice.has(mechanism.name) ? mechanism.with : mechanism.without));
  return ['run', '--rm', '-it', '--name', name, ...flags, ...rootWords(choice, folder), 'sh'];
}

/** `--machine` is this machine's own root under a layer that takes the changes. */
function rootWords(choice: Choice, folder: string): string[] {
  if (choice.has('overlay')) return choice.has('root') ? ['box'] : ['--machine'];
  return ['--rootfs', choice.has('root') ? folder : '/'];
}
