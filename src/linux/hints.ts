// What an errno means for one call, and the usual cure: the pairs that people really meet.
// Where one call does many things, the arguments, as --explain shows them, decide too: the first match counts.

import { ERRNO, type ErrnoName, errnoName } from './errno.ts';

/** `[call, errno, text]`, or with a pattern that the arguments must match in third place. */
type Hint = readonly [call: string, code: ErrnoName, text: string] | readonly [string, ErrnoName, RegExp, string];

const HINTS: readonly Hint[] = [
  // 01 process
  ['fork', 'EAGAIN', 'A limit on processes is reached: ulimit -u, or pids.max of the cgroup.'],
  [
    'execve',
    'ENOENT',
    'There is nothing at this path, and PATH is not searched; or the program is there, but not the loader or interpreter that it names: see `readelf -l FILE`, or its #! line. In a new root both have to be inside.',
  ],
  ['execve', 'EACCES', 'The file is not executable for this user, or its file system is mounted noexec.'],
  [
    'execve',
    'ENOEXEC',
    'It is no program for this machine: another architecture, an empty file, or a script without a #! line.',
  ],
  ['execve', 'E2BIG', 'Arguments and environment together are too long.'],
  ['execve', 'ENOTDIR', 'A part of the path that should be a folder is a file.'],
  ['execve', 'ETXTBSY', 'A process still has the file open for writing.'],
  ['waitpid', 'ECHILD', 'It is no child of this process, or was waited for already.'],
  ['waitid', 'ECHILD', 'It is no child of this process, or was waited for already.'],
  ['waitid', 'EINVAL', 'The options must say what to wait for: WEXITED, WSTOPPED or WCONTINUED.'],
  ['kill', 'ESRCH', 'The process has ended.'],
  ['kill', 'EPERM', 'The process belongs to another user: it needs CAP_KILL.'],
  ['sched_setaffinity', 'EINVAL', 'None of these processors is there, or the cgroup allows none of them.'],
  ['set_mempolicy', 'EINVAL', 'This kernel has none of these memory nodes, or does not know the mode.'],
  ['ioprio_set', 'EPERM', 'The realtime class needs CAP_SYS_NICE.'],
  ['setsid', 'EPERM', 'It leads a process group already: fork first, and call it in the child.'],
  ['dup3', 'EBADF', 'The first descriptor is not open, or the second is above ulimit -n.'],
  ['dup3', 'EINVAL', 'Both descriptors are the same.'],

  // 02 chroot
  ['chroot', 'EPERM', 'It needs CAP_SYS_CHROOT: be root, or make a user namespace.'],
  ['chroot', 'ENOENT', 'There is no such folder.'],
  ['chroot', 'ENOTDIR', 'It is a file, not a folder.'],
  ['chdir', 'ENOENT', 'There is no such folder. After chroot, a path that begins with / begins in the new root.'],
  ['chdir', 'ENOTDIR', 'It is a file, not a folder.'],
  ['mknod', 'EPERM', 'Device nodes cannot be made in a user namespace: bind the host’s node there.'],
  [
    'mknodat',
    'EPERM',
    'Device nodes cannot be made in a user namespace: bind the host’s node there. Elsewhere the devices controller forbids it.',
  ],
  ['openat2', 'EXDEV', 'The path leads out of the root, or through a mount that it may not cross.'],
  ['openat2', 'ELOOP', 'The path goes through a link that may not be followed, or links lead to one another.'],
  ['openat2', 'ENOSYS', 'openat2 needs Linux 5.6.'],

  // 03 namespaces
  [
    'clone3',
    'EPERM',
    'New namespaces need CAP_SYS_ADMIN, or a user namespace made in the same call; some systems forbid that to ordinary users (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns).',
  ],
  [
    'clone3',
    'EINVAL',
    'Two flags exclude each other, as CLONE_FS and CLONE_NEWNS do, or this kernel does not know one of them.',
  ],
  [
    'clone3',
    'ENOSPC',
    'A limit on nested or total namespaces is reached: see /proc/sys/user/max_*_namespaces; 32 levels at most.',
  ],
  ['clone3', 'EAGAIN', 'A limit on processes is reached: ulimit -u, or pids.max of the cgroup.'],
  ['clone3', 'ENOMEM', 'No memory, or the PID namespace it would be made in has already ended.'],
  [
    'clone3',
    'EBUSY',
    'The cgroup it should start in has children with controllers: v2 wants processes only in leaves.',
  ],
  ['clone3', 'ENOSYS', 'clone3 needs Linux 5.3; a seccomp filter around us may forbid it too.'],
  [
    'unshare',
    'EINVAL',
    'A process with threads cannot take a new user or time namespace; Node always has threads, so do it in a forked child. Or this kernel does not know one of the flags.',
  ],
  ['unshare', 'EPERM', 'It needs CAP_SYS_ADMIN, or CLONE_NEWUSER in the same call.'],
  ['unshare', 'ENOSPC', 'A limit on nested or total namespaces is reached: see /proc/sys/user/max_*_namespaces.'],
  ['sethostname', 'EPERM', 'It needs CAP_SYS_ADMIN in the UTS namespace: make a new one first.'],
  ['sethostname', 'EINVAL', 'A host name has at most 64 bytes.'],
  ['setdomainname', 'EPERM', 'It needs CAP_SYS_ADMIN in the UTS namespace: make a new one first.'],
  ['setdomainname', 'EINVAL', 'A domain name has at most 64 bytes.'],
  [
    'write',
    'EPERM',
    /[ug]id_map/,
    'An ordinary user may map only their own id, after `deny` was written to setgroups; ranges go through newuidmap and newgidmap and /etc/subuid. And a map is written once.',
  ],
  [
    'write',
    'EINVAL',
    /[ug]id_map/,
    'A line is `id-inside id-outside count`; ranges may not overlap; 340 lines at most.',
  ],
  ['write', 'EPERM', /setgroups/, 'It must be denied before gid_map is written, and cannot be allowed again.'],

  // 04 pivot-root
  [
    'pivot_root',
    'EINVAL',
    'The new root must be a mount point, and the way to it must lead there: who stepped into the folder before it was bound still stands below. Neither it nor its parent may be shared: make / and all below it a slave first, with MS_REC. The place for the old root must lie below the new one. And a root that is the initramfs cannot be moved.',
  ],
  [
    'pivot_root',
    'EBUSY',
    'The new root, or the place for the old one, lies on the mount that is the root already. Bind the folder on itself first.',
  ],
  ['pivot_root', 'EPERM', 'It needs CAP_SYS_ADMIN over the mount namespace: be root, or make a user namespace.'],
  ['pivot_root', 'ENOTDIR', 'Both must be folders.'],
  [
    'pivot_root',
    'ENOENT',
    'Both folders must be there before the call, the place for the old root too. Given twice, "." needs none.',
  ],
  ['umount2', 'EBUSY', 'A process still works inside; MNT_DETACH takes it out of sight and lets it end later.'],
  ['umount2', 'EINVAL', 'It is no mount point, or the mount is locked by a user namespace.'],
  ['umount2', 'EPERM', 'It needs CAP_SYS_ADMIN over the mount namespace.'],

  // 05 cgroups
  [
    'write',
    'EBUSY',
    /cgroup/,
    'The cgroup has processes or children that forbid this: v2 wants processes only in leaves.',
  ],
  ['write', 'EINVAL', /cgroup/, 'The value is outside of what this controller, or the parent cgroup, allows.'],
  ['write', 'ENOENT', /cgroup/, 'The controller is not switched on in cgroup.subtree_control of the parent.'],
  [
    'write',
    'ENOSPC',
    /cgroup/,
    'A cpuset of v1 takes no process before it has processors and memory nodes: write cpuset.cpus and cpuset.mems first.',
  ],
  ['write', 'ENODEV', /cgroup/, 'The cgroup has been removed.'],
  ['write', 'ESRCH', /cgroup/, 'The process that should be moved has ended.'],
  [
    'write',
    'EOPNOTSUPP',
    /cgroup/,
    'The controller cannot be used here: the cgroup is threaded, or inside a threaded one.',
  ],
  [
    'write',
    'EACCES',
    /cgroup/,
    'The cgroup, or the common parent of it and the old one, has not been delegated to this user.',
  ],
  ['openat', 'ENOENT', /cgroup/, 'The controller is not here: see cgroup.controllers (v2) or /proc/cgroups (v1).'],
  ['openat', 'EACCES', /cgroup/, 'The cgroup belongs to another user: it would have to be delegated to this one.'],
  ['mkdirat', 'EACCES', /cgroup/, 'The cgroup belongs to another user: it would have to be delegated to this one.'],
  ['mkdirat', 'EAGAIN', /cgroup/, 'A limit of a parent is reached: cgroup.max.descendants or cgroup.max.depth.'],
  ['mkdirat', 'EROFS', /cgroup/, 'The cgroup file system is mounted read-only, as it is inside most containers.'],
  ['unlinkat', 'EBUSY', /cgroup/, 'The cgroup still has processes or child cgroups.'],
  ['bpf', 'EPERM', 'It needs CAP_BPF and CAP_NET_ADMIN, or CAP_SYS_ADMIN, outside of any user namespace.'],
  ['bpf', 'EINVAL', 'The verifier refused the program, or this kernel has no CONFIG_CGROUP_BPF.'],

  // 06 union file systems
  [
    'mount',
    'EPERM',
    /"overlay"/,
    'An ordinary user may mount an overlay only inside a user namespace of their own, on Linux 5.11 or newer.',
  ],
  ['mount', 'EBUSY', /"overlay"/, 'The upper folder or the work folder is in use by another overlay.'],
  [
    'mount',
    'EINVAL',
    /"overlay", .*, "[^"]*,\s[^"]*"$/,
    'The options of an overlay are separated by commas alone: a space is a part of the next name.',
  ],
  [
    'mount',
    'EINVAL',
    /"overlay", .*, NULL$/,
    'An overlay wants its folders as options, in the last argument of the call.',
  ],
  [
    'mount',
    'EINVAL',
    /"overlay", .*, "(?!([^"]*,)?lowerdir=)[^"]*"$/,
    'An overlay wants at least one lower folder: lowerdir=….',
  ],
  [
    'mount',
    'EINVAL',
    /"overlay", .*, "(?=([^"]*,)?upperdir=)(?!([^"]*,)?workdir=)[^"]*"$/,
    'An upper folder wants an empty work folder beside it: workdir=….',
  ],
  [
    'mount',
    'EINVAL',
    /"overlay", .*, "(?!([^"]*,)?upperdir=)[^":]*"$/,
    'Without an upper folder (upperdir=…) an overlay wants two lower ones.',
  ],
  [
    'mount',
    'EINVAL',
    /"overlay"/,
    'The upper folder may itself lie on an overlay, or upper and work folder on two file systems, or one inside the other; or the kernel does not know an option: `dmesg` says which. Put SLIPWAY_ROOT on ext4, xfs or tmpfs.',
  ],
  ['mount', 'ELOOP', /"overlay"/, 'Two of the folders are one and the same, or one lies inside another.'],
  ['mount', 'ENOENT', /"overlay"/, 'The target, or a folder that the options name, does not exist.'],
  [
    'fsconfig',
    'EINVAL',
    'The file system refused the option. For an overlay: the upper folder may itself lie on an overlay, or upper and work folder on two file systems. Put SLIPWAY_ROOT on ext4, xfs or tmpfs.',
  ],
  ['fsconfig', 'EBUSY', 'The upper folder or the work folder is in use by another overlay.'],
  ['fsconfig', 'ENOENT', 'A folder that the options name does not exist.'],
  ['fsconfig', 'EPERM', 'An ordinary user may mount this only inside a user namespace of their own.'],
  ['fsopen', 'ENODEV', 'This kernel does not know the file system. Look in /proc/filesystems.'],
  ['fsopen', 'EPERM', 'It needs CAP_SYS_ADMIN over the user namespace that owns the mount namespace.'],
  ['fsopen', 'ENOSYS', 'fsopen needs Linux 5.2.'],

  // 07 volumes
  [
    'mount',
    'EPERM',
    'Mounting needs CAP_SYS_ADMIN over the mount namespace, and in a user namespace the flags of a mount from outside cannot be taken off it, nor can proc or sysfs show what the host has covered up.',
  ],
  ['mount', 'EBUSY', 'Something already is mounted there, or is in use.'],
  [
    'mount',
    'ENODEV',
    'This kernel knows no file system of that name. Look in /proc/filesystems; `modprobe overlay` may bring overlay.',
  ],
  [
    'mount',
    'EINVAL',
    /, NULL, (?!\S*MS_(BIND|REMOUNT|MOVE|SHARED|PRIVATE|SLAVE|UNBINDABLE)\b)\S+, /,
    'There is no type, and no flag that says what is meant instead: MS_BIND, MS_REMOUNT, MS_MOVE, or a propagation such as MS_SLAVE.',
  ],
  [
    'mount',
    'EINVAL',
    'The file system refused the options, or the target is no mount point although the flags want one. `dmesg` often says which.',
  ],
  [
    'mount',
    'ENOENT',
    'The source or the target does not exist. After chroot and pivot_root, both are looked for in the new root.',
  ],
  ['mount', 'ENOTDIR', 'A folder can only be mounted on a folder, and a file on a file.'],
  ['mount', 'ENOTBLK', 'This file system wants a block device as its source.'],
  ['mount', 'EACCES', 'The file system is read-only, or its mount is nodev: mount it with MS_RDONLY, or elsewhere.'],
  ['open_tree', 'EPERM', 'To copy a mount takes CAP_SYS_ADMIN over the mount namespace.'],
  ['open_tree', 'EINVAL', 'The mount is unbindable, has no place yet, or with it would come mounts that are locked.'],
  ['open_tree', 'ENOENT', 'The source does not exist.'],
  ['open_tree', 'ENOSYS', 'open_tree needs Linux 5.2.'],
  [
    'move_mount',
    'EINVAL',
    'The parent of a mount that is moved may not be shared, and a folder can only be mounted on a folder, a file on a file.',
  ],
  ['move_mount', 'ENOTDIR', 'A folder can only be mounted on a folder, and a file on a file.'],
  ['move_mount', 'ENOENT', 'The target does not exist.'],
  [
    'mount_setattr',
    'EPERM',
    'In a user namespace, flags such as ro or nosuid of a mount from outside are locked and cannot be cleared.',
  ],
  ['mount_setattr', 'EINVAL', 'The path is no mount point, or two of the attributes exclude each other.'],
  ['mount_setattr', 'ENOSYS', 'mount_setattr needs Linux 5.12.'],

  // 08 exec
  [
    'setns',
    'EINVAL',
    'The descriptor is of another kind of namespace, or a process with threads (Node always has some) tried to join a user, mount or time namespace, or one joined the user namespace it is in.',
  ],
  [
    'setns',
    'EPERM',
    'It needs CAP_SYS_ADMIN in the namespace joined and in its owner: join the user namespace first when you are not root.',
  ],
  ['setns', 'ESRCH', 'The process has ended.'],
  ['pidfd_open', 'ESRCH', 'The process has ended.'],
  ['pidfd_open', 'ENOSYS', 'pidfd_open needs Linux 5.3.'],
  ['pidfd_send_signal', 'ESRCH', 'The process has ended.'],
  ['pidfd_send_signal', 'EPERM', 'The process belongs to another user: it needs CAP_KILL.'],
  ['posix_openpt', 'ENOENT', 'There is no /dev/ptmx: mount devpts, and link it to pts/ptmx.'],
  ['posix_openpt', 'ENOSPC', 'All terminals are taken: see /proc/sys/kernel/pty/max.'],
  ['tcgetattr', 'ENOTTY', 'It is no terminal.'],
  ['ioctl', 'EPERM', /TIOCSCTTY/, 'Only the leader of a session without a terminal can take one: call setsid first.'],
  ['ioctl', 'ENOTTY', /TIOC|TCGETS|TCSETS/, 'It is no terminal.'],
  ['ioctl', 'EIO', /TIOCGPTPEER/, 'The terminal is still locked: call unlockpt first.'],
  ['ioctl', 'ENOTTY', /NS_GET/, 'It is no file of a namespace.'],
  ['ioctl', 'EPERM', /SIOC/, 'It needs CAP_NET_ADMIN in the network namespace.'],
  ['ioctl', 'ENODEV', /SIOC/, 'There is no such device in this network namespace.'],

  // 09 run
  ['setgroups', 'EPERM', 'It needs CAP_SETGID, and in a user namespace with a single id setgroups is denied for good.'],
  ['setgroups', 'EINVAL', 'A group is not mapped in this user namespace.'],
  ...(['setuid', 'setreuid', 'setresuid'] as const).flatMap((call): Hint[] => [
    [call, 'EPERM', 'Another id than one’s own needs CAP_SETUID.'],
    [call, 'EINVAL', 'The id is not mapped in this user namespace: see /proc/self/uid_map.'],
  ]),
  ...(['setgid', 'setregid', 'setresgid'] as const).flatMap((call): Hint[] => [
    [call, 'EPERM', 'Another id than one’s own needs CAP_SETGID: change groups before the user.'],
    [call, 'EINVAL', 'The id is not mapped in this user namespace: see /proc/self/gid_map.'],
  ]),
  ['fchown', 'EINVAL', 'The id is not mapped in this user namespace.'],
  ['fchownat', 'EINVAL', 'The id is not mapped in this user namespace.'],
  ['capset', 'EPERM', 'A set may not grow: effective within permitted, inheritable within the bounding set.'],
  ['prctl', 'EPERM', /CAPBSET_DROP/, 'It needs CAP_SETPCAP.'],
  ['prctl', 'EPERM', /CAP_AMBIENT/, 'An ambient capability must be permitted and inheritable first.'],
  ['seccomp', 'EACCES', 'A filter needs CAP_SYS_ADMIN, or PR_SET_NO_NEW_PRIVS before it.'],
  ['seccomp', 'EINVAL', 'The kernel refused the filter: a jump out of it, an unknown instruction, or more than 4096.'],
  ['prlimit', 'EPERM', 'Raising a hard limit needs CAP_SYS_RESOURCE, which root may lack too.'],
  ['prlimit', 'EINVAL', 'The soft limit is above the hard one, or there is no such limit.'],
  ['keyctl', 'EDQUOT', 'The user has used up the quota of keys: see /proc/key-users.'],
  ['bind', 'EADDRINUSE', 'There is a file at this path already: remove it first if nobody listens there.'],
  ['connect', 'ECONNREFUSED', 'Nobody listens at this socket any more.'],
  ['connect', 'ENOENT', 'There is no such socket.'],
  ['flock', 'EAGAIN', 'Another process has the lock.'],
  ['write', 'EPIPE', 'Nobody reads the other end any more.'],
];

/** For every call of which nothing more is known. */
const GENERAL: Partial<Record<ErrnoName, string>> = {
  EPERM: 'It needs root; and even root may be forbidden it, by a seccomp filter or a security module around us.',
  EACCES: 'This user has no right to it.',
  ENOSPC: 'The disk is full: free some room on it, or put SLIPWAY_ROOT (slipway-oci: --root) on another one.',
  EDQUOT: 'The quota of this user on that disk is used up.',
  EROFS: 'The file system is mounted read-only: put SLIPWAY_ROOT (slipway-oci: --root) on one that can be written to.',
  ENAMETOOLONG: 'A path has at most 4095 bytes, and a name in it 255.',
  ENOMEM: 'The machine, or the cgroup, has no memory left.',
  EMFILE: 'A limit on open files is reached: ulimit -n.',
  ENFILE: 'The machine has as many files open as it may: see /proc/sys/fs/file-max.',
  EIO: 'The device failed: the kernel log (dmesg) says more.',
};

/** Every sentence that hintFor() can give. */
export function allHints(): string[] {
  return [...new Set([...HINTS.map((hint) => hint.at(-1) as string), ...Object.values(GENERAL)])];
}

/** The usual cause and cure of this errno for this call, if we know one. */
export function hintFor(call: string, errno: number, args: string): string | undefined {
  const hint = HINTS.find(([name, code, pattern]) => {
    return name === call && ERRNO[code] === errno && (!(pattern instanceof RegExp) || pattern.test(args));
  });
  return (hint?.at(-1) as string | undefined) ?? GENERAL[errnoName(errno) as ErrnoName];
}
