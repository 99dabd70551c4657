// kill -9 of any process of a container at any moment, and what `slipway clean` makes of what is left. A container that
// lives is not touched by it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pidOf, shimOf } from '../processes.ts';
import { allSeals, foreignSeal, seals } from '../seals.ts';
import { homeOf, type Options, type Started, scratch, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser, type User } from '../users.ts';
import { footprint, nothingNew } from './footprint.ts';

/** One that every machine has: the only one of v2, or one of v1. */
const HIERARCHY = existsSync('/sys/fs/cgroup/cgroup.procs') ? '/sys/fs/cgroup' : '/sys/fs/cgroup/freezer';

/** A container that says `ready` and then sleeps. */
async function sleeper(name: string, flags: readonly string[] = [], options: Options = {}): Promise<Started> {
  const started = start(['run', '--name', name, ...flags, 'box', 'sh', '-c', 'echo ready; exec sleep 1000'], options);
  await started.says('ready');
  return started;
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}

async function gone(pid: number): Promise<void> {
  await until(
    `process ${pid} to end`,
    () => !existsSync(`/proc/${pid}`) || /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8')),
  );
}

async function lineOf(name: string, user?: User): Promise<string> {
  const { stdout } = await slipway(['ps', '-a'], { user });
  return stdout.split('\n').find((line) => line.endsWith(` ${name}`)) ?? '';
}

function folderOf(name: string, user?: User): string {
  const root = homeOf(user).SLIPWAY_ROOT;
  return join(root, 'containers', readlinkSync(join(root, 'names', name)));
}

describe.each([
  ['root', () => undefined],
  ['an ordinary user', ordinaryUser],
])('for %s', (_, userOf) => {
  const user = userOf();

  test('a killed command line leaves its container running, and rm -f ends it', async () => {
    const before = footprint(user);
    const started = await sleeper('orphan', [], { user });
    started.kill('SIGKILL');
    await started.ended;
    expect(await lineOf('orphan', user)).toContain('Up ');
    expect(await slipway(['exec', 'orphan', 'echo', 'alive'], { user })).toMatchObject({ code: 0, stdout: 'alive\n' });
    expect(await slipway(['clean'], { user })).toMatchObject({ code: 0 });
    expect(await lineOf('orphan', user)).toContain('Up ');
    expect(await slipway(['rm', '-f', 'orphan'], { user })).toMatchObject({ code: 0, stdout: 'orphan\n', stderr: '' });
    await nothingNew(before, user);
  });

  test('a killed shim takes its container with it, which clean then records', async () => {
    const before = footprint(user);
    await using started = await sleeper('headless', [], { user });
    const [init, shim] = [pidOf('headless', user), shimOf('headless', user)];
    kill(shim);
    expect(await started.ended).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('the shim of the container was killed'),
    });
    await gone(init);
    expect(await lineOf('headless', user)).toContain('Exited (137)');
    expect(await slipway(['clean'], { user })).toMatchObject({
      stdout: expect.stringMatching(/^recorded the end of container/m),
    });
    expect((await slipway(['clean'], { user })).stdout).not.toContain('container');
    expect(await lineOf('headless', user)).toContain('Exited (137)');
    expect(await slipway(['rm', 'headless'], { user })).toMatchObject({ code: 0, stderr: '' });
    await nothingNew(before, user);
  });

  test('a killed shim of a container with --rm: clean removes it', async () => {
    const before = footprint(user);
    await using started = await sleeper('headless', ['--rm', '-v', '/anonymous'], { user });
    kill(shimOf('headless', user));
    await started.ended;
    expect(await slipway(['clean'], { user })).toMatchObject({
      stdout: expect.stringMatching(/^removed container .*: its shim was killed$/m),
    });
    await nothingNew(before, user);
  });

  test('a program that outlives its shim is ended by clean', async () => {
    const before = footprint(user);
    // As a set-uid program does, it takes back that it dies with its parent.
    const script = 'echo ready; exec chroot /host /usr/bin/setpriv --pdeathsig clear sleep 1000';
    const words = ['run', '--rm', '--name', 'survivor', '-v', '/:/host', 'box', 'sh', '-c', script];
    await using started = start(words, { user });
    await started.says('ready');
    const [init, shim] = [pidOf('survivor', user), shimOf('survivor', user)];
    await until('the program to begin', () => readFileSync(`/proc/${init}/comm`, 'utf8') === 'sleep\n');
    kill(shim);
    await started.ended;
    expect(await lineOf('survivor', user)).toContain('Up ');
    expect(await slipway(['rm', 'survivor'], { user })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it is running'),
    });
    expect(await slipway(['clean'], { user })).toMatchObject({ code: 0, stderr: '' });
    await gone(init);
    await nothingNew(before, user);
  });
});

describe('a state that is no longer true', () => {
  let stranger: ChildProcess;
  beforeAll(async () => {
    stranger = spawn('sleep', ['1000']);
    await until('the stranger to run', () => existsSync(`/proc/${stranger.pid}`));
  });
  afterAll(() => {
    stranger.kill('SIGKILL');
  });

  /** A container whose shim was killed and whose record is changed then. */
  async function tampered(name: string, change: Record<string, unknown>): Promise<void> {
    await using started = await sleeper(name);
    const path = join(folderOf(name), 'state.json');
    const init = pidOf(name);
    kill(shimOf(name));
    await started.ended;
    await gone(init);
    writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), ...change }));
  }

  test('a pid that is a stranger’s by now is not signalled', async () => {
    await tampered('reused', { pid: stranger.pid });
    expect(await lineOf('reused')).toContain('Exited (137)');
    expect(await slipway(['exec', 'reused', 'true'])).toMatchObject({
      code: 125,
      stderr: expect.stringContaining('not running'),
    });
    expect(await slipway(['rm', '-f', 'reused'])).toMatchObject({ code: 0, stderr: '' });
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  test('after the machine was started anew nothing of it runs, whatever pid and time say', async () => {
    const pidStartedAt = readFileSync(`/proc/${stranger.pid}/stat`, 'utf8').split(' ')[21];
    const boot = { pid: stranger.pid, pidStartedAt, bootId: '00000000-0000-4000-8000-000000000000' };
    await tampered('rebooted', boot);
    expect(await lineOf('rebooted')).toContain('Exited (255)');
    await slipway(['clean']);
    expect(await lineOf('rebooted')).toContain('Exited (255)');
    expect(await slipway(['rm', '-f', 'rebooted'])).toMatchObject({ code: 0, stderr: '' });
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  test('a cgroup that is not its own is left alone', async () => {
    const cgroup = join(HIERARCHY, `stranger-${process.pid}`);
    mkdirSync(cgroup);
    writeFileSync(join(cgroup, 'cgroup.procs'), String(stranger.pid));
    try {
      await tampered('misled', { cgroupPath: `/stranger-${process.pid}` });
      expect(await slipway(['rm', '-f', 'misled'])).toMatchObject({ code: 0, stderr: '' });
      expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
    } finally {
      writeFileSync(join(HIERARCHY, 'cgroup.procs'), String(stranger.pid));
      rmdirSync(cgroup);
    }
  });
});

describe('clean', () => {
  test('takes away what is only half there, says what, and finds nothing the second time', async () => {
    await slipway(['run', '--rm', 'box', 'true']);
    await slipway(['clean']);
    const before = footprint();
    const root = homeOf().SLIPWAY_ROOT;
    const id = (digit: string) => digit.repeat(64);
    mkdirSync(join(root, 'containers', id('a'), 'upper'), { recursive: true });
    symlinkSync(id('b'), join(root, 'names', 'stale'));
    mkdirSync(join(root, 'trash', id('c'), 'upper'), { recursive: true });
    writeFileSync(join(root, 'trash', id('c'), 'config.json'), '{ garbled');
    mkdirSync(join(root, 'volumes', id('d'), '_data'), { recursive: true });
    symlinkSync(id('e'), join(root, 'volumes', id('d'), 'container'));
    mkdirSync(join(root, 'layers', 'box-0123456789ab.tmp', 'bin'), { recursive: true });
    const { code, stdout, stderr } = await slipway(['clean']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => !line.startsWith('took away the seal'))).toEqual([
      'removed container aaaaaaaaaaaa: it was never complete',
      'deleted the files of container cccccccccccc',
      'freed the name stale',
      'removed the volume dddddddddddd, whose container is gone',
      'removed the half-made layer box-0123456789ab.tmp',
      '',
    ]);
    expect(await slipway(['clean'])).toMatchObject({ code: 0, stdout: 'nothing to clean\n' });
    await nothingNew(before);
  });

  test('ends what is left of a container whose shim was killed while it moved it out of sight', async () => {
    const before = footprint();
    await using started = await sleeper('moved', ['--rm', '-v', '/anonymous']);
    const [folder, init] = [folderOf('moved'), pidOf('moved')];
    kill(shimOf('moved'));
    await started.ended;
    await gone(init);
    const trash = join(homeOf().SLIPWAY_ROOT, 'trash');
    mkdirSync(trash, { recursive: true });
    renameSync(folder, join(trash, basename(folder)));
    const short = basename(folder).slice(0, 12);
    expect((await slipway(['clean'])).stdout).toContain(
      `deleted the files of container ${short}\nfreed the name moved\n`,
    );
    await nothingNew(before);
  });

  test('takes away the seal of node, and the next start mounts it again', async () => {
    await slipway(['run', '--rm', 'box', 'true']);
    expect(seals()).toHaveLength(1);
    expect(await slipway(['clean'])).toMatchObject({ stdout: expect.stringContaining('took away the seal at /run/') });
    expect(seals()).toHaveLength(0);
    expect(await slipway(['run', '--rm', 'box', 'echo', 'hello'])).toMatchObject({ code: 0, stdout: 'hello\n' });
    expect(seals()).toHaveLength(1);
  });

  test('takes away seals whose checkout is gone, as a new one does, and leaves those of other checkouts', async () => {
    const [there, gone] = [scratch('there'), scratch('gone')];
    writeFileSync(join(there, 'node'), '');
    using other = foreignSeal(there);
    using stale = foreignSeal(gone);
    expect((await slipway(['clean'])).stdout).toContain(`took away the seal at ${stale.path}\n`);
    expect(allSeals()).toEqual(expect.arrayContaining([other.path]));
    expect(allSeals()).not.toContain(stale.path);
    spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', stale.path]);
    await slipway(['run', '--rm', 'box', 'true']);
    expect([allSeals().includes(other.path), allSeals().includes(stale.path), seals().length]).toEqual([
      true,
      false,
      1,
    ]);
  });

  test('finds an empty cgroup whose container is gone, once it is old enough to be no start', async () => {
    const folder = join(HIERARCHY, 'slipway', 'f'.repeat(64));
    mkdirSync(folder, { recursive: true });
    expect((await slipway(['clean'])).stdout).not.toContain('ffffffffffff');
    const minuteAgo = Date.now() / 1000 - 60;
    utimesSync(folder, minuteAgo, minuteAgo);
    expect((await slipway(['clean'])).stdout).toContain(
      'removed the cgroup of container ffffffffffff, which is gone\n',
    );
    expect(existsSync(folder)).toBe(false);
  });
});

/** Numbers from 0 to 1 that are the same in every run: a linear congruential generator (Numerical Recipes). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The children of a process, of whichever of its threads. */
function childrenOf(pid: number): number[] {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    const lists = threads.map((tid) => readFileSync(`/proc/${pid}/task/${tid}/children`, 'utf8'));
    return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  } catch {
    return [];
  }
}

describe.each([
  ['root', 60, () => undefined],
  ['an ordinary user', 20, ordinaryUser],
])('kill -9 at any moment of a start, for %s', (_, rounds, userOf) => {
  const user = userOf();

  test(`of the command line, the shim or the first process, ${rounds} times`, async () => {
    await using living = await sleeper('living', ['--rm'], { user });
    const livingPid = pidOf('living', user);
    const before = footprint(user);
    const random = seeded(20_261_125);
    for (let round = 0; round < rounds; round++) {
      const [generation, delayMs, isAutoRemoved] = [round % 3, random() * 150, random() < 0.5];
      const flags = [...(isAutoRemoved ? ['--rm'] : []), '-v', '/anonymous', '--name', 'victim'];
      await using started = start(['run', ...flags, 'box', 'sleep', '0.05'], { user });
      await sleep(delayMs);
      let target = started.pid;
      for (let step = 0; step < generation; step++) target = childrenOf(target)[0] ?? target;
      kill(target);
      await started.ended;
      await until('what was not killed to end', () => footprint(user).processes.length === before.processes.length);
      await slipway(['rm', '-f', '-v', 'victim'], { user });
      expect(await slipway(['clean'], { user })).toMatchObject({ code: 0, stderr: '' });
      await nothingNew(before, user);
    }
    expect(await slipway(['exec', 'living', 'echo', 'untouched'], { user })).toMatchObject({ stdout: 'untouched\n' });
    expect(pidOf('living', user)).toBe(livingPid);
    await slipway(['rm', '-f', 'living'], { user });
    await living.ended;
  });
});
