// podman with `--runtime slipway-oci`, on an image of box: what people do with podman all day.
//
// It works in a network namespace of its own, so that the bridge and the rules that it makes are gone with that.

import { spawn, spawnSync } from 'node:child_process';
import { chownSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratch } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';
import { makeRootfs, SLIPWAY_OCI } from './oci.ts';

const isHere = spawnSync('podman', ['--version']).status === 0;
if (!isHere) console.warn('SKIPPED, podman: it is not installed (Debian: apt install podman)');

const folder = scratch('podman');
const env = { PATH: process.env.PATH, HOME: '/root', CONTAINERS_CONF: join(folder, 'containers.conf') };
/** Holds the network namespace. */
const holder = isHere ? spawn('unshare', ['--net', 'sleep', '1000'], { stdio: 'ignore' }) : undefined;

function podman(...words: string[]): { code: number | null; stdout: string; stderr: string } {
  const where = ['--root', join(folder, 'root'), '--runroot', join(folder, 'run'), '--tmpdir', join(folder, 'tmp')];
  const how = [
    '--runtime',
    SLIPWAY_OCI,
    '--cgroup-manager',
    'cgroupfs',
    '--network-config-dir',
    join(folder, 'networks'),
  ];
  const command = ['--net', '--target', String(holder?.pid), 'podman', ...where, ...how, ...words];
  const { status, stdout, stderr } = spawnSync('nsenter', command, { env, encoding: 'utf8', timeout: 90_000 });
  return { code: status, stdout, stderr };
}

function done(...words: string[]): string {
  const { code, stdout, stderr } = podman(...words);
  expect({ words, code, stderr }).toEqual({ words, code: 0, stderr: '' });
  return stdout.trim();
}

const NONE = ['--network', 'none'];
const TRAPPING = ['sh', '-c', 'trap "echo bye; exit 0" TERM; echo started; while :; do sleep 0.1; done'];

describe.skipIf(!isHere)('podman', () => {
  beforeAll(async () => {
    // podman raises limits by default, for which root may lack the right.
    writeFileSync(env.CONTAINERS_CONF, '[containers]\ndefault_ulimits = []\n[engine]\nevents_logger = "file"\n');
    const rootfs = await makeRootfs();
    expect(spawnSync('tar', ['-C', rootfs, '-cf', join(folder, 'box.tar'), '.']).status).toBe(0);
    done('import', '-q', join(folder, 'box.tar'), 'box');
  });

  afterAll(() => {
    podman('rm', '-f', '-t', '0', '--all');
    podman('pod', 'rm', '-f', '--all');
    podman('system', 'reset', '--force');
    holder?.kill('SIGKILL');
  });

  test('run: output, exit code, user, folder, variables, limits, mounts', () => {
    const line =
      'id -u; id -g; pwd; echo $A; touch /x 2>&1; touch /y/a && echo y; grep CapEff /proc/self/status; exit 9';
    const flags = [
      '-u',
      '1000:1001',
      '-w',
      '/tmp',
      '-e',
      'A=1',
      '-m',
      '50m',
      '--pids-limit',
      '50',
      '--tmpfs',
      '/y',
      '--read-only',
    ];
    const { code, stdout, stderr } = podman('run', '--rm', ...NONE, ...flags, 'box', 'sh', '-c', line);
    expect({ code, stderr }).toEqual({ code: 9, stderr: '' });
    expect(stdout).toBe('1000\n1001\n/tmp\n1\ntouch: /x: Read-only file system\ny\nCapEff:\t0000000000000000\n');
  });

  test('run: input, a root that is a folder, and a terminal', async () => {
    expect(done('run', '--rm', ...NONE, '--rootfs', await makeRootfs(), 'echo', 'hi')).toBe('hi');
    expect(done('run', '--rm', ...NONE, '-t', 'box', 'tty')).toBe('/dev/pts/0');
  });

  test('run: 127 for a program that is not there, 126 for one that cannot be executed', () => {
    expect(podman('run', '--rm', ...NONE, 'box', 'nothing-such')).toMatchObject({
      code: 127,
      stderr: expect.stringContaining('executable file not found'),
    });
    expect(podman('run', '--rm', ...NONE, 'box', '/etc').code).toBe(126);
  });

  test('exec: 127 and 126 as well, by the words of our error', () => {
    done('run', '-d', '--name', 'e', ...NONE, 'box', 'sleep', '1000');
    const codes = [['nothing-such'], ['/etc']].map((words) => podman('exec', 'e', ...words).code);
    expect(codes).toEqual([127, 126]);
    expect(podman('exec', '-w', '/nowhere', 'e', 'true').code).toBe(127);
    done('rm', '-f', '-t', '0', 'e');
  });

  test('build: what RUN says is done by the runtime', () => {
    const context = scratch('build');
    writeFileSync(
      join(context, 'Dockerfile'),
      'FROM box\nRUN echo built > /x\nUSER 1000\nRUN id -u; cat /x\nRUN exit 3\n',
    );
    const { code, stdout, stderr } = podman('build', ...NONE, context);
    expect({ code, stdout }).toEqual({ code: 3, stdout: expect.stringContaining('1000\nbuilt\n') });
    expect(stderr).toContain('exit status 3');
  });

  test('a health check is a program in the container', () => {
    const flags = ['--health-cmd', 'ls /ok', '--health-interval', 'disable', '--health-retries', '1'];
    done('run', '-d', '--name', 'h', ...NONE, ...flags, 'box', 'sleep', '1000');
    expect(podman('healthcheck', 'run', 'h').code).toBe(1);
    done('exec', 'h', 'touch', '/ok');
    expect(podman('healthcheck', 'run', 'h').code).toBe(0);
    done('rm', '-f', '-t', '0', 'h');
  });

  test('exec, logs, stop, start, kill, wait', async () => {
    done('run', '-d', '--name', 'a', ...NONE, 'box', ...TRAPPING);
    await until('it to begin', () => podman('logs', 'a').stdout === 'started\n');
    expect(podman('exec', 'a', 'sh', '-c', 'echo inside; exit 5')).toEqual({ code: 5, stdout: 'inside\n', stderr: '' });
    expect(done('exec', '-t', 'a', 'tty')).toMatch(/^\/dev\/pts\/\d$/);
    done('exec', '-d', 'a', 'sleep', '1000');
    expect(done('top', 'a', 'args')).toContain('sleep 1000');
    done('stop', '-t', '10', 'a');
    expect(done('logs', 'a')).toBe('started\nbye');
    expect(done('inspect', 'a', '--format', '{{.State.Status}} {{.State.ExitCode}}')).toBe('exited 0');
    done('start', 'a');
    done('kill', 'a');
    expect(done('wait', 'a')).toBe('137');
    done('rm', 'a');
  });

  test('pause and unpause', () => {
    done('run', '-d', '--name', 'b', ...NONE, 'box', 'sleep', '1000');
    done('pause', 'b');
    expect(done('inspect', 'b', '--format', '{{.State.Status}}')).toBe('paused');
    done('unpause', 'b');
    expect(done('inspect', 'b', '--format', '{{.State.Status}}')).toBe('running');
    done('rm', '-f', '-t', '0', 'b');
  });

  test('a pod: two containers share their network, ipc and name, and nothing else', () => {
    done('pod', 'create', '--name', 'p', ...NONE, '--infra-image', 'box', '--infra-command', 'sleep 1000');
    for (const name of ['c', 'd']) done('run', '-d', '--pod', 'p', '--name', name, 'box', 'sleep', '1000');
    const kinds = ['net', 'ipc', 'uts', 'pid', 'mnt'];
    const of = (name: string) => kinds.map((kind) => done('exec', name, 'readlink', `/proc/self/ns/${kind}`));
    const [c, d] = [of('c'), of('d')];
    expect(kinds.filter((_, at) => c[at] === d[at])).toEqual(['net', 'ipc', 'uts']);
    expect(done('exec', 'c', 'hostname')).toBe('p');
    done('pod', 'rm', '-f', '-t', '0', 'p');
  });

  test('a network by podman’s own bridge', () => {
    const { code, stdout } = podman('run', '--rm', 'box', 'sh', '-c', 'cat /proc/net/dev; cat /proc/net/fib_trie');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ *eth0:/m);
    expect(stdout).toContain('10.88.0.');
  });
});

describe.skipIf(!isHere)('an ordinary user’s podman', () => {
  const user = ordinaryUser();
  const own = scratch('rootless', user);
  const runtimeFolder = join(own, 'runtime');

  function rootless(...words: string[]): { code: number | null; stdout: string; stderr: string } {
    const where = ['--root', join(own, 'root'), '--runroot', join(own, 'run'), '--tmpdir', join(own, 'tmp')];
    const how = ['--storage-driver', 'vfs', '--runtime', SLIPWAY_OCI, '--cgroup-manager', 'cgroupfs'];
    const { status, stdout, stderr } = spawnSync('podman', [...where, ...how, '--log-level', 'error', ...words], {
      uid: user.uid,
      gid: user.gid,
      cwd: own,
      env: { ...env, HOME: own, USER: user.name, XDG_RUNTIME_DIR: runtimeFolder },
      encoding: 'utf8',
      timeout: 90_000,
    });
    return { code: status, stdout, stderr };
  }

  beforeAll(() => {
    mkdirSync(runtimeFolder, { mode: 0o700 });
    for (const path of [runtimeFolder, own]) chownSync(path, user.uid, user.gid);
    copyFileSync(join(folder, 'box.tar'), join(own, 'box.tar'));
    expect(rootless('import', '-q', join(own, 'box.tar'), 'box')).toMatchObject({ code: 0 });
  });

  afterAll(() => {
    rootless('rm', '-f', '-t', '0', '--all');
    rootless('system', 'reset', '--force');
    // It keeps a process that holds the user's namespaces.
    for (const file of [join(own, 'tmp/pause.pid'), join(runtimeFolder, 'libpod/tmp/pause.pid')])
      if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8')));
  });

  test.each([
    ['', '0:0'],
    ['keep-id', `${user.uid}:${user.gid}`],
    ['nomap', '0:0'],
    ['auto', '0:0'],
  ])('runs with --userns=%s', (kind, ids) => {
    const flags = kind === '' ? [] : [`--userns=${kind}`];
    const { code, stdout, stderr } = rootless(
      'run',
      '--rm',
      ...NONE,
      ...flags,
      'box',
      'sh',
      '-c',
      'echo $(id -u):$(id -g)',
    );
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${ids}\n`, stderr: '' });
  });

  test('executes, stops and removes', () => {
    expect(rootless('run', '-d', '--name', 'a', ...NONE, 'box', ...TRAPPING).code).toBe(0);
    expect(rootless('exec', '-u', '1000', 'a', 'sh', '-c', 'id -u; exit 5')).toMatchObject({
      code: 5,
      stdout: '1000\n',
    });
    expect(rootless('stop', '-t', '10', 'a').code).toBe(0);
    expect(rootless('inspect', 'a', '--format', '{{.State.ExitCode}}').stdout).toBe('0\n');
    expect(rootless('rm', 'a').code).toBe(0);
  });
});
