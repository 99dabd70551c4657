// Ordinary users for tests of what works without root. They are made when they are missing.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface User {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

/** A user with a range of ids in /etc/subuid and /etc/subgid, as `useradd` gives it to people. */
export function ordinaryUser(): User {
  return findUser('slipway-test') ?? makeUser('slipway-test', []);
}

/** A user with no such range, as services are. */
export function userWithoutRange(): User {
  return findUser('slipway-bare') ?? makeUser('slipway-bare', ['--system']);
}

function findUser(name: string): User | undefined {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [user, , uid, gid, , home = '/'] = line.split(':');
    if (user === name) return { name, uid: Number(uid), gid: Number(gid), home };
  }
  return undefined;
}

function makeUser(name: string, options: string[]): User {
  const { status, stderr } = spawnSync('useradd', ['--create-home', ...options, name], { encoding: 'utf8' });
  const user = findUser(name);
  if (!user) throw new Error(`useradd ${name} failed (${status}): ${stderr}`);
  return user;
}
