// containerd with slipway-oci in place of runc: `ctr run --runc-binary`. This containerd is one of the test's own, with its
// state in the test's folder.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratch } from '../slipway.ts';
import { until } from '../until.ts';
import { makeRootfs, SLIPWAY_OCI } from './oci.ts';

const isHere = spawnSync('containerd', ['--version']).status === 0;
if (!isHere) console.warn('SKIPPED, containerd: it is not installed (Debian: apt install containerd)');

const folder = scratch('containerd');
const address = join(folder, 'socket');
const IMAGE = 'docker.io/library/box:latest';
const NAMESPACE = `slipway-test-${process.pid}`;
const env = { PATH: process.env.PATH, HOME: '/root', TMPDIR: folder };
let daemon: ReturnType<typeof spawn> | undefined;

const OTHERS = [
  'grpc.v1.cri',
  'snapshotter.v1.btrfs',
  'snapshotter.v1.aufs',
  'snapshotter.v1.devmapper',
  'snapshotter.v1.zfs',
];
const CONFIG = `version = 2
root = "${folder}/root"
state = "${folder}/state"
disabled_plugins = [${OTHERS.map((name) => `"io.containerd.${name}"`).join(', ')}]
[grpc]
  address = "${address}"
[ttrpc]
  address = "${address}.ttrpc"
`;

function ctr(...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const all = ['--address', address, '--namespace', NAMESPACE, ...words];
  const { status, stdout, stderr } = spawnSync('ctr', all, { env, encoding: 'utf8', timeout: 60_000 });
  return { code: status, stdout, stderr };
}

function done(...words: string[]): string {
  const { code, stdout, stderr } = ctr(...words);
  expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
  return stdout;
}

const RUN = ['run', '--snapshotter', 'native', '--runc-binary', SLIPWAY_OCI];

/** An image of one layer in the form of `docker save`. */
function saveImage(rootfs: string): string {
  const image = join(folder, 'image');
  mkdirSync(image);
  expect(spawnSync('tar', ['-C', rootfs, '-cf', join(image, 'layer.tar'), '.']).status).toBe(0);
  const hash = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
  const diffId = `sha256:${hash(readFileSync(join(image, 'layer.tar')))}`;
  const config = JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    config: { Env: ['PATH=/usr/bin:/bin'], Cmd: ['sh'] },
    rootfs: { type: 'layers', diff_ids: [diffId] },
  });
  writeFileSync(join(image, `${hash(config)}.json`), config);
  const manifest = [{ Config: `${hash(config)}.json`, RepoTags: [IMAGE], Layers: ['layer.tar'] }];
  writeFileSync(join(image, 'manifest.json'), JSON.stringify(manifest));
  expect(spawnSync('tar', ['-C', image, '-cf', join(folder, 'image.tar'), '.']).status).toBe(0);
  return join(folder, 'image.tar');
}

describe.skipIf(!isHere)('containerd', () => {
  beforeAll(async () => {
    writeFileSync(join(folder, 'config.toml'), CONFIG);
    daemon = spawn('containerd', ['-c', join(folder, 'config.toml')], { env, stdio: 'ignore' });
    await until('containerd to answer', () => existsSync(address) && ctr('version').code === 0);
    done('images', 'import', '--snapshotter', 'native', saveImage(await makeRootfs()));
  });

  afterAll(() => {
    for (const id of ctr('containers', 'ls', '-q').stdout.split('\n').filter(Boolean)) {
      ctr('tasks', 'delete', '--force', id);
      ctr('containers', 'delete', id);
    }
    daemon?.kill('SIGTERM');
    rmSync(join('/run/containerd/runc', NAMESPACE), { recursive: true, force: true }); // whatever its state folder
    // The cgroups of a namespace have a parent, which neither containerd nor a runtime takes away.
    for (const hierarchy of readdirSync('/sys/fs/cgroup')) {
      const parent = join('/sys/fs/cgroup', hierarchy, NAMESPACE);
      if (existsSync(parent)) rmdirSync(parent);
    }
  });

  test('run: output, exit code, variables, folder, a limit', () => {
    const flags = ['--rm', '--env', 'A=2', '--cwd', '/tmp', '--memory-limit', String(64 << 20)];
    expect(ctr(...RUN, ...flags, IMAGE, 'a', 'sh', '-c', 'echo $A; pwd; exit 9')).toEqual({
      code: 9,
      stdout: '2\n/tmp\n',
      stderr: '',
    });
  });

  test('run: a program that is not there is an error of the start', () => {
    expect(ctr(...RUN, '--rm', IMAGE, 'b', 'nothing-such')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('OCI runtime create failed: exec: "nothing-such": executable file not found'),
    });
    ctr('containers', 'delete', 'b');
  });

  test('a task: exec, ps, pause, resume, metrics, kill, delete', async () => {
    const task = (id: string) =>
      done('tasks', 'ls')
        .split('\n')
        .find((line) => line.startsWith(id)) ?? '';
    done(...RUN, '-d', IMAGE, 'c', 'sh', '-c', 'trap "exit 3" TERM; while :; do sleep 0.1; done');
    expect(task('c')).toContain('RUNNING');
    const exec = ctr('tasks', 'exec', '--exec-id', 'e', '--user', '7:8', 'c', 'sh', '-c', 'id -u; id -g; exit 6');
    expect(exec).toEqual({ code: 6, stdout: '7\n8\n', stderr: '' });
    expect(done('tasks', 'ps', 'c')).toContain(/\d+/.exec(task('c'))?.[0]);
    done('tasks', 'pause', 'c');
    expect(task('c')).toContain('PAUSED');
    done('tasks', 'resume', 'c');
    expect(done('tasks', 'metrics', 'c')).toMatch(/pids\.current +\d/);
    done('tasks', 'kill', '--signal', 'SIGTERM', 'c');
    await until('it to stop', () => task('c').includes('STOPPED'));
    expect(ctr('tasks', 'delete', 'c')).toMatchObject({ code: 0, stderr: expect.stringContaining('exit code 3') });
    done('containers', 'delete', 'c');
  });
});
