// `slipway-oci` under test. Each test file has a root of its own for the state of its containers, which is gone afterwards.
//
//     const bundle = makeBundle(({ process }) => { process.args = ['sh', '-c', 'echo hello']; });
//     oci(['create', '-b', bundle, id]);
//     expect(stateOf(id).status).toBe('created');

import { type SpawnSyncOptions, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { Spec } from '../../../src/oci.ts';
import { folderWithRoot } from '../bundles.ts';
import { Started, scratch, spawnOptions } from '../slipway.ts';
import type { User } from '../users.ts';

export const SLIPWAY_OCI = resolve(import.meta.dirname, '../../../slipway-oci');

/** Where the state of this file's containers lies. */
export const root = scratch('oci');

export interface Result {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Options {
  env?: Record<string, string>;
  cwd?: string;
  input?: string;
  /** What descriptors 3, 4 … of the command shall be. */
  fds?: number[];
  root?: string;
  /** Who runs it; without it, root. */
  user?: User;
  /** Global flags beside --root. */
  flags?: string[];
}

/** Runs a command. Its output goes to files: a container that it leaves behind has them open as its own. */
export function oci(
  args: readonly string[],
  { env = {}, cwd = '/', input = '', fds = [], ...rest }: Options = {},
): Result {
  const folder = scratch('output');
  const [out, err] = [join(folder, 'stdout'), join(folder, 'stderr')];
  writeFileSync(join(folder, 'stdin'), input);
  const own = [openSync(join(folder, 'stdin'), 'r'), openSync(out, 'a'), openSync(err, 'a')];
  const options: SpawnSyncOptions = {
    cwd,
    env: { PATH: process.env.PATH, HOME: '/root', ...env },
    stdio: [...own, ...fds],
    ...(rest.user === undefined ? {} : { uid: rest.user.uid, gid: rest.user.gid }),
    timeout: 60_000,
  };
  const words = ['--root', rest.root ?? root, ...(rest.flags ?? []), ...args];
  const { status, error } = spawnSync(SLIPWAY_OCI, words, options);
  for (const fd of own) closeSync(fd);
  if (status === null) throw error ?? new Error(`slipway-oci ${args.join(' ')} was killed`);
  return { code: status, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') };
}

/** As oci(), for what has to succeed and say nothing on stderr. @returns its output. */
export function done(args: readonly string[], options: Options = {}): string {
  const { code, stdout, stderr } = oci(args, options);
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

let count = 0;

/** An id that no other container of this machine has. */
export function newId(): string {
  return `oci-test-${process.pid}-${count++}`;
}

export interface State {
  ociVersion: string;
  id: string;
  pid: number;
  status: string;
  bundle: string;
  rootfs: string;
  created: string;
  annotations?: Record<string, string>;
}

export function stateOf(id: string): State {
  return JSON.parse(done(['state', id]));
}

/** A copy of box's root. */
export async function makeRootfs(): Promise<string> {
  return join(await folderWithRoot(), 'rootfs');
}

/** A bundle with box's root and the config.json that `slipway-oci spec` writes, without a terminal. @returns its folder. */
export async function makeBundle(change: (spec: Spec & { linux: object }) => void = () => {}): Promise<string> {
  const folder = await folderWithRoot();
  done(['spec', '-b', folder]);
  const file = join(folder, 'config.json');
  const spec = JSON.parse(readFileSync(file, 'utf8'));
  spec.process.terminal = false;
  spec.root.readonly = false;
  change(spec);
  writeFileSync(file, JSON.stringify(spec));
  return folder;
}

/** A folder of this name below the test's scratch, for whatever a test wants to look at. */
export function folderIn(path: string, name: string): string {
  mkdirSync(join(path, name));
  return join(path, name);
}

afterAll(() => {
  for (const id of readdirSync(root)) spawnSync(SLIPWAY_OCI, ['--root', root, 'delete', '--force', id]);
});

/** A command that runs beside the test. */
export function start(args: readonly string[], options: { env?: Record<string, string> } = {}): Started {
  const child = spawn(SLIPWAY_OCI, ['--root', root, ...args], spawnOptions(options));
  return new Started(child, 60_000, `slipway-oci ${args.join(' ')}`);
}

/** False also for a zombie, whom the machine's init has yet to wait for. */
export function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
