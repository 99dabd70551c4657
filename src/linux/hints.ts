// What an errno means for one call, and the usual cure: the pairs that people really meet.
// A hint is looked up by call and errno; where one call does many things, the arguments decide too.

import { ERRNO, type ErrnoName } from './errno.ts';

interface Hint {
  call: string;
  code: ErrnoName;
  /** Only when the shown arguments match. */
  args?: RegExp;
  text: string;
}

const HINTS: Hint[] = [
  {
    call: 'pivot_root',
    code: 'EINVAL',
    text: 'The new root must be a mount point, neither it nor its parent may be shared, and the present root may not be the initramfs. Bind the folder on itself and make / a slave first.',
  },
  {
    call: 'pivot_root',
    code: 'EBUSY',
    text: 'The new root, or the place for the old one, lies on the mount that is the root already. Bind the folder on itself first.',
  },
  {
    call: 'pivot_root',
    code: 'EPERM',
    text: 'It needs CAP_SYS_ADMIN over the mount namespace: be root, or make a user namespace with it.',
  },
  {
    call: 'mount',
    code: 'EPERM',
    args: /"overlay"/,
    text: 'An ordinary user may mount an overlay only inside a user namespace of their own, on Linux 5.11 or newer.',
  },
  {
    call: 'mount',
    code: 'EPERM',
    text: 'Mounting needs CAP_SYS_ADMIN over the mount namespace, and in a user namespace the flags of a mount from outside cannot be taken off it, nor can proc or sysfs show what the host has covered up.',
  },
  {
    call: 'mount',
    code: 'EBUSY',
    args: /"overlay"/,
    text: 'The upper folder or the work folder is in use by another overlay.',
  },
  { call: 'mount', code: 'EBUSY', text: 'Something already is mounted there, or is in use.' },
  {
    call: 'mount',
    code: 'ENODEV',
    text: 'This kernel does not know the file system. Look in /proc/filesystems; `modprobe overlay` may bring it.',
  },
  {
    call: 'mount',
    code: 'EINVAL',
    args: /"overlay"/,
    text: 'The upper folder may itself lie on an overlay, or upper and work folder on two file systems. Put SLIPWAY_ROOT on ext4, xfs or tmpfs.',
  },
  {
    call: 'mount',
    code: 'EINVAL',
    text: 'The file system refused the options, or the target is no mount point although the flags want one. `dmesg` often says which.',
  },
  { call: 'mount', code: 'ENOENT', text: 'The source or the target does not exist.' },
  { call: 'mount', code: 'ENOTDIR', text: 'A folder can only be mounted on a folder, and a file on a file.' },
  {
    call: 'fsconfig',
    code: 'EINVAL',
    text: 'The file system refused the option. For an overlay: the upper folder may itself lie on an overlay, or upper and work folder on two file systems. Put SLIPWAY_ROOT on ext4, xfs or tmpfs.',
  },
  { call: 'fsconfig', code: 'EBUSY', text: 'The upper folder or the work folder is in use by another overlay.' },
  { call: 'fsopen', code: 'ENODEV', text: 'This kernel does not know the file system. Look in /proc/filesystems.' },
  { call: 'fsopen', code: 'EPERM', text: 'It needs CAP_SYS_ADMIN over the user namespace that owns the mount namespace.' },
  {
    call: 'mount_setattr',
    code: 'EPERM',
    text: 'In a user namespace, flags such as ro or nosuid of a mount from outside are locked and cannot be cleared.',
  },
  { call: 'move_mount', code: 'EINVAL', text: 'The parent of a mount that is moved may not be shared.' },
  {
    call: 'clone3',
    code: 'EPERM',
    text: 'New namespaces need CAP_SYS_ADMIN, or a user namespace made in the same call; some systems forbid that to ordinary users (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns).',
  },
  {
    call: 'clone3',
    code: 'EINVAL',
    text: 'Two flags exclude each other, or this kernel does not know one of them (CLONE_NEWTIME can only be had by unshare).',
  },
  {
    call: 'clone3',
    code: 'ENOSPC',
    text: 'A limit on nested or total namespaces is reached: see /proc/sys/user/max_*_namespaces; 32 levels at most.',
  },
  { call: 'clone3', code: 'EAGAIN', text: 'A limit on processes is reached: ulimit -u, or pids.max of the cgroup.' },
  { call: 'clone3', code: 'ENOMEM', text: 'No memory, or the PID namespace it would be made in has already ended.' },
  { call: 'fork', code: 'EAGAIN', text: 'A limit on processes is reached: ulimit -u, or pids.max of the cgroup.' },
  {
    call: 'unshare',
    code: 'EINVAL',
    text: 'A process with threads cannot take a new user or PID namespace; Node always has threads, so do it in a forked child.',
  },
  { call: 'unshare', code: 'EPERM', text: 'It needs CAP_SYS_ADMIN, or CLONE_NEWUSER in the same call.' },
  { call: 'unshare', code: 'ENOSPC', text: 'A limit on namespaces is reached: see /proc/sys/user/max_*_namespaces.' },
  {
    call: 'setns',
    code: 'EINVAL',
    text: 'The descriptor is of another kind of namespace, or a process with threads (Node always has some) tried to join a user or time namespace, or one joined the user namespace it is in.',
  },
  {
    call: 'setns',
    code: 'EPERM',
    text: 'It needs CAP_SYS_ADMIN in the namespace joined and in its owner: join the user namespace first when you are not root.',
  },
  { call: 'execve', code: 'ENOENT', text: 'The program is not there, or it is, but the loader or the interpreter named in it is missing.' },
  { call: 'execve', code: 'EACCES', text: 'The file is not executable for this user, or its file system is mounted noexec.' },
  {
    call: 'execve',
    code: 'ENOEXEC',
    text: 'It is no program for this machine: another architecture, or a script without a #! line.',
  },
  { call: 'execve', code: 'E2BIG', text: 'Arguments and environment together are too long.' },
  { call: 'write', code: 'EBUSY', args: /cgroup/, text: 'The cgroup has processes or children that forbid this: v2 wants processes only in leaves.' },
  { call: 'write', code: 'EINVAL', args: /cgroup/, text: 'The value is outside of what this controller, or the parent cgroup, allows.' },
  { call: 'write', code: 'ENOENT', args: /cgroup/, text: 'The controller is not switched on in cgroup.subtree_control of the parent.' },
  { call: 'openat', code: 'ENOENT', args: /cgroup/, text: 'The controller is not here: see cgroup.controllers (v2) or /proc/cgroups (v1).' },
  {
    call: 'write',
    code: 'EPERM',
    args: /[ug]id_map/,
    text: 'An ordinary user may map only their own id, after `deny` was written to setgroups; ranges go through newuidmap and newgidmap and /etc/subuid.',
  },
  { call: 'write', code: 'ENOSPC', text: 'The disk is full.' },
  { call: 'sethostname', code: 'EPERM', text: 'It needs CAP_SYS_ADMIN in the UTS namespace: make a new one first.' },
  { call: 'chroot', code: 'EPERM', text: 'It needs CAP_SYS_CHROOT: be root, or make a user namespace.' },
  { call: 'mknodat', code: 'EPERM', text: 'Device nodes cannot be made in a user namespace: bind the host’s node there.' },
  { call: 'umount2', code: 'EBUSY', text: 'A process still works inside; MNT_DETACH takes it out of sight and lets it end later.' },
  { call: 'umount2', code: 'EINVAL', text: 'It is no mount point, or the mount is locked by a user namespace.' },
  { call: 'setgroups', code: 'EPERM', text: 'In a user namespace with a single id, setgroups is denied for good.' },
  { call: 'keyctl', code: 'EDQUOT', text: 'The user has used up the quota of keys: see /proc/key-users.' },
  { call: 'openat2', code: 'EXDEV', text: 'The path leads out of the root, or through a mount that it may not cross.' },
  { call: 'openat2', code: 'ELOOP', text: 'The path goes through a link that may not be followed.' },
];

/** The usual cause and cure of this errno for this call, if we know one. */
export function hintFor(call: string, errno: number, args: string): string | undefined {
  return HINTS.find((hint) => hint.call === call && ERRNO[hint.code] === errno && (hint.args?.test(args) ?? true))?.text;
}

const LESSONS: Record<string, string[]> = {
  '01-process': ['fork', 'execve', 'waitpid', 'waitid', 'kill', '_exit', 'madvise'],
  '02-chroot': ['chroot', 'chdir', 'fchdir', 'mknodat'],
  '03-namespaces': ['clone3', 'unshare', 'sethostname', 'setdomainname', 'ioctl'],
  '04-pivot-root': ['pivot_root', 'umount2'],
  '06-unionfs': ['fsopen', 'fsconfig', 'fsmount'],
  '07-volumes': ['mount', 'open_tree', 'move_mount', 'mount_setattr'],
  '08-exec': ['setns', 'pidfd_open', 'pidfd_send_signal'],
  '09-run': ['seccomp', 'capset', 'prctl', 'setresuid', 'setresgid', 'setgroups', 'close_range'],
};

const lessonByCall = new Map(Object.entries(LESSONS).flatMap(([lesson, calls]) => calls.map((call) => [call, lesson])));

/** The lesson that explains a call. */
export function lessonOf(call: string): string | undefined {
  return lessonByCall.get(call);
}
