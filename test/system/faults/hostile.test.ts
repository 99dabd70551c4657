// Containers that do not want to end, or take all there is, and users who stop a process at a bad moment: `ps`, `exec` and
// `rm -f` do their work nevertheless, and nothing is left at the end.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pidOf, shimOf, statusOf } from '../processes.ts';
import { type Options, type Started, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser, type User } from '../users.ts';
import { footprint, nothingNew } from './footprint.ts';

/** A container that runs a script, which says `ready` when it is. */
async function container(
  name: string,
  flags: readonly string[],
  script: string,
  options: Options = {},
): Promise<Started> {
  const started = start(['run', '--name', name, ...flags, 'box', 'sh', '-c', script], options);
  await started.says('ready');
  return started;
}

async function lineOf(name: string, user?: User): Promise<string> {
  const { stdout } = await slipway(['ps', '-a'], { user });
  return stdout.split('\n').find((line) => line.endsWith(` ${name}`)) ?? '';
}

async function removeByForce(name: string, user?: User): Promise<void> {
  expect(await slipway(['rm', '-f', name], { user })).toEqual({ code: 0, stdout: `${name}\n`, stderr: '' });
}

/** The end of a command line whose shim has ended the container, and was not itself killed by an impatient `rm -f` (125). */
const ENDED_BY_SHIM = { code: 137 };

const sleepForever = 'echo ready; exec sleep 1000';

const USERS = [
  ['root', () => undefined],
  ['an ordinary user', ordinaryUser],
] as const;

describe.each(USERS)('for %s,', (_, userOf) => {
  const user = userOf();

  test('a container whose shim is stopped can be listed, entered and removed', async () => {
    const before = footprint(user);
    await using started = await container('stopped', [], sleepForever, { user });
    process.kill(shimOf('stopped', user), 'SIGSTOP');
    expect(await lineOf('stopped', user)).toContain('Up ');
    expect(await slipway(['exec', 'stopped', 'echo', 'inside'], { user })).toMatchObject({
      code: 0,
      stdout: 'inside\n',
    });
    expect(await slipway(['clean'], { user })).toMatchObject({ code: 0, stderr: '' });
    await removeByForce('stopped', user);
    expect(await started.ended).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('the shim of the container was killed'),
    });
    await nothingNew(before, user);
  });

  test('a container whose command line is stopped ends, and can be removed', async () => {
    const before = footprint(user);
    await using started = await container('unheard', [], 'echo ready; read line; exec head -c 4000000 /dev/zero', {
      user,
    });
    process.kill(started.pid, 'SIGSTOP');
    try {
      expect(await lineOf('unheard', user)).toContain('Up ');
      await removeByForce('unheard', user);
      expect(await lineOf('unheard', user)).toBe('');
    } finally {
      process.kill(started.pid, 'SIGCONT');
    }
    expect(await started.ended).toMatchObject(ENDED_BY_SHIM);
    await nothingNew(before, user);
  });

  test('a reader who does not read keeps nobody from removing the container', async () => {
    const before = footprint(user);
    const started = start(['run', '--name', 'unread', 'box', 'sh', '-c', 'echo ready; cat /dev/zero'], { user });
    started.child.stdout.pause();
    await until('it to run', async () => (await lineOf('unread', user)).includes('Up '));
    const [pid] = [pidOf('unread', user)];
    await until('the pipes to be full', () => readFileSync(`/proc/${pid}/wchan`, 'utf8').includes('pipe'));
    expect(await slipway(['exec', 'unread', 'echo', 'inside'], { user })).toMatchObject({
      code: 0,
      stdout: 'inside\n',
    });
    await removeByForce('unread', user);
    started.child.stdout.resume();
    expect(await started.ended).toMatchObject(ENDED_BY_SHIM);
    await nothingNew(before, user);
  });

  test('a program that ignores every signal is ended by rm -f', async () => {
    const before = footprint(user);
    const script = 'trap "" HUP INT QUIT TERM USR1 USR2 PIPE ALRM TSTP; echo ready; while :; do sleep 1; done';
    await using started = await container('deaf', [], script, { user });
    started.kill('SIGTERM');
    expect(await lineOf('deaf', user)).toContain('Up ');
    await removeByForce('deaf', user);
    expect(await started.ended).toMatchObject(ENDED_BY_SHIM);
    await nothingNew(before, user);
  });

  test('with --pid host, what a program leaves behind ends with it', async () => {
    const before = footprint(user);
    const script =
      'for i in 1 2 3; do setsid sh -c "sleep 1000 & sleep 1000" & done; (sleep 1000 &) ; echo ready; exit 3';
    const result = await slipway(['run', '--rm', '--pid', 'host', 'box', 'sh', '-c', script], { user });
    expect(result).toMatchObject({ code: 3, stdout: 'ready\n' });
    await nothingNew(before, user);
  });

  test('with --pid host, rm -f ends those that go on forking too', async () => {
    const before = footprint(user);
    const script =
      'fork() { while :; do setsid sleep 0.05 & sleep 0.01; done; }; fork & fork & (fork &); echo ready; wait';
    await using started = await container('forking', ['--pid', 'host', '--pids-limit', '200'], script, { user });
    await removeByForce('forking', user);
    expect(await started.ended).toMatchObject(ENDED_BY_SHIM);
    await nothingNew(before, user);
  });

  test('with --pid host, orphans that have ended are buried while the program runs', async () => {
    const script = 'for i in $(seq 50); do (true & true &); done; echo ready; exec sleep 1000';
    await using started = await container('parent', ['--rm', '--pid', 'host'], script, { user });
    const shim = shimOf('parent', user);
    await until('the shim to have one child', () => childrenOf(shim).length === 1);
    await removeByForce('parent', user);
    await started.ended;
  });

  test('with a PID namespace of its own, the zombies of a program that buries nobody end with it', async () => {
    const before = footprint(user);
    const script = 'for i in $(seq 20); do sleep 0.001 & done; echo ready; exec sleep 1000';
    await using started = await container('undertaker', ['--rm'], script, { user });
    expect(
      await slipway(['exec', 'undertaker', 'sh', '-c', 'for i in $(seq 50); do (true &); done'], { user }),
    ).toMatchObject({ code: 0 });
    await removeByForce('undertaker', user);
    await started.ended;
    await nothingNew(before, user);
  });
});

function childrenOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
}

describe('limits', () => {
  test('a fork bomb stops at its limit; ps, exec and rm -f still work', async () => {
    const before = footprint();
    const bomb = 'echo ready; bomb() { bomb | bomb & }; bomb 2>/dev/null; exec sleep 1000';
    await using started = await container('bomb', ['--pids-limit', '100'], bomb);
    expect(await lineOf('bomb')).toContain('Up ');
    expect(await slipway(['exec', 'bomb', 'cat', '/proc/self/comm'])).toMatchObject({ code: 0, stdout: 'cat\n' });
    await removeByForce('bomb');
    expect(await started.ended).toMatchObject(ENDED_BY_SHIM);
    await nothingNew(before);
  });

  test('a program that takes more memory than it may is killed, and that is said', async () => {
    const result = await slipway([
      'run',
      '--rm',
      '-m',
      '20m',
      'box',
      'dd',
      'if=/dev/zero',
      'of=/dev/shm/x',
      'bs=1M',
      'count=60',
    ]);
    expect(result).toMatchObject({ code: 137, stderr: expect.stringContaining('used up its memory (OOM)') });
  });

  test('a child that takes more memory than it may is killed alone, and that is said too', async () => {
    const script = 'dd if=/dev/zero of=/dev/shm/x bs=1M count=60 2>/dev/null; rm -f /dev/shm/x; echo alive';
    const result = await slipway(['run', '--rm', '-m', '20m', 'box', 'sh', '-c', script]);
    expect(result).toMatchObject({ stdout: 'alive\n', stderr: expect.stringContaining('used up its memory (OOM)') });
  });

  test('a program that was killed by hand has not run out of memory', async () => {
    await using started = await container('killed', ['-m', '20m'], sleepForever);
    process.kill(pidOf('killed'), 'SIGKILL');
    expect(await started.ended).toMatchObject({ code: 137, stderr: '' });
    await slipway(['rm', 'killed']);
  });

  test('the shim is no more likely than others to be killed for want of memory, whatever the container asks for', async () => {
    await using started = await container('expendable', ['--rm', '--oom-score-adj', '900'], sleepForever);
    const scoreOf = (pid: number) => Number(readFileSync(`/proc/${pid}/oom_score_adj`, 'utf8'));
    expect(scoreOf(pidOf('expendable'))).toBe(900);
    expect(scoreOf(shimOf('expendable'))).toBe(scoreOf(process.pid));
    await removeByForce('expendable');
    await started.ended;
  });
});

test('a hundred failed exec leave neither a process nor an open file in the shim', async () => {
  await using started = await container('probed', ['--rm'], sleepForever);
  const shim = shimOf('probed');
  const openFiles = () => readdirSync(`/proc/${shim}/fd`).length;
  const before = { files: openFiles(), threads: statusOf(shim, 'Threads'), footprint: footprint() };
  for (let round = 0; round < 20; round++) {
    const all = await Promise.all(Array.from({ length: 5 }, () => slipway(['exec', 'probed', '/nope'])));
    expect(all.map(({ code }) => code)).toEqual([127, 127, 127, 127, 127]);
  }
  await nothingNew(before.footprint);
  expect({ files: openFiles(), threads: statusOf(shim, 'Threads') }).toEqual({
    files: before.files,
    threads: before.threads,
  });
  await removeByForce('probed');
  await started.ended;
});
