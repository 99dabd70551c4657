// Mounts on the real kernel: what works, and what each mistake is told as.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  CLONE_NEWNS,
  CLONE_NEWUSER,
  MNT_DETACH,
  MOUNT_ATTR_RDONLY,
  MOVE_MOUNT_F_EMPTY_PATH,
  MS_BIND,
  MS_NODEV,
  MS_NOEXEC,
  MS_NOSUID,
  MS_RDONLY,
  MS_REMOUNT,
  MS_SHARED,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_WRONLY,
  OPEN_TREE_CLOEXEC,
  OPEN_TREE_CLONE,
  TMPFS_MAGIC,
} from '../../src/linux/constants.ts';
import { close, mkdir, open, statfs } from '../../src/linux/files.ts';
import {
  chdir,
  chroot,
  fchdir,
  fsconfig_create,
  fsconfig_flag,
  fsconfig_string,
  fsmount,
  fsopen,
  mount,
  mount_setattr,
  move_mount,
  open_tree,
  pivot_root,
  umount2,
} from '../../src/linux/mount.ts';
import { unshare } from '../../src/linux/namespaces.ts';
import { execve } from '../../src/linux/process.ts';
import { inMountNamespace } from '../in-child.ts';
import { asNobody, failure, makeFolders, onTmpfs, programWithLoader, scratchFolder, tryIt } from './provoke.ts';

const scratch = scratchFolder();

describe('mount', () => {
  test('EPERM for an ordinary user', () => {
    expect(() => asNobody(() => mount('tmpfs', '/mnt', 'tmpfs', 0))).toThrow(
      failure('mount', 'EPERM', {
        args: '"tmpfs", "/mnt", "tmpfs", 0, NULL',
        hint: 'CAP_SYS_ADMIN',
        lesson: '07-volumes',
      }),
    );
  });

  test('EPERM for an overlay of an ordinary user', () => {
    expect(() => asNobody(() => mount('overlay', '/mnt', 'overlay', 0, 'lowerdir=/etc:/usr'))).toThrow(
      failure('mount', 'EPERM', { hint: 'overlay only inside a user namespace', lesson: '06-unionfs' }),
    );
  });

  test('EPERM for taking a flag off that is locked', () => {
    const run = () =>
      inMountNamespace(() => {
        makeFolders(`${scratch}/locked`);
        mount('tmpfs', `${scratch}/locked`, 'tmpfs', MS_NODEV | MS_RDONLY);
        unshare(CLONE_NEWUSER | CLONE_NEWNS);
        mount(null, `${scratch}/locked`, null, MS_REMOUNT | MS_BIND);
      });
    expect(run).toThrow(failure('mount', 'EPERM', { hint: 'cannot be taken off' }));
  });

  test('ENODEV for a file system that the kernel does not know', () => {
    expect(() => onTmpfs(scratch, () => mount('x', '.', 'nosuchfs', 0))).toThrow(
      failure('mount', 'ENODEV', { hint: '/proc/filesystems' }),
    );
  });

  test('EBUSY for making a file system read-only that is written to', () => {
    const run = () =>
      onTmpfs(scratch, () => {
        makeFolders('inner');
        mount('tmpfs', 'inner', 'tmpfs', 0);
        const fd = open('inner/file', O_WRONLY | O_CREAT, 0o600);
        mount(null, 'inner', null, MS_REMOUNT | MS_RDONLY);
        close(fd);
      });
    expect(run).toThrow(failure('mount', 'EBUSY'));
  });

  test('EINVAL for an overlay whose upper folder is on an overlay', () => {
    const run = () =>
      onTmpfs(scratch, () => {
        makeFolders('lower', 'upper', 'work', 'merged', 'again');
        mount('overlay', 'merged', 'overlay', 0, 'lowerdir=lower,upperdir=upper,workdir=work');
        makeFolders('merged/upper', 'merged/work');
        mount('overlay', 'again', 'overlay', 0, 'lowerdir=lower,upperdir=merged/upper,workdir=merged/work');
      });
    expect(run).toThrow(failure('mount', 'EINVAL', { hint: 'may itself lie on an overlay', lesson: '06-unionfs' }));
  });

  test('EINVAL for an overlay with upper and work folder on two file systems', () => {
    const run = () =>
      onTmpfs(scratch, () => {
        makeFolders('lower', 'upper', 'other', 'merged');
        mount('tmpfs', 'other', 'tmpfs', 0);
        makeFolders('other/work');
        mount('overlay', 'merged', 'overlay', 0, 'lowerdir=lower,upperdir=upper,workdir=other/work');
      });
    expect(run).toThrow(failure('mount', 'EINVAL', { hint: 'two file systems' }));
  });

  test('EINVAL for a remount of what is no mount point', () => {
    const run = () =>
      onTmpfs(scratch, () => {
        makeFolders('plain');
        mount(null, 'plain', null, MS_REMOUNT | MS_BIND | MS_RDONLY);
      });
    expect(run).toThrow(failure('mount', 'EINVAL', { hint: 'no mount point' }));
  });

  test('ENOENT and ENOTDIR for a target that does not fit', () => {
    const missing = () => onTmpfs(scratch, () => mount('tmpfs', 'missing', 'tmpfs', 0));
    expect(missing).toThrow(failure('mount', 'ENOENT'));
    const file = () =>
      onTmpfs(scratch, () => {
        writeFileSync('file', '');
        mount('/etc', 'file', null, MS_BIND);
      });
    expect(file).toThrow(failure('mount', 'ENOTDIR'));
  });

  test('the object comes first in the message', () => {
    expect(() => onTmpfs(scratch, () => mount('x', '.', 'nosuchfs', 0))).toThrow(
      /^mount nosuchfs on \.: no such device \(ENODEV\)\. This kernel/,
    );
  });
});

describe('the new mount calls', () => {
  test('make an overlay with no place, and give it one', () => {
    const flags = onTmpfs(scratch, () => {
      makeFolders('lower', 'upper', 'work', 'merged');
      writeFileSync('lower/file', 'from below');
      const fs = fsopen('overlay');
      for (const name of ['lower', 'upper', 'work']) fsconfig_string(fs, `${name}dir`, join(scratch, name));
      fsconfig_create(fs);
      const tree = fsmount(fs, MOUNT_ATTR_RDONLY);
      move_mount(tree, '', AT_FDCWD, 'merged', MOVE_MOUNT_F_EMPTY_PATH);
      return { text: readFileSync('merged/file', 'utf8'), write: tryIt(() => mkdir('merged/x', 0o755)) };
    });
    expect(flags).toEqual({ text: 'from below', write: 'EROFS' });
  });

  test('copy a tree and change it before it is seen', () => {
    const answers = onTmpfs(scratch, () => {
      makeFolders('source', 'source/inner', 'target');
      mount('tmpfs', 'source/inner', 'tmpfs', 0);
      const tree = open_tree(AT_FDCWD, 'source', OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
      mount_setattr(tree, '', AT_EMPTY_PATH | AT_RECURSIVE, { set: MOUNT_ATTR_RDONLY });
      move_mount(tree, '', AT_FDCWD, 'target', MOVE_MOUNT_F_EMPTY_PATH);
      return ['target/x', 'target/inner/x', 'source/x'].map((path) => tryIt(() => mkdir(path, 0o755)));
    });
    expect(answers).toEqual(['EROFS', 'EROFS', 'works']);
  });

  test('fsopen ENODEV, fsconfig EINVAL', () => {
    expect(() => onTmpfs(scratch, () => fsopen('nosuchfs'))).toThrow(
      failure('fsopen', 'ENODEV', { lesson: '06-unionfs' }),
    );
    expect(() => onTmpfs(scratch, () => fsconfig_string(fsopen('tmpfs'), 'nosuchoption', '1'))).toThrow(
      failure('fsconfig', 'EINVAL'),
    );
    expect(() => onTmpfs(scratch, () => fsconfig_flag(fsopen('tmpfs'), 'nosuchflag'))).toThrow(
      failure('fsconfig', 'EINVAL'),
    );
  });

  test('mount_setattr EINVAL for what is no mount point, EPERM for a locked flag', () => {
    const plain = () => inMountNamespace(() => mount_setattr(AT_FDCWD, scratch, 0, { set: MOUNT_ATTR_RDONLY }));
    expect(plain).toThrow(failure('mount_setattr', 'EINVAL'));
    const locked = () =>
      onTmpfs(scratch, () => {
        mount(null, '.', null, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID);
        unshare(CLONE_NEWUSER | CLONE_NEWNS);
        mount_setattr(AT_FDCWD, scratch, 0, { clear: MOUNT_ATTR_RDONLY });
      });
    expect(locked).toThrow(failure('mount_setattr', 'EPERM', { hint: 'locked' }));
  });
});

describe('umount2', () => {
  test('EBUSY while a process works inside, and MNT_DETACH helps', () => {
    expect(() => onTmpfs(scratch, () => umount2(scratch))).toThrow(failure('umount2', 'EBUSY', { hint: 'MNT_DETACH' }));
    onTmpfs(scratch, () => umount2(scratch, MNT_DETACH));
  });

  test('EINVAL for what is no mount point', () => {
    expect(() => inMountNamespace(() => umount2('/etc'))).toThrow(failure('umount2', 'EINVAL'));
  });
});

describe('pivot_root', () => {
  test('EINVAL for a folder that is no mount point', () => {
    const run = () =>
      onTmpfs(scratch, () => {
        makeFolders('root', 'root/old');
        pivot_root('root', 'root/old');
      });
    expect(run).toThrow(failure('pivot_root', 'EINVAL', { hint: 'must be a mount point', lesson: '04-pivot-root' }));
  });

  test('EINVAL when the mount is shared', () => {
    const run = () =>
      onTmpfs(scratch, () => {
        makeFolders('root');
        mount('tmpfs', 'root', 'tmpfs', 0);
        mount(null, 'root', null, MS_SHARED);
        pivot_root('root', 'root');
      });
    expect(run).toThrow(failure('pivot_root', 'EINVAL', { hint: 'shared' }));
  });

  test('EBUSY for the root that is the root already', () => {
    expect(() => inMountNamespace(() => pivot_root('/', '/'))).toThrow(failure('pivot_root', 'EBUSY'));
  });

  test('EPERM for an ordinary user', () => {
    expect(() => asNobody(() => pivot_root('/', '/'))).toThrow(failure('pivot_root', 'EPERM'));
  });

  test('works with dots, and leaves nothing of the old root', () => {
    const names = onTmpfs(scratch, () => {
      makeFolders('root');
      mount('tmpfs', 'root', 'tmpfs', 0);
      chdir('root');
      writeFileSync('only-this', '');
      pivot_root('.', '.');
      umount2('.', MNT_DETACH);
      chdir('/');
      return {
        type: statfs('/').type,
        old: tryIt(() => close(open('/etc/passwd', 0))),
        mine: tryIt(() => close(open('/only-this', 0))),
      };
    });
    expect(names).toEqual({ type: TMPFS_MAGIC, old: 'ENOENT', mine: 'works' });
  });
});

describe('chroot', () => {
  test('changes where / is', () => {
    const there = onTmpfs(scratch, () => {
      makeFolders('inside');
      chroot('.');
      chdir('/');
      return [tryIt(() => close(open('/inside', O_DIRECTORY))), tryIt(() => close(open('/etc/passwd', 0)))];
    });
    expect(there).toEqual(['works', 'ENOENT']);
  });

  test('leaves a way back through a descriptor: that is why pivot_root', () => {
    const there = onTmpfs(scratch, () => {
      const outside = open('/', O_DIRECTORY | O_CLOEXEC);
      chroot('.');
      fchdir(outside);
      chroot('.');
      return tryIt(() => close(open('/etc/passwd', 0)));
    });
    expect(there).toBe('works');
  });

  test('EPERM for an ordinary user', () => {
    expect(() => asNobody(() => chroot('/'))).toThrow(failure('chroot', 'EPERM', { lesson: '02-chroot' }));
  });
});

describe('execve', () => {
  test('EACCES from a mount that is noexec', () => {
    const run = () =>
      onTmpfs(scratch, () => {
        writeFileSync('script', '#!/bin/sh\n', { mode: 0o755 });
        mount(null, '.', null, MS_REMOUNT | MS_BIND | MS_NOEXEC);
        execve(join(scratch, 'script'), ['x'], []);
      });
    expect(run).toThrow(failure('execve', 'EACCES', { hint: 'noexec', lesson: '01-process' }));
  });

  test('ENOENT in a new root that lacks the loader', () => {
    const run = () =>
      onTmpfs(scratch, () => {
        writeFileSync('true', programWithLoader('/lib/ld.so'), { mode: 0o755 });
        chroot('.');
        execve('/true', ['true'], []);
      });
    expect(run).toThrow(failure('execve', 'ENOENT', { hint: 'loader' }));
  });
});
