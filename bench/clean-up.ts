// Removes what the benchmark has made: `clean-up.ts FOLDER`, which bench.ts starts beside itself.
//
// Its input is a pipe, whose other end the benchmark holds, and every program that it starts. So it ends when all of them
// have ended, however they did: after the last table, by Ctrl-C, by kill -9.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MNT_DETACH } from '../src/linux/constants.ts';
import { umount2 } from '../src/linux/mount.ts';
import { readMounts } from '../src/linux/mountinfo.ts';

const STDIN = 0;
const [folder] = process.argv.slice(2);

readFileSync(STDIN);
removeAll();
for (const name of ['runc', 'crun', 'slipway-oci']) deleteAll(name);
for (const { path } of readMounts().reverse()) if (path.startsWith(`${folder}/`)) umount2(path, MNT_DETACH); // podman's storage
rmSync(`${folder}`, { recursive: true, force: true });

/** The containers of Slipway, also those that run in the background. */
function removeAll(): void {
  const env = { ...process.env, SLIPWAY_ROOT: join(`${folder}`, 'root') };
  const slipway = join(import.meta.dirname, '../slipway');
  const ids = spawnSync(slipway, ['ps', '-aq'], { env, encoding: 'utf8' }).stdout.split('\n').filter(Boolean);
  if (ids.length > 0) spawnSync(slipway, ['rm', '-f', ...ids], { env });
}

/** The containers of an OCI runtime that were not yet deleted. */
function deleteAll(name: string): void {
  const state = join(`${folder}`, `state-${name}`);
  const program = name === 'slipway-oci' ? join(import.meta.dirname, '..', name) : name;
  if (!existsSync(state)) return;
  for (const id of readdirSync(state)) spawnSync(program, ['--root', state, 'delete', '--force', id]);
}
