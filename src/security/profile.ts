// Docker's default seccomp profile: what a container may ask of the kernel (github.com/moby/profiles, seccomp 0.2.3).
//
//     dockerProfile(['CAP_CHOWN', …], 'x86_64')   an OCI linux.seccomp object
//
// It is a list of what is allowed; all else fails with EPERM. All containers share one kernel, and a call that is kept
// back is a part of it where no program can look for holes. Kept back from everyone, whatever their capabilities:
//
//     add_key keyctl request_key      keys belong to a user, not to a container: they would be seen outside
//     io_uring_*                      a second way to make calls, which no filter sees
//     userfaultfd                     holds the kernel up in the middle of a copy, so that any race can be won
//     kexec_load kexec_file_load      starts another kernel
//     pivot_root swapon swapoff nfsservctl move_pages migrate_pages      the machine's business
//     create_module get_kernel_syms query_module _sysctl sysfs uselib ustat vm86 …      obsolete
//
// Names that only some processors have stand here without further ado: a filter takes those that it knows.

import type { Seccomp, SeccompArg, SeccompRule } from '../oci.ts';

const EPERM = 1;
const ENOSYS = 38;

const FILES = `
  access cachestat chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat
  faccessat2 fadvise64 fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64
  fdatasync flock fstat fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents
  getdents64 ioctl lchown lchown32 link linkat listmount _llseek lseek lstat lstat64 mkdir mkdirat mknod mknodat
  name_to_handle_at newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead
  readlink readlinkat readv rename renameat renameat2 rmdir sendfile sendfile64 splice stat stat64 statfs statfs64
  statmount statx symlink symlinkat sync sync_file_range syncfs tee truncate truncate64 umask unlink unlinkat utime
  utimensat utimensat_time64 utimes vmsplice write writev`;

const ATTRIBUTES = `
  fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat llistxattr
  lremovexattr lsetxattr removexattr removexattrat setxattr setxattrat`;

/** Waiting for many files at once, and files that are events. */
const EVENTS = `
  epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2
  fanotify_mark inotify_add_watch inotify_init inotify_init1 inotify_rm_watch io_cancel io_destroy io_getevents
  io_pgetevents io_pgetevents_time64 io_setup io_submit _newselect pipe pipe2 poll ppoll ppoll_time64 pselect6
  pselect6_time64 select signalfd signalfd4`;

const MEMORY = `
  brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2 mprotect
  mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect remap_file_pages`;

const PROCESSES = `
  execve execveat exit exit_group fork get_robust_list get_thread_area getcpu getpgid getpgrp getpid getppid
  getpriority getrandom getrlimit getrusage getsid gettid ioprio_get ioprio_set pidfd_open pidfd_send_signal prctl
  prlimit64 process_mrelease rseq sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr
  sched_getparam sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr
  sched_setparam sched_setscheduler sched_yield set_robust_list set_thread_area set_tid_address setpgid setpriority
  setrlimit setsid sysinfo times ugetrlimit uname uretprobe vfork wait4 waitid waitpid`;

/** Looking into another process: safe since Linux 4.8, where a tracer no longer gets past the filter. */
const TRACING = 'process_vm_readv process_vm_writev ptrace';

const SIGNALS = `
  kill pause restart_syscall rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend
  rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaltstack sigprocmask sigreturn tgkill tkill`;

/** Whether a change of identity succeeds is for capabilities to say. */
const IDENTITY = `
  capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid getresgid32
  getresuid getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32
  setregid setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setuid setuid32`;

/** A program may bind itself further. */
const SANDBOXES = 'landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp';

/** socketcall is i386's one call for all of these; its arguments lie in memory, where no filter can look. */
const SOCKETS = `
  accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64 recvmsg
  send sendmmsg sendmsg sendto setsockopt shutdown socketcall socketpair`;

/** Between processes: futexes, message queues, semaphores, shared memory (a container has its own: IPC namespace). */
const IPC = `
  futex futex_requeue futex_time64 futex_wait futex_waitv futex_wake ipc mq_getsetattr mq_notify mq_open mq_timedreceive
  mq_timedreceive_time64 mq_timedsend mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop
  semtimedop semtimedop_time64 shmat shmctl shmdt shmget`;

/** adjtimex and clock_adjtime can also set the clock, for which the kernel wants CAP_SYS_TIME by itself. */
const TIME = `
  adjtimex alarm clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime clock_gettime64
  clock_nanosleep clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer time timer_create
  timer_delete timer_getoverrun timer_gettime timer_gettime64 timer_settime timer_settime64 timerfd_create
  timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64`;

const BASE = [FILES, ATTRIBUTES, EVENTS, MEMORY, PROCESSES, TRACING, SIGNALS, IDENTITY, SANDBOXES, SOCKETS, IPC, TIME];

/** Matters of the processor, such as where a thread's own data lies. */
const ALLOWED_BY_MACHINE = {
  x86_64: 'arch_prctl modify_ldt',
  arm64: 'arm_fadvise64_64 arm_sync_file_range sync_file_range2 breakpoint cacheflush set_tls',
};

/** What a capability gives back. The kernel asks for the capability as well: the filter is the second lock. */
const ALLOWED_BY_CAPABILITY: Record<string, string> = {
  CAP_BPF: 'bpf', // programs inside the kernel
  CAP_DAC_READ_SEARCH: 'open_by_handle_at', // opens by inode number, past every mount: the "shocker" escape
  CAP_PERFMON: 'perf_event_open',
  CAP_SYSLOG: 'syslog', // the kernel's log, with addresses in it
  CAP_SYS_ADMIN: `
    bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules
    lsm_set_self_attr mount mount_setattr move_mount open_tree perf_event_open quotactl quotactl_fd setdomainname
    sethostname setns syslog umount umount2 unshare`,
  CAP_SYS_BOOT: 'reboot',
  CAP_SYS_CHROOT: 'chroot',
  CAP_SYS_MODULE: 'delete_module finit_module init_module',
  CAP_SYS_NICE: 'get_mempolicy mbind set_mempolicy set_mempolicy_home_node', // which memory is whose
  CAP_SYS_PACCT: 'acct', // a record of every process of the machine
  CAP_SYS_PTRACE: 'kcmp pidfd_getfd process_madvise process_vm_readv process_vm_writev ptrace',
  CAP_SYS_RAWIO: 'ioperm iopl', // the ports of the hardware
  CAP_SYS_TIME: 'clock_settime clock_settime64 settimeofday stime', // one clock for all
  CAP_SYS_TTY_CONFIG: 'vhangup',
};

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET: a new user namespace opens much of the kernel. */
const NEW_NAMESPACES = 0x7e020000;

/**
 * Linux, Linux of 32 bits, each also by the name of 2.6, and the question which it is (man 2 personality). The others
 * switch protections off, such as ADDR_NO_RANDOMIZE, or make it another Unix.
 */
const PERSONALITIES = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff];

/**
 * AF_ALG (38) is the kernel's cryptography with its holes; AF_VSOCK (40) speaks to the host past every network.
 * All others are named one by one: a filter sees 64 bits of an `int`, of which the kernel takes 32, and so
 * "not 38" or "above 40" would let 2^32 + 38 through.
 */
const SOCKET_FAMILIES: Omit<SeccompArg, 'index'>[] = [
  { op: 'SCMP_CMP_LT', value: 38 },
  ...[39, 41, 42, 43, 44, 45].map((value) => ({ op: 'SCMP_CMP_EQ', value }) as const),
];

/** The older programs that each processor also runs have calls of their own, and are filtered by these. */
const ARCHITECTURES = {
  x86_64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
};

/** The profile for a container with these capabilities, on Linux 4.8 or later. */
export function dockerProfile(capabilities: readonly string[], machine: 'x86_64' | 'arm64'): Seccomp {
  const given = capabilities.flatMap((name) => ALLOWED_BY_CAPABILITY[name] ?? []);
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: EPERM,
    architectures: ARCHITECTURES[machine],
    syscalls: [
      allow(words([...BASE, ALLOWED_BY_MACHINE[machine], ...given].join(' '))),
      ...SOCKET_FAMILIES.map((family) => allow(['socket'], { index: 0, ...family })),
      ...PERSONALITIES.map((value) => allow(['personality'], { index: 0, op: 'SCMP_CMP_EQ', value })),
      ...(capabilities.includes('CAP_SYS_ADMIN') ? [] : NO_NEW_NAMESPACES),
    ],
  };
}

/** clone3 has its flags in memory, where no filter can look: ENOSYS sends libc back to clone. */
const NO_NEW_NAMESPACES: SeccompRule[] = [
  allow(['clone'], { index: 0, op: 'SCMP_CMP_MASKED_EQ', value: NEW_NAMESPACES, valueTwo: 0 }),
  { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: ENOSYS },
];

function allow(names: string[], ...args: SeccompArg[]): SeccompRule {
  return { names, action: 'SCMP_ACT_ALLOW', ...(args.length ? { args } : {}) };
}

/** Each word once. */
function words(text: string): string[] {
  return [...new Set(text.trim().split(/\s+/))];
}
