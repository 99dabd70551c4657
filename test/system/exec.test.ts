// `slipway exec`: another program in a container that runs, in all of its namespaces or in some.

import { readFileSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pidOf } from './processes.ts';
import { Pty } from './pty.ts';
import { type Options, type Started, slipway, start } from './slipway.ts';
import { ordinaryUser, type User, userWithoutRange } from './users.ts';

const KINDS = ['mnt', 'uts', 'ipc', 'pid', 'net', 'user', 'cgroup', 'time'];
const ASK = `for n in ${KINDS.join(' ')}; do readlink /proc/self/ns/$n; done`;
const linesOf = (text: string) => text.trim().split('\n');

/** The rights of a process, by /proc/PID/status. */
const RIGHTS = 'grep -E "^(Cap|NoNewPrivs|Seccomp:)" /proc/self/status';

describe.each<[string, () => User | undefined]>([
  ['root', () => undefined],
  ['a user with a range of ids', ordinaryUser],
  ['a user with one id', userWithoutRange],
])('as %s', (name, getUser) => {
  let user: User | undefined;
  let box: Started;
  const flags = ['-e', 'FROM=box', '-w', '/tmp', '--cap-add', 'NET_ADMIN', '--cap-drop', 'CHOWN'];

  beforeAll(async () => {
    user = getUser();
    const program = `${ASK}; ${RIGHTS}; cat /proc/self/cgroup; echo ready; exec sleep 1000`;
    box = start(['run', '--name', 'box', '--rm', ...flags, 'box', 'sh', '-c', program], { user });
    await box.says('ready');
  });
  afterAll(async () => {
    await slipway(['rm', '-f', 'box'], { user });
    await box[Symbol.asyncDispose]();
  });

  const exec = (args: readonly string[], options: Options = {}) => slipway(['exec', ...args], { user, ...options });

  test('it is in every namespace, with the rights and in the cgroup of the container’s own program', async () => {
    const { code, stdout, stderr } = await exec([
      'box',
      'sh',
      '-c',
      `${ASK}; ${RIGHTS}; cat /proc/self/cgroup; echo ready`,
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: box.stdout, stderr: '' });
  });

  test('the host sees it in that cgroup too', async () => {
    await using sleeper = start(['exec', 'box', 'sh', '-c', 'cat /proc/self/stat; exec sleep 1000'], { user });
    await sleeper.says(/\(cat\)/);
    const cgroups = (pid: number) => readFileSync(`/proc/${pid}/cgroup`, 'utf8');
    const [shim] = readFileSync(`/proc/${sleeper.pid}/task/${sleeper.pid}/children`, 'utf8').split(' ');
    const [program] = readFileSync(`/proc/${shim}/task/${shim}/children`, 'utf8').split(' ');
    expect(cgroups(Number(program))).toBe(cgroups(pidOf('box', user)));
    sleeper.kill('SIGTERM');
    expect((await sleeper.ended).code).toBe(143);
  });

  test('it has the container’s environment and folder, and what is given besides', async () => {
    const show = ['sh', '-c', 'echo $FROM $MORE $HOME $(pwd)'];
    expect((await exec(['box', ...show])).stdout).toBe('box /root /tmp\n');
    expect((await exec(['-e', 'MORE=more', '-e', 'FROM=me', '-w', '/etc', 'box', ...show])).stdout).toBe(
      'me more /root /etc\n',
    );
    expect(await exec(['-w', '', '-u', '', 'box', 'pwd'])).toEqual({ code: 0, stdout: '/tmp\n', stderr: '' });
  });

  test('its exit code is ours', async () => {
    for (const code of [0, 1, 42, 255]) expect((await exec(['box', 'sh', '-c', `exit ${code}`])).code).toBe(code);
    expect((await exec(['box', 'sh', '-c', 'kill -9 $$'])).code).toBe(137);
  });

  test('its output and errors are apart, its input is ours with -i alone', async () => {
    const { stdout, stderr } = await exec(['-i', 'box', 'sh', '-c', 'cat; echo err >&2'], { input: 'in\n' });
    expect({ stdout, stderr }).toEqual({ stdout: 'in\n', stderr: 'err\n' });
    expect((await exec(['box', 'wc', '-c'], { input: 'in\n' })).stdout).toBe('0\n');
  });

  test('it can join some namespaces and leave the rest: --ns net,uts', async () => {
    const { code, stdout, stderr } = await exec(['--ns', 'net,uts', 'box', 'sh', '-c', ASK]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [own, seen] = [linesOf(box.stdout), linesOf(stdout)];
    for (const [index, kind] of KINDS.entries()) {
      const joined = ['net', 'uts', ...(name === 'root' ? [] : ['user'])].includes(kind); // who owns the others
      const expected = joined ? own[index] : readlinkSync(`/proc/self/ns/${kind}`);
      expect([kind, seen[index]]).toEqual([kind, expected]);
    }
  });

  test('-it gives it a terminal', async () => {
    await using terminal = new Pty(['exec', '-it', 'box', 'sh'], undefined, { user });
    await terminal.shows(/[#$] /);
    await terminal.type('tty; echo $TERM $FROM\n');
    await terminal.shows('/dev/pts/0\r\nxterm box\r\n');
    await terminal.type('exit 6\n');
    expect(await terminal.ended).toBe(6);
  });

  test('its processes are gone when the container is', async () => {
    const inner = start(['run', '--rm', '--name', 'inner', 'box', 'sh', '-c', 'echo ready; exec sleep 1000'], { user });
    await inner.says('ready');
    const sleeper = start(['exec', 'inner', 'sh', '-c', 'echo ready; exec sleep 1000'], { user });
    await sleeper.says('ready');
    await slipway(['rm', '-f', 'inner'], { user });
    expect((await sleeper.ended).code).toBe(137);
    expect((await inner.ended).code).toBe(137);
  });

  test.each([
    [['box', 'nosuch'], 127, 'exec: "nosuch": executable file not found in the container\'s $PATH'],
    [['box', '/no/such'], 127, 'exec: "/no/such": no such file or directory in the container'],
    [['box', '/etc/passwd'], 126, 'exec: "/etc/passwd": permission denied: it is not executable'],
    [['box', '/etc'], 126, 'exec: "/etc": permission denied: it is a directory'],
    [
      ['-w', '/nope', 'box', 'true'],
      125,
      'the working folder /nope cannot be entered: no such file or directory in the container',
    ],
    [['-w', 'tmp', 'box', 'true'], 125, "the working directory 'tmp' is invalid, it needs to be an absolute path"],
    [
      ['-u', 'nobody-known', 'box', 'true'],
      125,
      "unable to find user nobody-known: no matching entries in the image's /etc/passwd",
    ],
    [
      ['-u', '0:nogroup-known', 'box', 'true'],
      125,
      "unable to find group nogroup-known: no matching entries in the image's /etc/group",
    ],
    [
      ['--ns', 'net,foo', 'box', 'true'],
      125,
      'invalid argument "net,foo" for "--ns" flag: "foo" is none of mnt, uts, ipc, pid, net, user, cgroup, time',
    ],
    [['box'], 125, 'a container and a command are missing: slipway exec [flags] CONTAINER COMMAND …'],
    [['nosuch', 'true'], 125, 'no such container: nosuch. `slipway ps -a` lists those there are'],
  ])('what cannot be had is said in one line: %j', async (args, code, sentence) => {
    expect(await exec(args)).toEqual({ code, stdout: '', stderr: `slipway: ${sentence}\n` });
  });
});

describe('users', () => {
  let box: Started;
  beforeAll(async () => {
    box = start([
      'run',
      '--name',
      'users',
      '--rm',
      '-u',
      'nobody',
      '--group-add',
      '44',
      'box',
      'sh',
      '-c',
      'echo ready; exec sleep 1000',
    ]);
    await box.says('ready');
  });
  afterAll(() => slipway(['rm', '-f', 'users']));

  test('it is the container’s user without -u', async () => {
    expect((await slipway(['exec', 'users', 'id'])).stdout).toMatch(
      /^uid=65534\(nobody\) gid=65534\(nobody\) groups=44,65534\(nobody\)$/m,
    );
  });

  test('names, numbers and groups are those of the image', async () => {
    const id = async (user: string) => (await slipway(['exec', '-u', user, 'users', 'id'])).stdout.trim();
    expect(await id('root')).toMatch(/^uid=0\(root\) gid=0\(root\) groups=0\(root\),10\(wheel\),44$/);
    expect(await id('1234')).toBe('uid=1234 gid=0(root) groups=0(root),44');
    expect(await id('1234:55')).toBe('uid=1234 gid=55 groups=44,55');
    expect(await id('nobody:wheel')).toBe('uid=65534(nobody) gid=10(wheel) groups=10(wheel),44');
  });

  test('who is not root has no capability, and with --privileged root has all', async () => {
    const effective = async (...args: string[]) =>
      (await slipway(['exec', ...args, 'grep', 'CapEff', '/proc/self/status'])).stdout;
    expect(await effective('users')).toBe('CapEff:\t0000000000000000\n');
    const own = /^CapBnd:\t(.*)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    expect(await effective('--privileged', '-u', '0', 'users')).toBe(`CapEff:\t${own}\n`);
  });
});

describe('a container of another kind', () => {
  test.each([
    [['--userns', 'private']],
    [['--pid', 'host']],
    [['--network', 'host', '--ipc', 'host', '--uts', 'host', '--cgroupns', 'host']],
    [['--timens', 'private']],
    [['--privileged']],
    [['--read-only']],
  ])('is entered as any: %j', async (flags) => {
    const program = `${ASK}; echo ready; exec sleep 1000`;
    await using box = start(['run', '--rm', '--name', 'kind', ...flags, 'box', 'sh', '-c', program]);
    await box.says('ready');
    const { code, stdout, stderr } = await slipway(['exec', 'kind', 'sh', '-c', `${ASK}; echo ready`]);
    await slipway(['rm', '-f', 'kind']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: box.stdout, stderr: '' });
  });
});
