// `slipway spec` and `run --config`: the OCI's config.json goes out to other runtimes, and theirs comes in.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Spec } from '../../src/oci.ts';
import { folderWithRoot, noRunc } from './bundles.ts';
import { homeOf, scratch, slipway } from './slipway.ts';
import { ordinaryUser, type User, userWithoutRange } from './users.ts';

async function specOf(args: readonly string[], user?: User): Promise<Spec> {
  const { code, stdout, stderr } = await slipway(['spec', ...args], { user });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

describe('slipway spec', () => {
  test('prints what the flags give, and makes nothing', async () => {
    const spec = await specOf([
      '-e',
      'A=1',
      '-w',
      '/tmp',
      '-m',
      '100m',
      '--hostname',
      'quay',
      '-v',
      '/tmp:/d:ro',
      '-v',
      'new:/v',
      'box',
      'ls',
    ]);
    expect(spec.process.args).toEqual(['ls']);
    expect(spec.process.env).toContain('A=1');
    expect(spec.process.cwd).toBe('/tmp');
    expect(spec.hostname).toBe('quay');
    expect(spec.linux?.resources?.memory).toEqual({ limit: 104857600, swap: 209715200 });
    expect(spec.mounts).toContainEqual({
      destination: '/d',
      type: 'bind',
      source: '/tmp',
      options: ['rbind', 'rprivate', 'rro'],
    });
    expect((await slipway(['ps', '-aq'])).stdout).toBe('');
    expect(readdirSync(homeOf().SLIPWAY_ROOT)).not.toContain('volumes');
  });

  test.each<[string, () => User | undefined]>([
    ['root', () => undefined],
    ['an ordinary user', ordinaryUser],
    ['a user with one id', userWithoutRange],
  ])('is what run --config runs, for %s', async (_, getUser) => {
    const user = getUser();
    const file = join(scratch('spec', user), 'config.json');
    const flags = ['-e', 'A=1', '-w', '/tmp', '--hostname', 'quay', '-u', 'nobody'].slice(
      0,
      user === undefined ? 8 : 6,
    );
    writeFileSync(
      file,
      JSON.stringify(await specOf([...flags, 'box', 'sh', '-c', 'hostname; pwd; echo $A; id -un'], user)),
    );
    const result = await slipway(['run', '--rm', '--config', file], { user });
    expect(result).toEqual({ code: 0, stdout: `quay\n/tmp\n1\n${user ? 'root' : 'nobody'}\n`, stderr: '' });
  });

  test.skipIf(noRunc)('is run by runc', async () => {
    const bundle = await folderWithRoot();
    for (const flags of [
      [],
      ['--cap-drop', 'ALL', '--read-only'],
      ['--privileged'],
      ['-m', '64m', '--pids-limit', '50', '--tmpfs', '/t', '-v', `${bundle}:/d:ro`],
      ['--userns', 'private'],
      ['--network', 'host', '--pid', 'host', '--ipc', 'host', '--uts', 'host'],
    ]) {
      writeFileSync(
        join(bundle, 'config.json'),
        JSON.stringify(await specOf([...flags, 'box', 'sh', '-c', 'id -u; ls /; exit 3'])),
      );
      const id = `slipway-test-${process.pid}`;
      const { status, stdout, stderr } = spawnSync('runc', ['run', '-b', bundle, id], { encoding: 'utf8' });
      expect({ flags, status, stderr }).toEqual({ flags, status: 3, stderr: '' });
      expect(stdout).toMatch(/^0\nbin\n/);
    }
  });
});

describe('run --config', () => {
  let bundle: string;
  let spec: Spec;

  beforeAll(async () => {
    bundle = await folderWithRoot();
    spec = await specOf(['box', 'echo', 'it runs']);
  });

  async function runWith(change: (spec: Spec) => unknown): Promise<string> {
    const document = structuredClone(spec);
    const changed = change(document);
    const other = Array.isArray(changed) ? changed : document;
    const file = join(bundle, 'changed.json');
    writeFileSync(file, JSON.stringify(other));
    const { code, stdout, stderr } = await slipway(['run', '--rm', '--config', file]);
    expect({ code, stdout }).toEqual({ code: 125, stdout: '' });
    expect((await slipway(['ps', '-aq'])).stdout).toBe('');
    return stderr.replaceAll(file, 'FILE');
  }

  test.skipIf(noRunc)('runs what `runc spec` writes', async () => {
    const file = join(bundle, 'config.json');
    spawnSync('runc', ['spec', '-b', bundle]);
    const theirs = JSON.parse(readFileSync(file, 'utf8'));
    theirs.process.terminal = false;
    theirs.process.args = ['sh', '-c', 'hostname; id -u; grep CapEff /proc/self/status; echo > /dev/null; touch /x'];
    writeFileSync(file, JSON.stringify(theirs));
    for (const path of [file, bundle]) {
      const { stdout, stderr } = await slipway(['run', '--rm', '--config', path]);
      expect(stdout).toBe('runc\n0\nCapEff:\t0000000020000420\n');
      expect(stderr).toBe('touch: /x: Read-only file system\n');
    }
  });

  test.skipIf(noRunc)('runs what `runc spec --rootless` writes, for an ordinary user', async () => {
    const user = ordinaryUser();
    const own = await folderWithRoot(user);
    const file = join(own, 'config.json');
    spawnSync('runc', ['spec', '--rootless', '-b', own], { uid: user.uid, gid: user.gid });
    const theirs = JSON.parse(readFileSync(file, 'utf8'));
    theirs.process.terminal = false;
    theirs.process.args = ['sh', '-c', 'hostname; id -u; cat /proc/self/uid_map'];
    writeFileSync(file, JSON.stringify(theirs));
    const { code, stdout } = await slipway(['run', '--rm', '--config', file], { user });
    expect({ code, words: stdout.trim().split(/\s+/) }).toEqual({
      code: 0,
      words: ['runc', '0', '0', `${user.uid}`, '1'],
    });
  });

  test('leaves sharing to the kernel, and mapping of ids to root, for an ordinary user', async () => {
    const user = ordinaryUser();
    const file = join(scratch('spec', user), 'config.json');
    const source = scratch('source', user);
    const run = async (word: string) => {
      const document = await specOf(['box', 'sh', '-c', 'grep -o " /m .*shared:" /proc/self/mountinfo'], user);
      document.mounts?.push({ destination: '/m', source, options: ['rbind', word] });
      writeFileSync(file, JSON.stringify(document));
      return await slipway(['run', '--rm', '--config', file], { user });
    };
    expect((await run('rshared')).stdout).toMatch(/^ \/m .* shared:\n$/);
    const { code, stderr } = await run('idmap');
    expect({ code, stderr }).toEqual({
      code: 125,
      stderr: `slipway: the ids of ${source} cannot be mapped: only root of the machine has the right to\n`,
    });
  });

  test('maps ids as root in whatever way the file wants', async () => {
    const document = structuredClone(spec);
    const map = [{ containerID: 0, hostID: 100_000, size: 65_536 }];
    document.process.args = [
      'sh',
      '-c',
      'id -u; cat /proc/self/uid_map; touch /tmp/x && ls -ln /tmp/x | cut -c1-10; ls -ldn / | cut -d" " -f5-',
    ];
    document.linux = { ...document.linux, uidMappings: map, gidMappings: map };
    document.linux.namespaces?.push({ type: 'user' });
    spawnSync('chown', ['-R', '100000:100000', join(bundle, 'rootfs')]);
    delete document.annotations;
    delete document.linux.sysctl; // one of them names groups that are not mapped
    const file = join(bundle, 'mapped.json');
    writeFileSync(file, JSON.stringify(document));
    const { code, stdout, stderr } = await slipway(['run', '--rm', '--config', file]);
    spawnSync('chown', ['-R', '0:0', join(bundle, 'rootfs')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^0\n +0 +100000 +65536\n-rw-r--r--\n/);
  });

  test.each<[string, (spec: Spec) => unknown, string]>([
    ['no program', ({ process }) => Reflect.deleteProperty(process, 'args'), 'process.args: it is missing'],
    [
      'an empty program',
      ({ process }) => Object.assign(process, { args: [] }),
      'process.args: [] is too little: 1 at least',
    ],
    [
      'a relative folder',
      ({ process }) => Object.assign(process, { cwd: 'here' }),
      'process.cwd: "here" is no absolute path',
    ],
    [
      'another version',
      (it) => Object.assign(it, { ociVersion: '2.0' }),
      'ociVersion: "2.0" is no version 1 of the specification, such as 1.2.0',
    ],
    [
      'a number that is none',
      ({ process }) => Object.assign(process.user, { uid: -1 }),
      'process.user.uid: -1 is too little: 0 at least',
    ],
    ['a list that is none', (it) => void Object.assign(it, { mounts: 'x' }), 'mounts: "x" is not an array'],
    [
      'a variable without a value',
      ({ process }) => Object.assign(process, { env: ['A'] }),
      'process.env[0]: "A" is not of the form NAME=value',
    ],
    [
      'a kind of namespace that is none',
      ({ linux }) => void Object.assign(linux?.namespaces?.[0] ?? {}, { type: 'foo' }),
      'linux.namespaces[0].type: "foo" is none of mount, uts, ipc, pid, network, user, cgroup, time',
    ],
    [
      'a namespace twice',
      ({ linux }) => void linux?.namespaces?.push({ type: 'pid' }),
      'linux.namespaces[6].type: pid is listed twice',
    ],
    [
      'a user namespace without maps',
      ({ linux }) => void linux?.namespaces?.push({ type: 'user' }),
      'linux.uidMappings: a new user namespace needs uidMappings and gidMappings',
    ],
    [
      'a setting of the machine',
      ({ linux = {} }) => Object.assign(linux, { sysctl: { 'kernel.panic': '1' } }),
      "linux.sysctl: sysctl kernel.panic: it is the whole machine's, not of a namespace",
    ],
    [
      'a hook that is looked for',
      (it) => void Object.assign(it, { hooks: { poststop: [{ path: 'true' }] } }),
      'hooks.poststop[0].path: "true" is no absolute path',
    ],
    ['another kind of document', () => [], 'the document: [] is not an object'],
  ])('says in one line what is wrong: %s', async (_, change, sentence) => {
    expect(await runWith(change)).toBe(`slipway: FILE is no valid config.json:\n  ${sentence}\n`);
  });

  test('says all that is wrong, a line each', async () => {
    const said = await runWith((it) => {
      it.process.cwd = 'here';
      it.root.path = '';
      it.process.oomScoreAdj = 5000;
    });
    expect(said.split('\n').sort()).toEqual(
      [
        '',
        'slipway: FILE is no valid config.json:',
        '  process.cwd: "here" is no absolute path',
        '  process.oomScoreAdj: 5000 is too much: 1000 at most',
        '  root.path: "" is too little: 1 at least',
      ].sort(),
    );
  });

  test('says which root is missing', async () => {
    const said = await runWith((it) => {
      it.root.path = 'nowhere';
      delete it.annotations;
    });
    expect(said).toBe(`slipway: FILE: root.path: there is no folder ${join(bundle, 'nowhere')}\n`);
  });

  test.each([
    [['--config', '/no/such'], '--config "/no/such" cannot be read: there is no such file or folder'],
    [['--config', '/etc/passwd'], /^slipway: --config "\/etc\/passwd" is not JSON: .*\n$/],
    [['--config', '/x', '-e', 'A=1'], 'conflicting options: --config and --env. The file says it all: write it there'],
    [['--config', '/x', '--rootfs', '/y'], 'conflicting options: --rootfs and --config'],
    [['--config', '/x', 'box'], 'conflicting options: --config says what runs, so "box" cannot'],
  ])('refuses %j', async (flags, sentence) => {
    const { code, stderr } = await slipway(['run', ...flags]);
    expect(code).toBe(125);
    if (typeof sentence === 'string') expect(stderr).toBe(`slipway: ${sentence}\n`);
    else expect(stderr).toMatch(sentence);
  });
});
