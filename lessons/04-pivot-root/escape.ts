// escape.ts ROOTFS COMMAND…   the program of lesson 02, with its root by pivot_root: tries to get out, and runs a command there
//
// Started in a mount namespace of its own: unshare --mount scripts/node.sh lessons/04-pivot-root/escape.ts ROOTFS COMMAND…

import { readdirSync, writeSync } from 'node:fs';
import { bindRoot, makeRootSlave, pivot } from 'slipway/chroot/root.ts';
import { keepStdio } from 'slipway/exec/stdio.ts';
import { mkdir } from 'slipway/linux/files.ts';
import { chdir, chroot } from 'slipway/linux/mount.ts';
import { execve } from 'slipway/linux/process.ts';
import { findProgram } from 'slipway/runtime/program.ts';

const [rootfs = '', name = '', ...words] = process.argv.slice(2);
const env = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];

tell('before');
enter();
tell('locked in');
breakOut();
tell('out again');
keepStdio();
execve(findProgram(name, env), [name, ...words], env);

function enter(): void {
  makeRootSlave();
  pivot(bindRoot(rootfs));
}

/** Line by line as in lesson 02. */
function breakOut(): void {
  mkdir('jail', 0o755);
  chroot('jail'); // the root moves down, and we are above it now
  for (let up = 0; up < 64; up++) chdir('..');
  chroot('.');
}

function tell(when: string): void {
  const names = readdirSync('/');
  const more = names.length > 6 ? ' …' : '';
  writeSync(1, `${when}: / holds ${names.slice(0, 6).join(' ')}${more}\n`);
}
