// Bundles as other people's engines write them: a folder with a config.json and a root, for `run --config` and for runc.
//
//     const bundle = await makeBundle();
//     const { code, stdout, stderr } = await bundle.run((spec) => { spec.hostname = 'quay'; }, 'hostname');
//     bundle.runc((spec) => …, 'hostname')      the same by runc, where there is one

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Spec } from '../../src/oci.ts';
import { homeOf, type Result, type Started, scratch, slipway, start } from './slipway.ts';

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
  /** As run(), beside the test. */
  start(change: Change, line: string, args?: readonly string[]): Started;
  /** The same by runc. */
  runc(change: Change, line: string): Result;
}

/** A new bundle, whose root is a copy of box. */
export async function makeBundle(): Promise<BundleFolder> {
  await slipway(['run', '--rm', 'box', 'true']);
  const layers = join(homeOf().SLIPWAY_ROOT, 'layers');
  const box = readdirSync(layers).find((name) => /^box-[0-9a-f]+$/.test(name)) ?? '';
  const path = scratch('bundle');
  const rootfs = join(path, 'rootfs');
  mkdirSync(rootfs);
  cpSync(join(layers, box), rootfs, { recursive: true, verbatimSymlinks: true });
  const write = (change: Change, line: string) => {
    const spec = plainSpec(line);
    change(spec);
    writeFileSync(join(path, 'config.json'), JSON.stringify(spec));
  };
  return {
    path,
    rootfs,
    run: (change, line, args = []) => {
      write(change, line);
      return slipway(['run', '--rm', ...args, '--config', path]);
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
