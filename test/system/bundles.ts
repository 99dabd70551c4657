// Bundles as other people's engines write them: a folder with a config.json and a root, for `run --config` and for runc.
//
//     const bundle = await makeBundle();
//     const { code, stdout, stderr } = await bundle.run((spec) => { spec.hostname = 'quay'; }, 'hostname');
//     bundle.runc((spec) => …, 'hostname')      the same by runc, where there is one

import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Spec } from '../../src/oci.ts';
import { homeOf, type Result, type Started, scratch, slipway, start } from './slipway.ts';
import type { User } from './users.ts';

export const noRunc = spawnSync('runc', ['--version']).error && 'runc is not installed (Debian: apt install runc)';
if (noRunc) console.warn(`SKIPPED, comparisons with runc: ${noRunc}`);

/** Changes a specification in place. Its parts are free: many a test writes what the types forbid. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Change = (spec: Spec & Record<string, any>) => void;

export interface BundleFolder {
  path: string;
  rootfs: string;
  /** Runs a line of shell in a container of the changed specification. */
  run(change: Change, line: string, args?: readonly string[]): Promise<Result>;
  /** As run(), for what has to end well and complain of nothing. @returns what it printed. */
  outputOf(change: Change, line: string): Promise<string>;
  /** As run(), beside the test. */
  start(change: Change, line: string, args?: readonly string[]): Started;
  /** The same by runc. */
  runc(change: Change, line: string): Result;
}

/** A folder with a `rootfs` in it, which is a copy of box's. It is the user's. */
export async function folderWithRoot(user?: User): Promise<string> {
  await slipway(['run', '--rm', 'box', 'true'], { user });
  const layers = join(homeOf(user).SLIPWAY_ROOT, 'layers');
  const box = readdirSync(layers).find((name) => /^box-[0-9a-f]+$/.test(name)) ?? '';
  const folder = scratch('bundle', user);
  cpSync(join(layers, box), join(folder, 'rootfs'), { recursive: true, verbatimSymlinks: true });
  if (user) spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, folder]);
  return folder;
}

/** A new bundle, whose root is a copy of box. */
export async function makeBundle(): Promise<BundleFolder> {
  const path = await folderWithRoot();
  const rootfs = join(path, 'rootfs');
  const write = (change: Change, line: string) => {
    const spec = plainSpec(line);
    change(spec);
    writeFileSync(join(path, 'config.json'), JSON.stringify(spec));
  };
  const run = (change: Change, line: string, args: readonly string[] = []) => {
    write(change, line);
    return slipway(['run', '--rm', ...args, '--config', path]);
  };
  return {
    path,
    rootfs,
    run,
    outputOf: async (change, line) => {
      const { code, stdout, stderr } = await run(change, line);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return stdout;
    },
    start: (change, line, args = []) => {
      write(change, line);
      return start(['run', '--rm', ...args, '--config', path]);
    },
    runc: (change, line) => {
      write(change, line);
      const id = `slipway-test-${process.pid}`;
      const { status, stdout, stderr } = spawnSync('runc', ['run', '-b', path, id], { encoding: 'utf8' });
      return { code: status ?? -1, stdout, stderr };
    },
  };
}

const CAPABILITIES = [
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'KILL',
  'MKNOD',
  'SETGID',
  'SETUID',
  'SYS_ADMIN',
  'SYS_CHROOT',
];

/** About what `runc spec` writes, without a terminal. */
export function plainSpec(line: string): Spec {
  const names = CAPABILITIES.map((name) => `CAP_${name}`);
  return {
    ociVersion: '1.2.0',
    process: {
      user: { uid: 0, gid: 0 },
      args: ['sh', '-c', line],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      cwd: '/',
      capabilities: { bounding: names, effective: names, permitted: names },
    },
    root: { path: 'rootfs' },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid', 'noexec', 'nodev'] },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'strictatime', 'mode=755'] },
      {
        destination: '/dev/pts',
        type: 'devpts',
        source: 'devpts',
        options: ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620'],
      },
    ],
    linux: { namespaces: [{ type: 'pid' }, { type: 'ipc' }, { type: 'uts' }, { type: 'mount' }, { type: 'network' }] },
  };
}

/** The field of a line `Name:\tvalue` of /proc/PID/status. */
export function field(status: string, name: string): string | undefined {
  return new RegExp(`^${name}:[ \\t]*(.*?)[ \\t]*$`, 'm').exec(status)?.[1];
}
