// The numbers of the system calls that libc has no function for, or whose function does more than the call.
// x86_64 has its own table, arm64 the one that all newer architectures share (asm/unistd_64.h, asm-generic/unistd.h).

/** Name: number on x86_64, number on arm64. From 424 on there is one number for all. */
export const SYSCALL_NUMBERS = {
  bpf: [321, 280],
  capget: [125, 90],
  capset: [126, 91],
  clone3: [435, 435],
  close_range: [436, 436],
  execveat: [322, 281],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  getcwd: [79, 17],
  ioprio_set: [251, 30],
  keyctl: [250, 219],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  open_tree: [428, 428],
  openat2: [437, 437],
  personality: [135, 92],
  pidfd_getfd: [438, 438],
  pidfd_open: [434, 434],
  pidfd_send_signal: [424, 424],
  pivot_root: [155, 41],
  sched_setaffinity: [203, 122],
  sched_setattr: [314, 274],
  seccomp: [317, 277],
  set_mempolicy: [238, 237],
  setgid: [106, 144],
  setgroups: [116, 159],
  setregid: [114, 143],
  setresgid: [119, 149],
  setresuid: [117, 147],
  setreuid: [113, 145],
  setuid: [105, 146],
} as const;

export type SyscallName = keyof typeof SYSCALL_NUMBERS;

/** The number of a system call on this machine. */
export function numberOf(name: SyscallName): number {
  const [x86_64, arm64] = SYSCALL_NUMBERS[name];
  return process.arch === 'arm64' ? arm64 : x86_64;
}
