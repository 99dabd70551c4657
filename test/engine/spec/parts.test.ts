// The parts of the translation, each on its own: what is decided, and what is refused.

import { describe, expect, test } from 'vitest';
import { checkOptions } from '../../../src/engine/check.ts';
import { findInitProgram } from '../../../src/engine/spec/context.ts';
import { parseDeviceRule } from '../../../src/engine/spec/devices.ts';
import { devicesWanted, numbersOf } from '../../../src/engine/spec/host-devices.ts';
import { resolveNamespaces } from '../../../src/engine/spec/namespaces.ts';
import { mergeEnv } from '../../../src/engine/spec/process.ts';
import { makeResources } from '../../../src/engine/spec/resources.ts';
import { mergeTmpfsOptions } from '../../../src/engine/spec/tmpfs-options.ts';
import { checkUser } from '../../../src/engine/spec/user.ts';
import { mistake } from '../../mistake.ts';
import { BOX, optionsOf, ROOT, specOf, USER } from './given.ts';

describe('options that do not go together', () => {
  test.each([
    [['-m', '5m'], 'minimum memory limit allowed is 6MB: give --memory more'],
    [['--memory-reservation', '5m'], 'minimum memory reservation allowed is 6MB: give --memory-reservation more'],
    [
      ['--memory-swap', '100m'],
      'you should always set the --memory limit when using the --memory-swap limit, which is their sum',
    ],
    [
      ['-m', '100m', '--memory-swap', '50m'],
      'minimum --memory-swap limit should be larger than the --memory limit: it is memory and swap together',
    ],
    [
      ['-m', '100m', '--memory-reservation', '200m'],
      'minimum --memory limit can not be less than the --memory-reservation limit',
    ],
    [['--cpus', '1', '--cpu-period', '1000'], 'conflicting options: --cpus and --cpu-period'],
    [['--cpus', '1', '--cpu-quota', '1000'], 'conflicting options: --cpus and --cpu-quota'],
    [['--cpu-period', '999'], 'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)'],
    [
      ['--cpu-period', '1000001'],
      'CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)',
    ],
    [['--cpu-quota', '999'], 'CPU cfs quota can not be less than 1ms (i.e. 1000)'],
    [
      ['--cpu-rt-runtime', '2', '--cpu-rt-period', '1'],
      'cpu real-time runtime cannot be higher than cpu real-time period',
    ],
    [['--blkio-weight', '9'], 'range of blkio weight is from 10 to 1000, and 9 is not'],
    [['--cpu-shares', '1'], 'range of cpu shares is from 2 to 262144, and 1 is not'],
    [['--oom-score-adj', '-1001'], 'invalid value -1001, range for oom score adj is [-1000, 1000]'],
    [['--hostname', 'a', '--uts', 'host'], 'conflicting options: hostname and the UTS mode'],
    [['--domainname', 'a', '--uts', 'container:x'], 'conflicting options: hostname and the UTS mode'],
    [['--hostname', 'a', '--network', 'container:x'], 'conflicting options: hostname and the network mode'],
    [['--dns', '1.1.1.1', '--network', 'container:x'], 'conflicting options: dns and the network mode'],
    [
      ['--add-host', 'a:1.1.1.1', '--network', 'container:x'],
      'conflicting options: custom host-to-IP mapping and the network mode',
    ],
  ])('%j', (words, sentence) => {
    expect(mistake(() => checkOptions(optionsOf(...words, 'box')))).toBe(sentence);
  });

  test('more processors than there are', () => {
    for (const cpus of ['0', '0.001', '100000']) {
      expect(mistake(() => checkOptions(optionsOf('--cpus', cpus, 'box')))).toMatch(
        /^range of CPUs is from 0.01 to \d+.00, as there are only \d+ CPUs available$/,
      );
    }
  });

  test.each([
    [[]],
    [['-m', '6m']],
    [['-m', '100m', '--memory-swap', '100m']],
    [['-m', '100m', '--memory-swap', '-1']],
    [['--memory-swap', '0']],
    [['--cpu-quota', '-1', '--cpu-period', '1000']],
    [['--cpu-shares', '0', '--blkio-weight', '0']],
    [['--hostname', 'a', '--network', 'host']],
  ])('but %j do', (words) => {
    expect(() => checkOptions(optionsOf(...words, 'box'))).not.toThrow();
  });
});

describe('namespaces', () => {
  const resolve = (context: typeof ROOT, ...words: string[]) =>
    resolveNamespaces(optionsOf(...words, 'box').namespaces, context);

  test('leave root in the host’s user namespace, and give others one of their own', () => {
    expect(resolve(ROOT).user).toBe('host');
    expect(resolve(USER).user).toBe('private');
    expect(resolve(ROOT, '--userns', 'private').user).toBe('private');
  });

  test('of another container bring its user namespace along for an ordinary user', () => {
    expect(resolve(USER, '--network', 'container:other')).toMatchObject({
      user: 'container:other',
      network: 'container:other',
    });
    expect(resolve(USER, '--userns', 'container:other', '--pid', 'container:other').user).toBe('container:other');
    expect(resolve(ROOT, '--network', 'container:other').user).toBe('host');
  });

  test('that the other one shares with the host are the host’s', () => {
    expect(resolve(ROOT, '--network', 'container:hostly', '--userns', 'container:hostly')).toMatchObject({
      network: 'host',
      user: 'host',
    });
  });

  test.each([
    [['--userns', 'host'], "--userns host needs root: an ordinary user's rights end at the host's"],
    [
      ['--pid', 'container:a', '--ipc', 'container:b'],
      'namespaces of several containers (container:a, container:b) can be joined by root alone: name one',
    ],
    [
      ['--pid', 'container:a', '--userns', 'container:b'],
      'namespaces of several containers (container:b, container:a) can be joined by root alone: name one',
    ],
    [
      ['--pid', 'container:a', '--userns', 'private'],
      'conflicting options: --userns private and container:a, whose namespaces belong to its user namespace',
    ],
  ])('are not an ordinary user’s to mix: %j', (words, sentence) => {
    expect(mistake(() => resolve(USER, ...words))).toBe(sentence);
  });
});

describe('limits', () => {
  test.each<[string[], object]>([
    [[], {}],
    [['-m', '100m'], { memory: { limit: 104857600, swap: 209715200 } }],
    [['-m', '100m', '--memory-swap', '-1'], { memory: { limit: 104857600, swap: -1 } }],
    [['-m', '100m', '--memory-swap', '0'], { memory: { limit: 104857600, swap: 209715200 } }],
    [['--cpus', '1.5'], { cpu: { quota: 150_000, period: 100_000 } }],
    [['--cpu-quota', '5000'], { cpu: { quota: 5000 } }],
    [['--pids-limit', '0'], { pids: { limit: -1 } }],
    [['--pids-limit', '-1'], { pids: { limit: -1 } }],
    [['--pids-limit', '5'], { pids: { limit: 5 } }],
    [['--blkio-weight', '0'], {}],
    [['--cpu-rt-runtime', '5', '--cpu-rt-period', '6'], { cpu: { realtimeRuntime: 5, realtimePeriod: 6 } }],
  ])('%j', (words, limits) => {
    const { devices: _, ...rest } = makeResources(optionsOf(...words, 'box'));
    expect(rest).toEqual(limits);
  });
});

describe('devices', () => {
  test.each<[number, number, number]>([
    [0x103, 1, 3],
    [0x801, 8, 1],
    [0x100801, 8, 257],
    [0xfdff, 253, 255],
    [0x8800, 136, 0],
  ])('%i is %i:%i', (rdev, major, minor) => {
    expect(numbersOf(rdev)).toEqual({ major, minor });
  });

  test('are found with their kind and numbers', () => {
    expect(devicesWanted('/dev/null', '/dev/other')).toEqual([
      expect.objectContaining({ type: 'c', path: '/dev/other', major: 1, minor: 3, fileMode: 0o666 }),
    ]);
    expect(mistake(() => devicesWanted('/dev/no-such', '/x'))).toBe(
      'error gathering device information while adding custom device "/dev/no-such": no such file or directory',
    );
    expect(mistake(() => devicesWanted('/etc/passwd', '/x'))).toBe(
      '/etc/passwd is not a device: look for one with `ls -l /dev`',
    );
  });

  test.each<[string, object]>([
    ['c 1:3 rwm', { allow: true, type: 'c', major: 1, minor: 3, access: 'rwm' }],
    ['b 8:* r', { allow: true, type: 'b', major: 8, access: 'r' }],
    ['a *:* m', { allow: true, type: 'a', access: 'm' }],
  ])('the rule %s', (text, rule) => {
    expect(parseDeviceRule(text)).toEqual(rule);
  });

  test.each(['', 'c 1:3', 'd 1:3 r', 'c 1 r', 'c 1:3 x', 'c  1:3 r', 'c 1:3 rwmr', 'c -1:3 r'])(
    '%j is no rule',
    (text) => {
      expect(mistake(() => parseDeviceRule(text))).toBe(
        `invalid device cgroup format '${text}'. Write it as 'c 10:200 rwm', with * for any number`,
      );
    },
  );
});

test('--init takes the first small init that the machine has, or says what to install', () => {
  expect(findInitProgram(['/no/such', '/bin/sh', '/bin/ls'])).toBe('/bin/sh');
  expect(mistake(() => findInitProgram(['/no/such']))).toBe(
    '--init needs a small init program, and this machine has none: install the package tini',
  );
});

describe('mounts', () => {
  test('on one place twice are refused', () => {
    for (const words of [
      ['-v', '/a:/x', '-v', '/b:/x/'],
      ['-v', '/a:/x', '--tmpfs', '/x'],
      ['-v', '/x', '-v', 'n1:/y/../x'],
    ]) {
      expect(mistake(() => specOf(ROOT, BOX, ...words, 'box'))).toBe('duplicate mount point: /x');
    }
  });

  test('of the user take the place of Docker’s', () => {
    const at = (path: string, ...words: string[]) =>
      specOf(ROOT, BOX, ...words, 'box').mounts?.filter(({ destination }) => destination === path);
    expect(at('/dev/shm', '-v', '/h:/dev/shm')).toEqual([
      { destination: '/dev/shm', type: 'bind', source: '/h', options: ['rbind', 'rprivate'] },
    ]);
    expect(at('/dev/pts', '-v', '/dev:/dev')).toEqual([]);
  });

  test.each(['0', '64m'])('of a /dev/shm of size %s is Docker’s usual', (size) => {
    const { mounts = [] } = specOf(ROOT, BOX, '--shm-size', size, 'box');
    expect(mounts.find(({ destination }) => destination === '/dev/shm')?.options).toContain('size=67108864');
  });

  test.each<[string[], string[], string[]]>([
    [['noexec', 'nosuid'], [], ['noexec', 'nosuid']],
    [['noexec', 'nosuid'], ['exec'], ['nosuid', 'exec']],
    [['rprivate'], ['shared'], ['shared']],
    [[], ['size=1m', 'size=2m'], ['size=2m']],
    [['ro'], ['rw', 'ro'], ['ro']],
    [['mode=755'], ['mode=700', 'uid=5'], ['mode=700', 'uid=5']],
  ])('of memory: %j and then %j', (before, changes, merged) => {
    expect(mergeTmpfsOptions(before, changes)).toEqual(merged);
  });
});

test('the environment: the later value counts, at the place of the first', () => {
  expect(mergeEnv(['A=1', 'B=2'], ['C=3', 'A=4'])).toEqual(['A=4', 'B=2', 'C=3']);
  expect(mergeEnv(['A=1', 'B=2'], ['A'])).toEqual(['B=2']);
  expect(mergeEnv(['A=1'], ['A', 'A=2'])).toEqual(['A=2']);
  expect(mergeEnv([], ['A=b=c', 'NONE'])).toEqual(['A=b=c']);
});

describe('a user', () => {
  test.each(['', '0', '1000', '2147483647', 'web', 'web:crew', '5:6', 'web:6', '5:crew', 'a.b-c_d', '0x1', '1e3'])(
    '%j may be one',
    (text) => {
      expect(checkUser(text)).toBe(text);
    },
  );

  test.each(['-1', '+1', '2147483648', '4294967296', '99999999999999999999', '0:-1', '0:2147483648'])(
    '%j is no number of one',
    (text) => {
      expect(mistake(() => checkUser(text))).toBe(
        `invalid user or group "${text}": uids and gids must be in range 0-2147483647`,
      );
    },
  );

  test.each(['a b', 'a,b', 'a\nb', '0:a b', '1\n'])('%j is no name of one', (text) => {
    expect(mistake(() => checkUser(text))).toBe(
      `invalid user or group "${text}": a name has no space, comma or zero byte in it`,
    );
  });

  test('stands before its group', () => {
    expect(mistake(() => checkUser(':6'))).toBe('invalid user ":6": there is no user before the colon');
  });

  test('has two parts at most', () => {
    expect(mistake(() => checkUser('a:b:c'))).toBe('invalid user "a:b:c": it is not of the form user or user:group');
  });

  test.each<[string[], object, object]>([
    [[], { uid: 0, gid: 0, additionalGids: [0] }, { 'dev.slipway.user': '0' }],
    [['-u', '5'], { uid: 5, gid: 0, additionalGids: [0] }, { 'dev.slipway.user': '5' }],
    [['-u', '5:6'], { uid: 5, gid: 6, additionalGids: [6] }, {}],
    [['-u', 'web:6'], { uid: 0, gid: 6, additionalGids: [6] }, { 'dev.slipway.user': 'web:6' }],
    [
      ['-u', '5:6', '--group-add', '7'],
      { uid: 5, gid: 6, additionalGids: [6] },
      { 'dev.slipway.user': '5:6', 'dev.slipway.groups': '7' },
    ],
  ])('%j is numbers in the specification, and names in annotations', (words, user, annotations) => {
    const spec = specOf(ROOT, BOX, ...words, 'box');
    expect(spec.process.user).toEqual(user);
    expect(spec.annotations).toEqual(annotations);
  });
});
