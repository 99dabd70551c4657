// Removes what the benchmark has made: `clean-up.ts FOLDER`, which bench.ts starts beside itself.
//
// Its input is a pipe, whose other end the benchmark holds, and every program that it starts. So it ends when all of them
// have ended, however they did: after the last table, by Ctrl-C, by kill -9.

import { readFileSync, rmSync } from 'node:fs';
import { MNT_DETACH } from '../src/linux/constants.ts';
import { umount2 } from '../src/linux/mount.ts';
import { readMounts } from '../src/linux/mountinfo.ts';

const STDIN = 0;
const [folder] = process.argv.slice(2);

readFileSync(STDIN);
for (const { path } of readMounts().reverse()) if (path.startsWith(`${folder}/`)) umount2(path, MNT_DETACH); // podman's storage
rmSync(`${folder}`, { recursive: true, force: true });
