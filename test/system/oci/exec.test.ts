// `slipway-oci exec`: another program in a container, as flags or a process.json describe it.

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isMissing } from '../../linux/missing.ts';
import { scratch } from '../slipway.ts';
import { until } from '../until.ts';
import { done, isAlive, makeBundle, newId, oci, root, start, stateOf } from './oci.ts';

const id = newId();

beforeAll(async () => {
  const bundle = await makeBundle(({ process }) => {
    process.args = ['sleep', '1000'];
    process.env = ['PATH=/bin:/usr/bin', 'FROM=config'];
  });
  done(['run', '-d', '-b', bundle, id]);
});
afterAll(() => void oci(['delete', '-f', id]));

describe('in the foreground', () => {
  test('it is in all namespaces and cgroups of the container, and ends as the program does', () => {
    const { code, stdout, stderr } = oci([
      'exec',
      id,
      'sh',
      '-c',
      'for n in /proc/self/ns/*; do readlink $n; done; cat /proc/self/cgroup; exit 6',
    ]);
    expect({ code, stderr }).toEqual({ code: 6, stderr: '' });
    const lines = stdout.split('\n');
    const { pid } = stateOf(id);
    const cgroup = done(['exec', id, 'cat', '/proc/1/cgroup']);
    expect(stdout.endsWith(cgroup)).toBe(true);
    const namespaces = done(['exec', id, 'sh', '-c', 'for n in /proc/1/ns/*; do readlink $n; done']).trim().split('\n');
    expect(lines.slice(0, namespaces.length)).toEqual(namespaces);
    expect(isAlive(pid)).toBe(true);
  });

  test('input goes in and output comes out', () => {
    expect(oci(['exec', id, 'cat'], { input: 'a\nb\n' })).toEqual({ code: 0, stdout: 'a\nb\n', stderr: '' });
  });

  test('a signal to the command is for the program', async () => {
    await using process = start([
      'exec',
      id,
      'sh',
      '-c',
      'trap "echo heard; exit 4" TERM; echo ready; while :; do sleep 0.1; done',
    ]);
    await process.says('ready');
    process.kill('SIGTERM');
    expect(await process.ended).toMatchObject({ code: 4, stdout: 'ready\nheard\n' });
  });
});

test.each<[string, string[], string, string]>([
  ['--user', ['--user', '1000:1001'], 'id -u; id -g', '1000\n1001\n'],
  ['--user alone', ['-u', '7'], 'id -u; id -g', '7\n0\n'],
  ['--additional-gids', ['-g', '44', '--additional-gids', '45'], 'grep ^Groups /proc/self/status', 'Groups:\t44 45 \n'],
  ['--cwd', ['--cwd', '/tmp'], 'pwd', '/tmp\n'],
  ['--env', ['-e', 'A=1', '--env', 'B=2 3'], 'echo $A $B $FROM', '1 2 3 config\n'],
  ['--cap', ['--cap', 'CAP_NET_ADMIN'], 'grep ^CapEff /proc/self/status', 'CapEff:\t0000000020001420\n'],
  ['no --cap', [], 'grep ^CapEff /proc/self/status', 'CapEff:\t0000000020000420\n'],
  ['--no-new-privs', ['--no-new-privs'], 'grep ^NoNewPrivs /proc/self/status', 'NoNewPrivs:\t1\n'],
])('%s', (_, flags, line, stdout) => {
  expect(oci(['exec', ...flags, id, 'sh', '-c', line])).toEqual({ code: 0, stdout, stderr: '' });
});

test('a process.json says it all', () => {
  const file = join(scratch('process'), 'process.json');
  const process = {
    args: ['sh', '-c', 'id -u; pwd; echo $A; echo "$FROM"; umask; grep ^CapEff /proc/self/status; ulimit -n'],
    cwd: '/tmp',
    env: ['PATH=/bin:/usr/bin', 'A=file'],
    user: { uid: 8, gid: 9, umask: 0o027 },
    rlimits: [{ type: 'RLIMIT_NOFILE', soft: 99, hard: 100 }],
  };
  writeFileSync(file, JSON.stringify(process));
  const stdout = '8\n/tmp\nfile\n\n0027\nCapEff:\t0000000000000000\n99\n';
  expect(oci(['exec', '-p', file, id])).toEqual({ code: 0, stdout, stderr: '' });
});

test('a process.json without a user is root’s', () => {
  const file = join(scratch('process'), 'process.json');
  writeFileSync(file, JSON.stringify({ args: ['id', '-u'], cwd: '/' }));
  expect(oci(['exec', '-p', file, id])).toEqual({ code: 0, stdout: '0\n', stderr: '' });
});

describe('--cgroup', () => {
  const pids = `/sys/fs/cgroup/pids/slipway/${id}`;
  const noV1 = isMissing('cgroup v1', existsSync('/sys/fs/cgroup/pids'));

  test.skipIf(noV1)('is one that there is below the container’s', () => {
    mkdirSync(join(pids, 'below'));
    const said = done(['exec', '--cgroup', 'pids:/below', id, 'cat', '/proc/self/cgroup']);
    expect(said).toMatch(/:pids:.*\/below$/m);
    expect(said.match(/below/g)).toHaveLength(1);
    rmdirSync(join(pids, 'below'));
  });

  test.skipIf(noV1).each([
    ['pids:/none', 'there is no cgroup'],
    ['/none', 'there is no cgroup'],
    ['pids:/../..', 'leads upwards by ..'],
    ['nothing:/', 'no cgroup of the controller "nothing"'],
  ])('%s is refused', (cgroup, sentence) => {
    expect(oci(['exec', '--cgroup', cgroup, id, 'true'])).toMatchObject({
      code: 255,
      stderr: expect.stringContaining(sentence),
    });
  });
});

test('detached: the command ends at once, and the program lives on', async () => {
  const file = join(scratch('pid'), 'pid');
  done(['exec', '-d', '--pid-file', file, id, 'sleep', '777']);
  const pid = Number(readFileSync(file, 'utf8'));
  expect(isAlive(pid)).toBe(true);
  await until(
    'the program to be there',
    () => readFileSync(`/proc/${pid}/cmdline`, 'utf8') === ['sleep', '777', ''].join('\0'),
  );
  expect(readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/^NSpid:\t\d+\t\d+$/m);
  process.kill(pid, 'SIGKILL');
});

describe('what cannot be', () => {
  test.each<[string, string[], string]>([
    ['a program that is not there', [id, 'nothing-such'], 'executable file not found'],
    ['no program', [id], 'the command is missing'],
    ['a user by name', ['-u', 'root', id, 'true'], 'in numbers'],
    ['a folder that is not there', ['--cwd', '/nowhere', id, 'true'], 'no such file or directory in the container'],
    ['a folder as a program', [id, '/proc'], 'permission denied'], // the words by which podman ends with 126
    ['an AppArmor profile where there is none', ['--apparmor', 'none', id, 'true'], 'process.apparmorProfile'],
    ['a process.json that is none', ['-p', '/etc/passwd', id], 'is not JSON'],
    ['a container that is not there', ['none-such', 'true'], `container "none-such" does not exist in ${root}`],
  ])('%s: 255, and a line that says so', (_, words, sentence) => {
    expect(oci(['exec', ...words])).toEqual({ code: 255, stdout: '', stderr: expect.stringContaining(sentence) });
  });

  test('a pid file in a folder that is not there: the program does not run on', async () => {
    const mark = `${1_000_000 + process.pid}`;
    for (const flags of [[], ['-d']]) {
      const words = ['exec', ...flags, '--pid-file', '/nowhere/pid', id, 'sleep', mark];
      expect(oci(words)).toMatchObject({ code: 255, stderr: expect.stringContaining('/nowhere/') });
      await until('the program to end', () => !done(['ps', id, '-ef']).includes(mark));
    }
  });

  test('an exec in a container that is paused, but with --ignore-paused', async () => {
    done(['pause', id]);
    expect(stateOf(id).status).toBe('paused');
    expect(oci(['exec', id, 'true'])).toMatchObject({ code: 255, stderr: expect.stringContaining('it is paused') });
    await using process = start(['exec', '--ignore-paused', id, 'echo', 'thawed']);
    await until('it to wait inside', () => done(['ps', '-f', 'json', id]).split(',').length > 1);
    done(['resume', id]);
    expect(await process.ended).toMatchObject({ code: 0, stdout: 'thawed\n' });
  });
});
