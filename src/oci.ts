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
}

export type NamespaceType = 'mount' | 'uts' | 'ipc' | 'pid' | 'network' | 'user' | 'cgroup' | 'time';

/** Without `path` a new namespace; with it the one that the file names (`/proc/PID/ns/net`). */
export interface Namespace {
  type: NamespaceType;
  path?: string;
}

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
  rootfsPropagation?: 'shared' | 'slave' | 'private' | 'unbindable';
  seccomp?: Seccomp;
  maskedPaths?: string[];
  readonlyPaths?: string[];
  sysctl?: Record<string, string>;
}

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
  /** All in bytes; -1 is no limit. `swap` counts memory and swap together, as on cgroup v1. */
  memory?: { limit?: number; reservation?: number; swap?: number; swappiness?: number; disableOOMKiller?: boolean };
  /** `quota` and `period` in microseconds of CPU time; `shares` 2 to 262144 as on cgroup v1. */
  cpu?: {
    shares?: number;
    quota?: number;
    period?: number;
    realtimeRuntime?: number;
    realtimePeriod?: number;
    cpus?: string;
    mems?: string;
  };
  pids?: { limit: number };
  blockIO?: BlockIO;
  hugepageLimits?: { pageSize: string; limit: number }[];
  unified?: Record<string, string>;
}

export interface BlockIO {
  /** 10 to 1000. */
  weight?: number;
  weightDevice?: { major: number; minor: number; weight: number }[];
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
