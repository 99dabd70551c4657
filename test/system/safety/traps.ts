// Hostile images: a root like box's, in which a test lays its traps, and C programs that try what no tool can.
//
//     const root = rootfs();
//     symlinkSync('/proc/self/fd/7', join(root, 'trap'));
//     await slipway(['run', '--rm', '--rootfs', root, '-w', '/trap', 'pwd']);

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ensureBox } from '../../../src/chroot/box.ts';
import type { Spec } from '../../../src/oci.ts';
import { isMissing } from '../../linux/missing.ts';
import { scratch, slipway } from '../slipway.ts';
import type { User } from '../users.ts';

let box: string | undefined;

/** A new folder with the programs of box, to be spoiled. */
export function rootfs(user?: User): string {
  box ??= ensureBox(scratch('box'));
  const root = scratch('rootfs', user);
  cpSync(box, root, { recursive: true, verbatimSymlinks: true });
  if (user) spawnSync('chown', ['-Rh', `${user.uid}:${user.gid}`, root]);
  return root;
}

/** Writes a file in the root, with the folders that it needs. */
export function put(root: string, path: string, content: string | Buffer, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content, { mode });
}

/** The specification that these flags give, altered by `change`. @returns a folder for `run --config`. */
export async function scratchSpec(flags: readonly string[], change: (spec: Spec) => void): Promise<string> {
  const { code, stdout, stderr } = await slipway(['spec', ...flags]);
  if (code !== 0) throw new Error(`slipway spec: ${stderr}`);
  const spec: Spec = JSON.parse(stdout);
  change(spec);
  const bundle = scratch('bundle');
  put(bundle, 'config.json', JSON.stringify(spec));
  return bundle;
}

export const hasGcc = !isMissing('gcc', spawnSync('gcc', ['--version']).status === 0);

/** Behind the name of a test that is left out. */
export const WITHOUT_GCC = hasGcc ? '' : ' (NOT TESTED, since this machine has no gcc)';

/** Compiles a C program without shared libraries into the root. */
export function putProgram(root: string, path: string, source: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  const args = ['-static', '-O1', '-w', '-x', 'c', '-o', join(root, path), '-'];
  const { status, stderr } = spawnSync('gcc', args, { input: source, encoding: 'utf8' });
  if (status !== 0) throw new Error(`gcc: ${stderr}`);
}
