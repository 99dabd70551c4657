// Namespaces on the real kernel: what works, and what each mistake is told as.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import {
  CLONE_FS,
  CLONE_NEWNET,
  CLONE_NEWNS,
  CLONE_NEWPID,
  CLONE_NEWUSER,
  CLONE_NEWUTS,
  CLONE_THREAD,
  O_CLOEXEC,
  S_IFCHR,
} from '../../src/linux/constants.ts';
import { setresuid } from '../../src/linux/credentials.ts';
import { close, mknod, open, pipe2, read, readAll, writeText } from '../../src/linux/files.ts';
import { clone3 } from '../../src/linux/fork.ts';
import { mount } from '../../src/linux/mount.ts';
import { getNamespaceType, setdomainname, sethostname, setns, unshare } from '../../src/linux/namespaces.ts';
import { setInterfaceUp } from '../../src/linux/netdevice.ts';
import { _exit, getpid, waitpid } from '../../src/linux/process.ts';
import { inChild, inMountNamespace } from '../in-child.ts';
import { asNobody, becomeNobody, failure, onTmpfs, scratchFolder } from './provoke.ts';

const scratch = scratchFolder();

/** Clones a child that ends at once, and waits for it. */
function cloneAndWait(flags: number): void {
  const { pid, pidfd } = clone3({ flags });
  if (pid === 0) _exit(0);
  close(pidfd);
  waitpid(pid);
}

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
      onTmpfs(scratch, () => {
        unshare(CLONE_NEWUSER | CLONE_NEWNS);
        mknod(`${scratch}/null`, S_IFCHR | 0o666, 1, 3);
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
    const bytes = onTmpfs(scratch, () => {
      mknod('zero', S_IFCHR | 0o666, 1, 5);
      const buffer = Buffer.alloc(4, 1);
      read(open('zero', O_CLOEXEC), buffer);
      return buffer.toString('hex');
    });
    expect(bytes).toBe('00000000');
  });
});
