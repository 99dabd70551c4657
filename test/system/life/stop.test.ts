// How containers are ended, started again, paused and renamed.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientsOf, pidOf } from '../processes.ts';
import { homeOf, slipway, start } from '../slipway.ts';
import { until } from '../until.ts';
import { background, removeLater, statusOf } from './in-background.ts';

const POLITE = 'trap "echo bye; exit 5" TERM; echo ready; while :; do sleep 0.05; done';
const STUBBORN = 'trap "" TERM; echo ready; while :; do sleep 0.05; done';

const ready = (name: string) =>
  until('it to be ready', async () => (await slipway(['logs', name])).stdout.includes('ready'));

describe('stop', () => {
  test('asks by SIGTERM, and has what the program does then', async () => {
    await background('polite', POLITE);
    await ready('polite');
    expect(await slipway(['stop', 'polite'])).toEqual({ code: 0, stdout: 'polite\n', stderr: '' });
    expect(await statusOf('polite')).toMatch(/^Exited \(5\)/);
    expect((await slipway(['logs', 'polite'])).stdout).toBe('ready\nbye\n');
  });

  test('kills a program that ignores that after the timeout', async () => {
    await background('stubborn', STUBBORN);
    await ready('stubborn');
    await using stop = start(['stop', '-t', '1', 'stubborn']);
    await stop.ended;
    expect(await statusOf('stubborn')).toMatch(/^Exited \(137\)/);
  });

  test('takes its timeout and its signal from the container, and -s before that', async () => {
    const script =
      'trap "echo usr1; exit 6" USR1; trap "echo hup; exit 7" HUP; trap "" TERM; echo ready; while :; do sleep 0.05; done';
    await background('own', script, ['--stop-signal', 'USR1', '--stop-timeout', '60']);
    await ready('own');
    await slipway(['stop', 'own']);
    expect(await statusOf('own')).toMatch(/^Exited \(6\)/);
    await slipway(['start', 'own']);
    await until('it to be ready', async () => (await slipway(['logs', 'own'])).stdout.match(/ready/g)?.length === 2);
    await slipway(['stop', '-s', 'HUP', 'own']);
    expect(await statusOf('own')).toMatch(/^Exited \(7\)/);
  });

  test('of several stops them all at once, and one that has ended is no error', async () => {
    for (const name of ['s1', 's2', 's3', 's4', 's5', 's6']) await background(name, STUBBORN);
    for (const name of ['s1', 's6']) await ready(name);
    const { code, stdout, stderr } = await slipway([
      'stop',
      '-t',
      '1',
      's1',
      's2',
      's3',
      's4',
      's5',
      's6',
      'polite',
      'nosuch',
    ]);
    expect(code).toBe(1);
    expect(stdout.split('\n').filter(Boolean).toSorted()).toEqual(['polite', 's1', 's2', 's3', 's4', 's5', 's6']);
    expect(stderr).toBe('slipway: no such container: nosuch. `slipway ps -a` lists those there are\n');
    await slipway(['rm', 's1', 's2', 's3', 's4', 's5', 's6']);
  });

  test('goes on when whoever asked for it is killed', async () => {
    await background('left-alone', 'trap "echo asked" TERM; echo ready; while :; do sleep 0.05; done');
    await ready('left-alone');
    await using stop = start(['stop', '-t', '2', 'left-alone']);
    await until('it to be asked', async () => (await slipway(['logs', 'left-alone'])).stdout.includes('asked'));
    stop.kill('SIGKILL');
    expect((await slipway(['wait', 'left-alone'])).stdout).toBe('137\n');
  });

  test('ends a paused container too', async () => {
    await background('frozen', POLITE);
    await ready('frozen');
    await slipway(['pause', 'frozen']);
    await slipway(['stop', 'frozen']);
    expect(await statusOf('frozen')).toMatch(/^Exited \(5\)/);
  });
});

describe('kill', () => {
  test('ends a program at once, or sends it another signal', async () => {
    await background('victim', 'trap "echo usr1" USR1; echo ready; while :; do sleep 0.05; done');
    await ready('victim');
    expect(await slipway(['kill', '-s', 'USR1', 'victim'])).toEqual({ code: 0, stdout: 'victim\n', stderr: '' });
    await until('the signal', async () => (await slipway(['logs', 'victim'])).stdout.includes('usr1'));
    expect((await slipway(['kill', 'victim'])).stdout).toBe('victim\n');
    expect((await slipway(['wait', 'victim'])).stdout).toBe('137\n');
  });

  test('says when the program takes no notice, or does not run', async () => {
    await background('deaf', 'exec sleep 1000');
    await until('sleep', () => readFileSync(`/proc/${pidOf('deaf')}/comm`, 'utf8') === 'sleep\n');
    expect((await slipway(['kill', '-s', 'TERM', 'deaf'])).stderr).toContain('takes no notice of SIGTERM');
    await slipway(['kill', 'deaf']);
    await slipway(['wait', 'deaf']);
    const { code, stderr } = await slipway(['kill', 'deaf']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^slipway: cannot kill container: deaf: container [0-9a-f]{64} is not running\n$/);
  });
});

describe('start', () => {
  test('starts what was made, with what it has changed on disk', async () => {
    removeLater('counter');
    const script = 'echo x >>/count; wc -l </count; exit 9';
    const { code, stdout } = await slipway(['create', '--name', 'counter', '-l', 'a=b', 'box', 'sh', '-c', script]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(await statusOf('counter')).toBe('Created');
    expect((await slipway(['clean'])).stdout).not.toContain('container');
    for (const count of ['1\n', '2\n', '3\n']) {
      expect(await slipway(['start', '-a', 'counter'])).toEqual({ code: 9, stdout: count, stderr: '' });
    }
    expect(await slipway(['start', 'counter'])).toEqual({ code: 0, stdout: 'counter\n', stderr: '' });
    await slipway(['wait', 'counter']);
    expect((await slipway(['logs', 'counter'])).stdout).toBe('1\n2\n3\n4\n');
  });

  test('of one that runs changes nothing; with -a it joins in', async () => {
    await background('running', POLITE);
    await ready('running');
    const pid = pidOf('running');
    expect(await slipway(['start', 'running'])).toEqual({ code: 0, stdout: 'running\n', stderr: '' });
    expect(pidOf('running')).toBe(pid);
    await using joined = start(['start', '-a', 'running']);
    await until('it to be there', () => clientsOf('running') === 1);
    await slipway(['stop', 'running']);
    expect(await joined.ended).toMatchObject({ code: 5, stdout: 'bye\n' });
  });

  test('-i passes on what we type', async () => {
    removeLater('typed');
    await slipway(['create', '-i', '--name', 'typed', 'box', 'cat']);
    expect((await slipway(['start', '-ai', 'typed'], { input: 'hello\n' })).stdout).toBe('hello\n');
    expect((await slipway(['start', '-ai', 'typed'], { input: 'again\n' })).stdout).toBe('again\n');
  });

  test('that fails leaves the container, says why, and can be tried again', async () => {
    removeLater('broken');
    await slipway(['create', '--name', 'broken', 'box', 'nosuch']);
    for (const flags of [[], ['-a']]) {
      const { code, stdout, stderr } = await slipway(['start', ...flags, 'broken']);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toContain('nosuch');
    }
    expect(await statusOf('broken')).toBe('Created');
    expect((await slipway(['rm', 'broken'])).code).toBe(0);
  });

  test('of several attaches to none', async () => {
    const { code, stderr } = await slipway(['start', '-a', 'typed', 'counter']);
    expect(code).toBe(125);
    expect(stderr).toBe('slipway: you cannot start and attach multiple containers at once\n');
  });

  test('joins the namespaces of another container as it is now', async () => {
    await background('host-of', 'exec sleep 1000', ['--hostname', 'first']);
    removeLater('guest');
    await slipway(['create', '--name', 'guest', '--uts', 'container:host-of', 'box', 'hostname']);
    expect((await slipway(['start', '-a', 'guest'])).stdout).toBe('first\n');
    await slipway(['restart', '-t', '0', 'host-of']);
    expect((await slipway(['start', '-a', 'guest'])).stdout).toBe('first\n');
    await slipway(['stop', '-t', '0', 'host-of']);
    expect((await slipway(['start', 'guest'])).stderr).toMatch(
      /cannot join the namespaces of container .*: it is not running/,
    );
  });
});

describe('restart', () => {
  test('stops and starts', async () => {
    await background('twice', POLITE);
    await ready('twice');
    const before = pidOf('twice');
    expect(await slipway(['restart', 'twice'])).toEqual({ code: 0, stdout: 'twice\n', stderr: '' });
    expect(pidOf('twice')).not.toBe(before);
    await until('both runs', async () => (await slipway(['logs', 'twice'])).stdout === 'ready\nbye\nready\n');
  });
});

describe('pause', () => {
  test('stops the processes where they are, and unpause lets them go on', async () => {
    await background('paused', 'i=0; while :; do i=$((i+1)); echo $i; sleep 0.02; done');
    expect((await slipway(['pause', 'paused'])).stdout).toBe('paused\n');
    expect(await statusOf('paused')).toMatch(/\(Paused\)$/);
    const [before, after] = [await slipway(['logs', 'paused']), await slipway(['logs', 'paused'])];
    expect(after.stdout).toBe(before.stdout);
    expect((await slipway(['pause', 'paused'])).stderr).toBe('slipway: Container paused is already paused\n');
    expect((await slipway(['exec', 'paused', 'true'])).stderr).toContain('is paused');
    expect((await slipway(['attach', 'paused'])).stderr).toContain('You cannot attach to a paused container');
    expect((await slipway(['start', 'paused'])).stderr).toContain(
      'cannot start a paused container, try unpause instead',
    );
    expect((await slipway(['unpause', 'paused'])).stdout).toBe('paused\n');
    await until('it to go on', async () => (await slipway(['logs', 'paused'])).stdout !== before.stdout);
    expect((await slipway(['unpause', 'paused'])).stderr).toBe('slipway: Container paused is not paused\n');
  });

  test('of one that does not run is an error, and rm -f removes a paused one', async () => {
    await slipway(['pause', 'paused']);
    expect((await slipway(['rm', '-f', 'paused'])).code).toBe(0);
    expect((await slipway(['pause', 'counter'])).stderr).toBe('slipway: Container counter is not running\n');
  });
});

describe('rename', () => {
  test('gives another name, to one that runs and to one that does not', async () => {
    await background('old-name', 'exec sleep 1000', ['--rm']);
    removeLater('new-name');
    expect(await slipway(['rename', 'old-name', 'new-name'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await statusOf('new-name')).toMatch(/^Up/);
    expect((await slipway(['stop', 'old-name'])).code).toBe(1);
    const taken = await slipway(['rename', 'counter', 'new-name']);
    expect(taken.code).toBe(1);
    expect(taken.stderr).toContain('the container name "new-name" is already in use by container');
    // The name is given back with the container.
    await slipway(['stop', '-t', '0', 'new-name']);
    await until('it to be gone', async () => (await slipway(['rename', 'counter', 'new-name'])).code === 0);
    expect((await slipway(['rename', 'new-name', 'new-name'])).code).toBe(1);
    expect((await slipway(['rename', 'new-name', 'a b'])).stderr).toContain('invalid container name (a b)');
    await slipway(['rename', 'new-name', 'counter']);
  });

  test('while it is being removed leaves no name', async () => {
    for (let round = 0; round < 20; round++) {
      const id = (await slipway(['create', 'box', 'true'])).stdout.trim();
      await Promise.all([slipway(['rename', id, `renamed-${round}`]), slipway(['rm', id])]);
    }
    expect(readdirSync(join(homeOf().SLIPWAY_ROOT, 'names')).filter((name) => name.startsWith('renamed-'))).toEqual([]);
  });
});

test('rm -f of one that goes by itself at its end is no error, whoever is quicker', async () => {
  for (let round = 0; round < 20; round++) {
    await background('fleeting', 'exec sleep 1000', ['--rm']);
    expect(await slipway(['rm', '-f', 'fleeting'])).toEqual({ code: 0, stdout: 'fleeting\n', stderr: '' });
  }
});
