// Provokes, on the real kernel, the errors that learners meet. Each must come as a SyscallError with a hint and a lesson.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { detectHierarchies } from '../../src/cgroups/detect.ts';
import { attachDeviceProgram, loadDeviceProgram } from '../../src/linux/bpf.ts';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_RECURSIVE,
  AT_REMOVEDIR,
  CLONE_FS,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  CLONE_THREAD,
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
  PR_SET_DUMPABLE,
  S_IFCHR,
  TMPFS_MAGIC,
} from '../../src/linux/constants.ts';
import { setgroups, setresgid, setresuid } from '../../src/linux/credentials.ts';
import {
  close,
  mkdir,
  mknod,
  open,
  pipe2,
  read,
  readAll,
  readText,
  statfs,
  unlinkat,
  writeText,
} from '../../src/linux/files.ts';
import { clone3 } from '../../src/linux/fork.ts';
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
import { getNamespaceType, setdomainname, sethostname, setns, unshare } from '../../src/linux/namespaces.ts';
import { setInterfaceUp } from '../../src/linux/netdevice.ts';
import { _exit, execve, getpid, prctl, waitpid } from '../../src/linux/process.ts';
import { inChild, inMountNamespace } from '../in-child.ts';
import { isMissing } from '../linux/missing.ts';

/** A tmpfs would do, but not every folder of /tmp is one. */
const scratch = mkdtempSync('/tmp/linux-');
chmodSync(scratch, 0o755);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** What a failure must be: these facts, with a hint and a lesson. */
function failure(call: string, code: string, facts: { hint?: string; lesson?: string; args?: string } = {}) {
  return expect.objectContaining({
    name: 'SyscallError',
    call,
    code,
    ...(facts.args ? { args: facts.args } : {}),
    hint: facts.hint ? expect.stringContaining(facts.hint) : expect.stringMatching(/.+/),
    lesson: facts.lesson ?? expect.stringMatching(/^0\d-/),
  });
}

/** Runs `work` in a child that has become nobody. */
function asNobody<T>(work: () => T): T {
  return inChild(() => {
    becomeNobody();
    return work();
  });
}

function becomeNobody(): void {
  setgroups([]);
  setresgid(65534, 65534, 65534);
  setresuid(65534, 65534, 65534);
  prctl(PR_SET_DUMPABLE, 1); // else /proc/self belonged to root
}

/** Runs `work` on an empty tmpfs, in a mount namespace of its own. */
function onTmpfs<T>(work: (folder: string) => T): T {
  return inMountNamespace(() => {
    mount('tmpfs', scratch, 'tmpfs', 0);
    chdir(scratch);
    return work(scratch);
  });
}

/** Clones a child that ends at once, and waits for it. */
function cloneAndWait(flags: number): void {
  const { pid, pidfd } = clone3({ flags });
  if (pid === 0) _exit(0);
  close(pidfd);
  waitpid(pid);
}

const folders = (...names: string[]) => names.forEach((name) => void mkdirSync(name));

describe('pivot_root', () => {
  test('EINVAL for a folder that is no mount point', () => {
    const run = () =>
      onTmpfs(() => {
        folders('root', 'root/old');
        pivot_root('root', 'root/old');
      });
    expect(run).toThrow(failure('pivot_root', 'EINVAL', { hint: 'must be a mount point', lesson: '04-pivot-root' }));
  });

  test('EINVAL when the mount is shared', () => {
    const run = () =>
      onTmpfs(() => {
        folders('root');
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
    const names = onTmpfs(() => {
      folders('root');
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

/** `works`, or the errno's name. */
function tryIt(work: () => void): string {
  try {
    work();
    return 'works';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

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
        folders(`${scratch}/locked`);
        mount('tmpfs', `${scratch}/locked`, 'tmpfs', MS_NODEV | MS_RDONLY);
        unshare(CLONE_NEWUSER | CLONE_NEWNS);
        mount(null, `${scratch}/locked`, null, MS_REMOUNT | MS_BIND);
      });
    expect(run).toThrow(failure('mount', 'EPERM', { hint: 'cannot be taken off' }));
  });

  test('ENODEV for a file system that the kernel does not know', () => {
    expect(() => onTmpfs(() => mount('x', '.', 'nosuchfs', 0))).toThrow(
      failure('mount', 'ENODEV', { hint: '/proc/filesystems' }),
    );
  });

  test('EBUSY for making a file system read-only that is written to', () => {
    const run = () =>
      onTmpfs(() => {
        folders('inner');
        mount('tmpfs', 'inner', 'tmpfs', 0);
        const fd = open('inner/file', O_WRONLY | O_CREAT, 0o600);
        mount(null, 'inner', null, MS_REMOUNT | MS_RDONLY);
        close(fd);
      });
    expect(run).toThrow(failure('mount', 'EBUSY'));
  });

  test('EINVAL for an overlay whose upper folder is on an overlay', () => {
    const run = () =>
      onTmpfs(() => {
        folders('lower', 'upper', 'work', 'merged', 'again');
        mount('overlay', 'merged', 'overlay', 0, 'lowerdir=lower,upperdir=upper,workdir=work');
        folders('merged/upper', 'merged/work');
        mount('overlay', 'again', 'overlay', 0, 'lowerdir=lower,upperdir=merged/upper,workdir=merged/work');
      });
    expect(run).toThrow(failure('mount', 'EINVAL', { hint: 'may itself lie on an overlay', lesson: '06-unionfs' }));
  });

  test('EINVAL for an overlay with upper and work folder on two file systems', () => {
    const run = () =>
      onTmpfs(() => {
        folders('lower', 'upper', 'other', 'merged');
        mount('tmpfs', 'other', 'tmpfs', 0);
        folders('other/work');
        mount('overlay', 'merged', 'overlay', 0, 'lowerdir=lower,upperdir=upper,workdir=other/work');
      });
    expect(run).toThrow(failure('mount', 'EINVAL', { hint: 'two file systems' }));
  });

  test('EINVAL for a remount of what is no mount point', () => {
    const run = () =>
      onTmpfs(() => {
        folders('plain');
        mount(null, 'plain', null, MS_REMOUNT | MS_BIND | MS_RDONLY);
      });
    expect(run).toThrow(failure('mount', 'EINVAL', { hint: 'no mount point' }));
  });

  test('ENOENT and ENOTDIR for a target that does not fit', () => {
    const missing = () => onTmpfs(() => mount('tmpfs', 'missing', 'tmpfs', 0));
    expect(missing).toThrow(failure('mount', 'ENOENT'));
    const file = () =>
      onTmpfs(() => {
        writeFileSync('file', '');
        mount('/etc', 'file', null, MS_BIND);
      });
    expect(file).toThrow(failure('mount', 'ENOTDIR'));
  });

  test('the object comes first in the message', () => {
    expect(() => onTmpfs(() => mount('x', '.', 'nosuchfs', 0))).toThrow(
      /^mount nosuchfs on \.: no such device \(ENODEV\)\. This kernel/,
    );
  });
});

describe('the new mount calls', () => {
  test('make an overlay with no place, and give it one', () => {
    const flags = onTmpfs(() => {
      folders('lower', 'upper', 'work', 'merged');
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
    const answers = onTmpfs(() => {
      folders('source', 'source/inner', 'target');
      mount('tmpfs', 'source/inner', 'tmpfs', 0);
      const tree = open_tree(AT_FDCWD, 'source', OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE);
      mount_setattr(tree, '', AT_EMPTY_PATH | AT_RECURSIVE, { set: MOUNT_ATTR_RDONLY });
      move_mount(tree, '', AT_FDCWD, 'target', MOVE_MOUNT_F_EMPTY_PATH);
      return ['target/x', 'target/inner/x', 'source/x'].map((path) => tryIt(() => mkdir(path, 0o755)));
    });
    expect(answers).toEqual(['EROFS', 'EROFS', 'works']);
  });

  test('fsopen ENODEV, fsconfig EINVAL', () => {
    expect(() => onTmpfs(() => fsopen('nosuchfs'))).toThrow(failure('fsopen', 'ENODEV', { lesson: '06-unionfs' }));
    expect(() => onTmpfs(() => fsconfig_string(fsopen('tmpfs'), 'nosuchoption', '1'))).toThrow(
      failure('fsconfig', 'EINVAL'),
    );
    expect(() => onTmpfs(() => fsconfig_flag(fsopen('overlay'), 'nosuchflag'))).toThrow(failure('fsconfig', 'EINVAL'));
  });

  test('mount_setattr EINVAL for what is no mount point, EPERM for a locked flag', () => {
    const plain = () => inMountNamespace(() => mount_setattr(AT_FDCWD, scratch, 0, { set: MOUNT_ATTR_RDONLY }));
    expect(plain).toThrow(failure('mount_setattr', 'EINVAL'));
    const locked = () =>
      onTmpfs(() => {
        mount(null, '.', null, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID);
        unshare(CLONE_NEWUSER | CLONE_NEWNS);
        mount_setattr(AT_FDCWD, scratch, 0, { clear: MOUNT_ATTR_RDONLY });
      });
    expect(locked).toThrow(failure('mount_setattr', 'EPERM', { hint: 'locked' }));
  });
});

describe('umount2', () => {
  test('EBUSY while a process works inside, and MNT_DETACH helps', () => {
    expect(() => onTmpfs(() => umount2(scratch))).toThrow(failure('umount2', 'EBUSY', { hint: 'MNT_DETACH' }));
    onTmpfs(() => umount2(scratch, MNT_DETACH));
  });

  test('EINVAL for what is no mount point', () => {
    expect(() => inMountNamespace(() => umount2('/etc'))).toThrow(failure('umount2', 'EINVAL'));
  });
});

describe('chroot', () => {
  test('changes where / is', () => {
    const there = onTmpfs(() => {
      folders('inside');
      chroot('.');
      chdir('/');
      return [tryIt(() => close(open('/inside', O_DIRECTORY))), tryIt(() => close(open('/etc/passwd', 0)))];
    });
    expect(there).toEqual(['works', 'ENOENT']);
  });

  test('leaves a way back through a descriptor: that is why pivot_root', () => {
    const there = onTmpfs(() => {
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

describe('clone3', () => {
  test('makes namespaces: PID 1 in a new one', () => {
    const pid = inChild(() => {
      const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
      const child = clone3({ flags: CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS });
      if (child.pid === 0) {
        sethostname('inside');
        setdomainname('example');
        writeText(`/proc/self/fd/${writeEnd}`, `${getpid()} ${hostname()}`);
        _exit(0);
      }
      close(writeEnd);
      waitpid(child.pid);
      return readAll(readEnd);
    });
    expect(pid).toBe('1 inside');
    expect(hostname()).not.toBe('inside');
  });

  test.each([
    ['CLONE_THREAD without CLONE_SIGHAND', CLONE_THREAD],
    ['CLONE_FS with CLONE_NEWNS', CLONE_FS | CLONE_NEWNS],
    ['CLONE_FS with CLONE_NEWUSER', CLONE_FS | CLONE_NEWUSER],
  ])('EINVAL for %s', (_, flags) => {
    expect(() => inChild(() => cloneAndWait(flags))).toThrow(
      failure('clone3', 'EINVAL', { hint: 'exclude each other', lesson: '03-namespaces' }),
    );
  });

  test('EPERM for an ordinary user without a user namespace', () => {
    expect(() => asNobody(() => cloneAndWait(CLONE_NEWNET))).toThrow(
      failure('clone3', 'EPERM', {
        hint: 'a user namespace made in the same call',
        args: '{flags: CLONE_PIDFD|CLONE_NEWNET, pidfd: …, exit_signal: SIGCHLD, stack: NULL, stack_size: 0}, 88',
      }),
    );
    asNobody(() => cloneAndWait(CLONE_NEWNET | CLONE_NEWUSER));
  });

  test('ENOSPC when the limit on namespaces is reached', () => {
    const run = () =>
      inChild(() => {
        unshare(CLONE_NEWUSER);
        writeText('/proc/sys/user/max_uts_namespaces', '0');
        cloneAndWait(CLONE_NEWUTS);
      });
    expect(run).toThrow(failure('clone3', 'ENOSPC', { hint: 'max_*_namespaces' }));
  });
});

describe('unshare', () => {
  test('EINVAL for a process with threads', () => {
    const threads = Number(/Threads:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
    expect(threads).toBeGreaterThan(1); // this very process
    expect(() => unshare(CLONE_NEWUSER)).toThrow(failure('unshare', 'EINVAL', { hint: 'forked child' }));
  });

  test('EPERM for an ordinary user, ENOSPC at the limit', () => {
    expect(() => asNobody(() => unshare(CLONE_NEWNS))).toThrow(failure('unshare', 'EPERM'));
    const full = () =>
      inChild(() => {
        unshare(CLONE_NEWUSER);
        writeText('/proc/sys/user/max_net_namespaces', '0');
        unshare(CLONE_NEWNET);
      });
    expect(full).toThrow(failure('unshare', 'ENOSPC'));
  });
});

describe('setns', () => {
  const namespace = (name: string) => open(`/proc/self/ns/${name}`, O_CLOEXEC);

  test('joins a namespace', () => {
    const name = inChild(() => {
      const before = namespace('uts');
      unshare(CLONE_NEWUTS);
      sethostname('elsewhere');
      setns(before, CLONE_NEWUTS);
      return hostname();
    });
    expect(name).toBe(hostname());
  });

  test('EINVAL for a descriptor of another kind', () => {
    expect(() => inChild(() => setns(namespace('net'), CLONE_NEWUTS))).toThrow(
      failure('setns', 'EINVAL', { hint: 'another kind', lesson: '08-exec' }),
    );
  });

  test('EINVAL for the user namespace that one is in', () => {
    expect(() => inChild(() => setns(namespace('user'), CLONE_NEWUSER))).toThrow(failure('setns', 'EINVAL'));
  });

  test('EPERM for an ordinary user', () => {
    const run = () =>
      inChild(() => {
        const fd = namespace('net');
        becomeNobody();
        setns(fd, CLONE_NEWNET);
      });
    expect(run).toThrow(failure('setns', 'EPERM', { hint: 'join the user namespace first' }));
  });

  test('getNamespaceType tells the kind of a descriptor', () => {
    const fd = namespace('uts');
    expect(getNamespaceType(fd)).toBe(CLONE_NEWUTS);
    close(fd);
    const file = open('/dev/null', O_CLOEXEC);
    expect(() => getNamespaceType(file)).toThrow(failure('ioctl', 'ENOTTY', { lesson: '03-namespaces' }));
    close(file);
  });
});

describe('a user namespace', () => {
  const ownMap = '0 65534 1';
  const write = (text: string) => () =>
    asNobody(() => {
      unshare(CLONE_NEWUSER);
      writeText('/proc/self/uid_map', text);
    });

  test('may be mapped to one’s own id', () => {
    write(ownMap)();
  });

  test('EPERM for more than that', () => {
    expect(write('0 0 1')).toThrow(failure('write', 'EPERM', { hint: 'newuidmap', lesson: '03-namespaces' }));
    expect(write('0 65534 2')).toThrow(failure('write', 'EPERM', { hint: 'newuidmap' }));
  });

  test('EPERM for the second map', () => {
    const twice = () =>
      inChild(() => {
        unshare(CLONE_NEWUSER);
        writeText('/proc/self/uid_map', '0 0 1');
        writeText('/proc/self/uid_map', '0 0 1');
      });
    expect(twice).toThrow(failure('write', 'EPERM', { hint: 'a map is written once' }));
  });

  test('EINVAL for what is no map', () => {
    expect(write('0')).toThrow(failure('write', 'EINVAL', { hint: 'id-inside id-outside count' }));
  });

  test('has no device nodes', () => {
    const run = () =>
      onTmpfs((folder) => {
        unshare(CLONE_NEWUSER | CLONE_NEWNS);
        mknod(`${folder}/null`, S_IFCHR | 0o666, 1, 3);
      });
    expect(run).toThrow(failure('mknod', 'EPERM', { hint: 'bind the host’s node', lesson: '02-chroot' }));
  });

  test('EINVAL for an id that it does not map', () => {
    const run = () =>
      inChild(() => {
        unshare(CLONE_NEWUSER);
        writeText('/proc/self/uid_map', '0 0 1');
        setresuid(5, 5, 5);
      });
    expect(run).toThrow(failure('setresuid', 'EINVAL', { hint: 'not mapped', args: '5, 5, 5' }));
  });
});

describe('names and devices', () => {
  test('sethostname EPERM and EINVAL', () => {
    expect(() => asNobody(() => sethostname('mine'))).toThrow(
      failure('sethostname', 'EPERM', { args: '"mine", 4', lesson: '03-namespaces' }),
    );
    const long = () =>
      inChild(() => {
        unshare(CLONE_NEWUTS);
        sethostname('x'.repeat(65));
      });
    expect(long).toThrow(failure('sethostname', 'EINVAL', { hint: '64 bytes' }));
  });

  test('the loopback device of a new network is switched on', () => {
    const flags = inMountNamespace(() => {
      unshare(CLONE_NEWNET);
      setInterfaceUp('lo');
      mount('sysfs', scratch, 'sysfs', 0); // /sys of the new network
      return readFileSync(`${scratch}/class/net/lo/flags`, 'utf8');
    });
    expect(Number(flags) & 1).toBe(1);
    expect(() => inChild(() => setInterfaceUp('nosuchdevice'))).toThrow(
      failure('ioctl', 'ENODEV', { hint: 'no such device' }),
    );
  });

  test('mknod makes a device', () => {
    const bytes = onTmpfs(() => {
      mknod('zero', S_IFCHR | 0o666, 1, 5);
      const buffer = Buffer.alloc(4, 1);
      read(open('zero', O_CLOEXEC), buffer);
      return buffer.toString('hex');
    });
    expect(bytes).toBe('00000000');
  });
});

describe('execve', () => {
  test('EACCES from a mount that is noexec', () => {
    const run = () =>
      onTmpfs(() => {
        writeFileSync('script', '#!/bin/sh\n', { mode: 0o755 });
        mount(null, '.', null, MS_REMOUNT | MS_BIND | MS_NOEXEC);
        execve(join(scratch, 'script'), ['x'], []);
      });
    expect(run).toThrow(failure('execve', 'EACCES', { hint: 'noexec', lesson: '01-process' }));
  });

  test('ENOENT in a new root that lacks the loader', () => {
    const run = () =>
      onTmpfs(() => {
        writeFileSync('true', readFileSync('/bin/true'), { mode: 0o755 });
        chroot('.');
        execve('/true', ['true'], []);
      });
    expect(run).toThrow(failure('execve', 'ENOENT', { hint: 'loader' }));
  });
});

describe('a cgroup', () => {
  const hierarchies = detectHierarchies();
  const v2 = hierarchies.find(({ version }) => version === 2);
  const withPids = hierarchies.find(({ controllers }) => controllers.includes('pids'));

  /** Calls `use` with a new cgroup, whose processes have ended when it is removed. */
  function withCgroup(mountPoint: string, use: (folder: string) => void): void {
    const folder = `${mountPoint}/slipway-test-${process.pid}`;
    mkdir(folder, 0o755);
    try {
      use(folder);
    } finally {
      unlinkat(AT_FDCWD, folder, AT_REMOVEDIR);
    }
  }

  const inCgroup = (folder: string, work: () => void) => () =>
    inChild(() => {
      writeText(`${folder}/cgroup.procs`, '0');
      work();
    });

  test.skipIf(isMissing('pids controller', withPids !== undefined))('EINVAL for a value that is none', () => {
    withCgroup(withPids?.mountPoint ?? '', (folder) => {
      expect(() => writeText(`${folder}/pids.max`, 'many')).toThrow(
        failure('write', 'EINVAL', { hint: 'outside of what this controller', lesson: '05-cgroups' }),
      );
    });
  });

  test('ENOENT for a file of a controller that is not here', () => {
    withCgroup(hierarchies[0]?.mountPoint ?? '', (folder) => {
      expect(() => writeText(`${folder}/nosuch.max`, '1')).toThrow(
        failure('openat', 'ENOENT', { hint: 'cgroup.controllers', lesson: '05-cgroups' }),
      );
    });
  });

  test('EBUSY for removing it with a process inside', () => {
    withCgroup(hierarchies[0]?.mountPoint ?? '', (folder) => {
      expect(inCgroup(folder, () => unlinkat(AT_FDCWD, folder, AT_REMOVEDIR))).toThrow(
        failure('unlinkat', 'EBUSY', { hint: 'still has processes', lesson: '05-cgroups' }),
      );
    });
  });

  test.skipIf(isMissing('cgroup v2', v2 !== undefined))(
    'ENOENT for switching on what the parent does not pass down',
    () => {
      withCgroup(v2?.mountPoint ?? '', (folder) => {
        const missing = ['cpu', 'memory', 'io', 'pids'].find(
          (name) => !readText(`${folder}/cgroup.controllers`).includes(name),
        );
        if (missing === undefined) return; // all are there
        expect(() => writeText(`${folder}/cgroup.subtree_control`, `+${missing}`)).toThrow(
          failure('write', 'ENOENT', { hint: 'not switched on', lesson: '05-cgroups' }),
        );
      });
    },
  );

  /** Two instructions of eBPF, 8 bytes each: put the answer into r0, and return it. */
  const deviceProgram = (answer: number) => Buffer.from([0xb7, 0, 0, 0, answer, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]);

  test.skipIf(isMissing('cgroup v2', v2 !== undefined))('a program decides about devices', () => {
    withCgroup(v2?.mountPoint ?? '', (folder) => {
      const fd = open(folder, O_DIRECTORY | O_CLOEXEC);
      const openNull = inCgroup(folder, () => close(open('/dev/null', O_CLOEXEC)));
      attachDeviceProgram(fd, loadDeviceProgram(deviceProgram(1)));
      openNull();
      attachDeviceProgram(fd, loadDeviceProgram(deviceProgram(0)));
      expect(openNull).toThrow(expect.objectContaining({ call: 'openat', code: 'EPERM' }));
      close(fd);
    });
  });

  test('EINVAL for a program that the verifier refuses, EPERM for an ordinary user', () => {
    const endless = deviceProgram(1).subarray(0, 8);
    expect(() => loadDeviceProgram(endless)).toThrow(
      failure('bpf', 'EINVAL', { hint: 'verifier', lesson: '05-cgroups' }),
    );
    expect(() => asNobody(() => loadDeviceProgram(deviceProgram(1)))).toThrow(failure('bpf', 'EPERM'));
  });

  const passed = v2 && readText(`${v2.mountPoint}/cgroup.subtree_control`).trim().split(' ')[0];
  test.skipIf(isMissing('controller passed down by cgroup v2', !!passed))(
    'EBUSY for processes in a cgroup that is no leaf',
    () => {
      withCgroup(v2?.mountPoint ?? '', (folder) => {
        expect(inCgroup(folder, () => writeText(`${folder}/cgroup.subtree_control`, `+${passed}`))).toThrow(
          failure('write', 'EBUSY', { hint: 'processes only in leaves', lesson: '05-cgroups' }),
        );
      });
    },
  );
});
