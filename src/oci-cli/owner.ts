// What a user is called on this machine.

import { readFileSync } from 'node:fs';

/** The name that /etc/passwd has for the number, or the number as `#1000`. */
export function nameOfUser(uid: number): string {
  try {
    const lines = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
    return lines.find(([, , number]) => number === String(uid))?.[0] ?? `#${uid}`;
  } catch {
    return `#${uid}`;
  }
}
