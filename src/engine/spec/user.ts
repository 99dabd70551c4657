// Who the program runs as. Numbers go into the specification. It has no words for names, which have to be looked up in
// the image's own /etc/passwd and /etc/group: they travel as annotations, and init looks them up inside the root.

import type { User } from '../../oci.ts';
import { GROUPS_ANNOTATION, USER_ANNOTATION } from '../../runtime/become.ts';
import type { ImageConfig } from '../image-config.ts';
import type { ProcessOptions } from '../options.ts';

const LARGEST_ID = 2 ** 31 - 1;

/**
 * Looks at `uid`, `name`, `uid:gid`, `name:group` and mixtures. Digits always mean a number, never a name: an image
 * whose passwd calls root `4294967296` must not make root of it (CVE-2024-40635, CVE-2026-46680).
 * @throws Error when a number is out of range or the form is wrong.
 */
export function checkUser(text: string): string {
  const parts = text.split(':');
  if (parts.length > 2) throw new Error(`invalid user "${text}": it is not of the form user or user:group`);
  if (parts.length === 2 && parts[0] === '')
    throw new Error(`invalid user "${text}": there is no user before the colon`);
  for (const part of parts) checkIdOrName(text, part);
  return text;
}

/** One of the two parts, or what --group-add takes. */
export function checkIdOrName(text: string, part = text): string {
  if (/^[-+]?\d+$/.test(part)) {
    if (!/^\d+$/.test(part) || BigInt(part) > LARGEST_ID) {
      throw new Error(`invalid user or group "${text}": uids and gids must be in range 0-${LARGEST_ID}`);
    }
  } else if (/[\s,\0]/.test(part)) {
    throw new Error(`invalid user or group "${text}": a name has no space, comma or zero byte in it`);
  }
  return text;
}

function wantedUser({ user }: ProcessOptions, image: ImageConfig): string {
  return checkUser(user ?? image.User ?? '') || '0';
}

/** The numbers as far as they are known without the image's files. */
export function numericUser(process: ProcessOptions, image: ImageConfig): User {
  const [user = '', group = ''] = wantedUser(process, image).split(':');
  const gid = isDigits(group) ? Number(group) : 0;
  return { uid: isDigits(user) ? Number(user) : 0, gid, additionalGids: [gid] };
}

/** What init has to look up; nothing when all is said in numbers. */
export function userAnnotations(process: ProcessOptions, image: ImageConfig): Record<string, string> {
  const wanted = wantedUser(process, image);
  const groups = process.groupAdd.join(',');
  const allNumbers = /^\d+:\d+$/.test(wanted) && groups === '';
  return allNumbers ? {} : { [USER_ANNOTATION]: wanted, ...(groups === '' ? {} : { [GROUPS_ANNOTATION]: groups }) };
}

function isDigits(text: string): boolean {
  return /^\d+$/.test(text);
}
