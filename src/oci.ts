// The OCI runtime specification as TypeScript types: what a config.json says of one container.
// Every other folder may import this file; it imports nothing. The names are the specification's own
// (https://github.com/opencontainers/runtime-spec/blob/main/config.md and config-linux.md).

/** One container, as `config.json` describes it. */
export interface Spec {
  ociVersion: string;
  process: Process;
  root: { path: string; readonly?: boolean };
  hostname?: string;
  domainname?: string;
  mounts?: Mount[];
  annotations?: Record<string, string>;
  hooks?: Hooks;
  linux?: Linux;
}

/** Programs of the caller's that are run at certain moments of a container's life, each list in its order. */
export interface Hooks {
  /** Before createRuntime, and like it. */
  prestart?: Hook[];
  /** On the host, when all is mounted and the root not yet changed. */
  createRuntime?: Hook[];
  /** The same moment, in the container's namespaces. */
  createContainer?: Hook[];
  /** In the container's root, between `start` and the program. */
  startContainer?: Hook[];
  /** On the host, when the program has begun. */
  poststart?: Hook[];
  /** On the host, when the container is deleted. */
  poststop?: Hook[];
}

/** `args` begins with the program's name, as argv does; `timeout` is in seconds. */
export interface Hook {
  path: string;
  args?: string[];
  env?: string[];
  timeout?: number;
}

/** The program and the circumstances it starts in. */
export interface Process {
  terminal?: boolean;
  consoleSize?: { height: number; width: number };
  user: User;
  args: string[];
  env?: string[];
  cwd: string;
  capabilities?: CapabilitySets;
  rlimits?: Rlimit[];
  noNewPrivileges?: boolean;
  oomScoreAdj?: number;
  /** The name of a profile that is loaded. */
  apparmorProfile?: string;
  selinuxLabel?: string;
  scheduler?: Scheduler;
  ioPriority?: IoPriority;
  /** Lists such as `0-3,7`: for a program that joins the container, before it is in the cgroup and afterwards. */
  execCPUAffinity?: { initial?: string; final?: string };
}

/** man 2 sched_setattr. The times are for SCHED_DEADLINE, in nanoseconds. */
export interface Scheduler {
  policy: 'SCHED_OTHER' | 'SCHED_FIFO' | 'SCHED_RR' | 'SCHED_BATCH' | 'SCHED_ISO' | 'SCHED_IDLE' | 'SCHED_DEADLINE';
  nice?: number;
  priority?: number;
  flags?: SchedFlag[];
  runtime?: number;
  deadline?: number;
  period?: number;
}

export type SchedFlag =
  | 'SCHED_FLAG_RESET_ON_FORK'
  | 'SCHED_FLAG_RECLAIM'
  | 'SCHED_FLAG_DL_OVERRUN'
  | 'SCHED_FLAG_KEEP_POLICY'
  | 'SCHED_FLAG_KEEP_PARAMS'
  | 'SCHED_FLAG_UTIL_CLAMP_MIN'
  | 'SCHED_FLAG_UTIL_CLAMP_MAX';

/** man 2 ioprio_set. 0 is the highest priority, 7 the lowest. */
export interface IoPriority {
  class: 'IOPRIO_CLASS_RT' | 'IOPRIO_CLASS_BE' | 'IOPRIO_CLASS_IDLE';
  priority: number;
}

export interface User {
  uid: number;
  gid: number;
  umask?: number;
  additionalGids?: number[];
}

/** Names such as `CAP_CHOWN`, for each of the kernel's five sets (man 7 capabilities). */
export interface CapabilitySets {
  bounding?: string[];
  effective?: string[];
  permitted?: string[];
  inheritable?: string[];
  ambient?: string[];
}

/** `type` is `RLIMIT_NOFILE` and the like; the numbers are in the unit of man 2 getrlimit. */
export interface Rlimit {
  type: string;
  soft: number;
  hard: number;
}

export interface Mount {
  destination: string;
  type?: string;
  source?: string;
  options?: string[];
  /** With the option idmap or ridmap: as whom the files' owners are shown. */
  uidMappings?: IdMapping[];
  gidMappings?: IdMapping[];
}

export type NamespaceType = 'mount' | 'uts' | 'ipc' | 'pid' | 'network' | 'user' | 'cgroup' | 'time';

/** Without `path` a new namespace; with it the one that the file names (`/proc/PID/ns/net`). */
export interface Namespace {
  type: NamespaceType;
  path?: string;
}

/** How far the clocks of a new time namespace are ahead of the machine's. */
export type TimeOffsets = Partial<Record<'monotonic' | 'boottime', { secs?: number; nanosecs?: number }>>;

export interface IdMapping {
  containerID: number;
  hostID: number;
  size: number;
}

export interface Linux {
  namespaces?: Namespace[];
  uidMappings?: IdMapping[];
  gidMappings?: IdMapping[];
  devices?: Device[];
  cgroupsPath?: string;
  resources?: Resources;
  rootfsPropagation?: RootPropagation;
  seccomp?: Seccomp;
  maskedPaths?: string[];
  readonlyPaths?: string[];
  sysctl?: Record<string, string>;
  /** LINUX32 makes uname tell of a 32-bit machine. */
  personality?: { domain: 'LINUX' | 'LINUX32'; flags?: string[] };
  memoryPolicy?: MemoryPolicy;
  timeOffsets?: TimeOffsets;
  /** The SELinux context of the file systems that are mounted for the container. */
  mountLabel?: string;
  /** Devices of the host that move into the container's network namespace, by their names there. */
  netDevices?: Record<string, NetDevice>;
}

/** `name` is that in the container; `eth%d` lets the kernel choose a number. */
export interface NetDevice {
  name?: string;
}

/** man 2 set_mempolicy. `nodes` is a list such as `0-3,7`. */
export interface MemoryPolicy {
  mode:
    | 'MPOL_DEFAULT'
    | 'MPOL_BIND'
    | 'MPOL_INTERLEAVE'
    | 'MPOL_WEIGHTED_INTERLEAVE'
    | 'MPOL_PREFERRED'
    | 'MPOL_PREFERRED_MANY'
    | 'MPOL_LOCAL';
  nodes?: string;
  flags?: ('MPOL_F_NUMA_BALANCING' | 'MPOL_F_RELATIVE_NODES' | 'MPOL_F_STATIC_NODES')[];
}

type Propagation = 'shared' | 'slave' | 'private' | 'unbindable';

/** The specification has those without an r, engines write all. */
export type RootPropagation = Propagation | `r${Propagation}`;

/** A device node to make below /dev. `fileMode` is the permission bits as a number. */
export interface Device {
  type: 'c' | 'b' | 'u' | 'p';
  path: string;
  major?: number;
  minor?: number;
  fileMode?: number;
  uid?: number;
  gid?: number;
}

/** A rule of the devices controller; `access` is some of the letters r, w, m. */
export interface DeviceRule {
  allow: boolean;
  type?: 'a' | 'c' | 'b';
  major?: number;
  minor?: number;
  access?: string;
}

export interface Resources {
  devices?: DeviceRule[];
  memory?: MemoryResources;
  cpu?: CpuResources;
  /** -1 is no limit, and 0 a limit of none. */
  pids?: { limit?: number };
  blockIO?: BlockIO;
  hugepageLimits?: { pageSize: string; limit: number }[];
  /** A number for the packets of the container's programs, and priorities by the network device they leave by. */
  network?: { classID?: number; priorities?: { name: string; priority: number }[] };
  /** By the name of the device. */
  rdma?: Record<string, { hcaHandles?: number; hcaObjects?: number }>;
  unified?: Record<string, string>;
}

/** All in bytes; -1 is no limit. `swap` counts memory and swap together, as on cgroup v1. */
export interface MemoryResources {
  limit?: number;
  reservation?: number;
  swap?: number;
  /** Limits that the kernel has given up. */
  kernel?: number;
  kernelTCP?: number;
  swappiness?: number;
  disableOOMKiller?: boolean;
  useHierarchy?: boolean;
  /** A limit below what is in use is refused. */
  checkBeforeUpdate?: boolean;
}

/** `quota`, `burst` and the periods in microseconds of CPU time; `shares` 2 to 262144 as on cgroup v1. */
export interface CpuResources {
  shares?: number;
  quota?: number;
  burst?: number;
  period?: number;
  realtimeRuntime?: number;
  realtimePeriod?: number;
  cpus?: string;
  mems?: string;
  /** 1 is SCHED_IDLE for the whole cgroup. */
  idle?: 0 | 1;
}

export interface BlockIO {
  /** 10 to 1000. */
  weight?: number;
  leafWeight?: number;
  weightDevice?: { major: number; minor: number; weight?: number; leafWeight?: number }[];
  throttleReadBpsDevice?: Throttle[];
  throttleWriteBpsDevice?: Throttle[];
  throttleReadIOPSDevice?: Throttle[];
  throttleWriteIOPSDevice?: Throttle[];
}

/** `rate` in bytes or in operations per second. */
export interface Throttle {
  major: number;
  minor: number;
  rate: number;
}

export interface Seccomp {
  defaultAction: SeccompAction;
  defaultErrnoRet?: number;
  architectures?: string[];
  flags?: string[];
  syscalls?: SeccompRule[];
  /** For SCMP_ACT_NOTIFY: the unix socket of the agent that decides, and a word for it. */
  listenerPath?: string;
  listenerMetadata?: string;
}

export type SeccompAction =
  | 'SCMP_ACT_ALLOW'
  | 'SCMP_ACT_ERRNO'
  | 'SCMP_ACT_KILL'
  | 'SCMP_ACT_KILL_PROCESS'
  | 'SCMP_ACT_KILL_THREAD'
  | 'SCMP_ACT_TRAP'
  | 'SCMP_ACT_TRACE'
  | 'SCMP_ACT_LOG'
  | 'SCMP_ACT_NOTIFY';

/** Every argument of one rule has to match; two rules for one name are alternatives. */
export interface SeccompRule {
  names: string[];
  action: SeccompAction;
  errnoRet?: number;
  args?: SeccompArg[];
}

export interface SeccompArg {
  index: number;
  value: number;
  /** Only for SCMP_CMP_MASKED_EQ: `value` is the mask and `valueTwo` what must remain. */
  valueTwo?: number;
  op:
    | 'SCMP_CMP_NE'
    | 'SCMP_CMP_LT'
    | 'SCMP_CMP_LE'
    | 'SCMP_CMP_EQ'
    | 'SCMP_CMP_GE'
    | 'SCMP_CMP_GT'
    | 'SCMP_CMP_MASKED_EQ';
}
