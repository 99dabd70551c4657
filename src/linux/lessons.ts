// Which lesson of the course explains a call.

/** Which lesson explains a call. A pattern decides by the arguments; the first match counts. */
const LESSONS: readonly (readonly [lesson: string, calls: string, args?: RegExp])[] = [
  ['05-cgroups', 'openat read write mkdirat unlinkat statfs fstatfs', /cgroup/i],
  ['03-namespaces', 'openat read write', /[ug]id_map|setgroups|\/ns\//],
  ['03-namespaces', 'ioctl', /NS_GET|SIOC/],
  ['06-unionfs', 'mount', /"overlay"/],
  ['01-process', 'fork madvise execve _exit waitpid waitid kill getpid getppid signal'],
  ['11-supervise', 'sigprocmask signalfd poll pidfd_open pidfd_send_signal'],
  ['11-supervise', 'prctl', /SUBREAPER|PDEATHSIG/],
  ['09-run', 'memfd_create execveat'],
  ['10-runtime', 'mknod', /S_IFIFO/],
  ['10-runtime', 'openat', /exec\.fifo/],
  ['01-process', 'openat close read write ftruncate pipe2 dup3 fcntl umask getcwd'],
  ['02-chroot', 'chroot chdir fchdir openat2 mkdirat mknod mknodat symlinkat linkat readlinkat unlinkat renameat2'],
  ['02-chroot', 'statx fchmod fchmodat fchown fchownat utimensat'],
  ['03-namespaces', 'clone3 unshare sethostname setdomainname socket socketpair getuid geteuid getgid getegid'],
  ['04-pivot-root', 'pivot_root umount2'],
  ['05-cgroups', 'bpf'],
  ['06-unionfs', 'fsopen fsconfig fsmount'],
  ['06-unionfs', 'setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr'],
  ['06-unionfs', 'listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr'],
  ['07-volumes', 'mount open_tree move_mount mount_setattr statfs fstatfs'],
  ['08-exec', 'setns pidfd_getfd ioctl tcgetattr tcsetattr posix_openpt setsid sendmsg recvmsg recvfrom'],
  [
    '09-run',
    'setuid setgid setreuid setregid setresuid setresgid setgroups capget capset prctl seccomp keyctl prlimit',
  ],
  ['01-process', 'sched_setattr sched_setaffinity ioprio_set set_mempolicy personality'],
  ['03-namespaces', 'rtnetlink'],
  ['09-run', 'close_range bind connect listen accept4 shutdown flock fsync getrandom'],
];

/** The lesson that explains a call with these arguments: `03-namespaces`. */
export function lessonOf(call: string, args = ''): string | undefined {
  const entry = LESSONS.find(([, calls, pattern]) => calls.split(' ').includes(call) && (pattern?.test(args) ?? true));
  return entry?.[0];
}
