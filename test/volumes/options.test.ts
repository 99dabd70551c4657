// The words of a mount's options, sorted into what the mount calls take.

import { describe, expect, test } from 'vitest';
import {
  MOUNT_ATTR__ATIME,
  MOUNT_ATTR_NOATIME,
  MOUNT_ATTR_NODEV,
  MOUNT_ATTR_NOEXEC,
  MOUNT_ATTR_NOSUID,
  MOUNT_ATTR_RDONLY,
  MS_I_VERSION,
  MS_MANDLOCK,
  MS_PRIVATE,
  MS_SHARED,
  MS_SLAVE,
  MS_SYNCHRONOUS,
} from '../../src/linux/constants.ts';
import type { MountInfo } from '../../src/linux/mountinfo.ts';
import { parseForeign } from '../../src/volumes/foreign.ts';
import { type MountOptions, parseOptions } from '../../src/volumes/options.ts';
import { mountOf } from '../../src/volumes/propagation.ts';

const PLAIN: MountOptions = {
  bind: false,
  recursive: false,
  remount: false,
  attributes: { set: 0, clear: 0 },
  recursiveAttributes: { set: 0, clear: 0 },
  superFlags: 0,
  propagations: [],
  data: [],
  copyUp: false,
};

describe('options', () => {
  test.each<[string[], Partial<MountOptions>]>([
    [[], {}],
    [['defaults', 'async', ''], {}],
    [['bind'], { bind: true }],
    [['rbind'], { bind: true, recursive: true }],
    [['ro'], { attributes: { set: MOUNT_ATTR_RDONLY, clear: 0 } }],
    [['ro', 'rw'], { attributes: { set: 0, clear: MOUNT_ATTR_RDONLY } }],
    [['rw', 'ro'], { attributes: { set: MOUNT_ATTR_RDONLY, clear: 0 } }],
    [
      ['nosuid', 'noexec', 'nodev'],
      { attributes: { set: MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC | MOUNT_ATTR_NODEV, clear: 0 } },
    ],
    [['rro'], { recursiveAttributes: { set: MOUNT_ATTR_RDONLY, clear: 0 } }],
    [['rro', 'rnosuid'], { recursiveAttributes: { set: MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, clear: 0 } }],
    [['noatime'], { attributes: { set: MOUNT_ATTR_NOATIME, clear: MOUNT_ATTR__ATIME & ~MOUNT_ATTR_NOATIME } }],
    [['rprivate'], { propagations: [{ flag: MS_PRIVATE, recursive: true }] }],
    [
      ['slave', 'rshared'],
      {
        propagations: [
          { flag: MS_SLAVE, recursive: false },
          { flag: MS_SHARED, recursive: true },
        ],
      },
    ],
    [['sync'], { superFlags: MS_SYNCHRONOUS }],
    [['sync', 'async'], {}],
    [['lazytime', 'iversion', 'mand', 'loud', 'nolazytime'], { superFlags: MS_I_VERSION | MS_MANDLOCK }],
    [['remount', 'ro'], { remount: true, attributes: { set: MOUNT_ATTR_RDONLY, clear: 0 } }],
    [['rbind', 'idmap'], { bind: true, recursive: true, idMap: 'one' }],
    [['rbind', 'ridmap'], { bind: true, recursive: true, idMap: 'all' }],
    [['size=64m', 'mode=755', 'rubbish'], { data: ['size=64m', 'mode=755', 'rubbish'] }],
    [['tmpcopyup'], { copyUp: true }],
  ])('%j', (words, options) => {
    const { attributes, ...rest } = parseOptions(words);
    // A set bit is what counts; which bits are cleared beside it is the kernel's rule for access times.
    if (words.includes('noatime')) expect(attributes.set).toBe(MOUNT_ATTR_NOATIME);
    else expect(attributes).toEqual(options.attributes ?? PLAIN.attributes);
    const { attributes: _, ...expected } = { ...PLAIN, ...options };
    expect(rest).toEqual(expected);
  });
});

/** Every word of the specification's table (config.md, "Linux mount options"). */
const TABLE = `async atime bind defaults dev diratime dirsync exec iversion lazytime loud mand noatime nodev nodiratime noexec
  noiversion nolazytime nomand norelatime nostrictatime nosuid nosymfollow private ratime rbind rdev rdiratime relatime
  remount rexec rnoatime rnodiratime rnoexec rnorelatime rnostrictatime rnosuid rnosymfollow ro rprivate rrelatime rro rrw
  rshared rslave rstrictatime rsuid rsymfollow runbindable rw shared silent slave strictatime suid symfollow sync
  tmpcopyup unbindable idmap ridmap`;

test.each(TABLE.split(/\s+/))('%s is known, and no matter of the file system', (word) => {
  expect(parseOptions([word]).data).toEqual([]);
});

describe('the mount that a path lies on', () => {
  const mount = (path: string, isShared: boolean, isSlave: boolean): MountInfo => ({
    ...{ id: 0, parent: 0, root: '/', path, type: 'tmpfs' },
    ...{ isShared, isSlave },
  });
  const MOUNTS = [
    mount('/', true, false),
    mount('/home', true, true),
    mount('/home/me/a b', false, false),
    mount('/mnt', true, false),
    mount('/mnt', false, true),
  ];

  test.each<[string, string, boolean, boolean]>([
    ['/', '/', true, false],
    ['/etc/passwd', '/', true, false],
    ['/home', '/home', true, true],
    ['/home/me', '/home', true, true],
    ['/homeless', '/', true, false],
    ['/home/me/a b/c', '/home/me/a b', false, false],
    ['/mnt/x', '/mnt', false, true], // the later one covers the other
  ])('%s', (path, mountPoint, isShared, isSlave) => {
    expect(mountOf(path, MOUNTS)).toMatchObject({ path: mountPoint, isShared, isSlave });
  });

  test('is unknown in a chroot, whose own root is no mount', () => {
    expect(mountOf('/etc', MOUNTS.slice(1))).toBeUndefined();
  });

  test('is found on this machine too', () => {
    expect(mountOf('/proc/self/status')?.path).toBe('/proc');
  });
});

test('a path in another container’s root', () => {
  expect(parseForeign('/proc/12/root/dev/shm')).toEqual({ pid: 12, path: '/dev/shm' });
  for (const path of ['/proc/12/root', '/proc/self/root/x', '/a/proc/12/root/x', '/dev/shm'])
    expect(parseForeign(path)).toBeUndefined();
});
