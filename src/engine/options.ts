// What a user wants of a container, with Docker's names and in typed form. The command line makes it from flags, an API
// would make it from JSON; the engine's verbs take it, and spec/ translates it into an OCI specification.

import type { NamespaceType, Rlimit } from '../oci.ts';
import type { Streams } from '../runtime/frames.ts';
import type { HealthCheck } from '../runtime/health.ts';
import type { LogOptions } from '../runtime/log.ts';
import type { RestartPolicy } from '../runtime/restart.ts';

/** A namespace of its own, the host's, or another container's. */
export type NamespaceMode = 'private' | 'host' | `container:${string}`;

/** `none` is a network namespace with a loopback alone. */
export type NetworkMode = 'none' | 'host' | `container:${string}`;

/** `none` is private without /dev/shm. `shareable` is Docker's word for private: any container's can be joined. */
export type IpcMode = NamespaceMode | 'none' | 'shareable';

/** All that `run` can be told. */
export interface ContainerOptions {
  /**
   * Where the root comes from: an image, or a plain folder, or (with the whole specification) a config.json. Or it is this
   * machine's own, whose changes are kept in so many bytes of memory, and thrown away in the end.
   */
  source: { image: string } | { rootfs: string } | { config: string } | { machine: { memorySize: number } };
  /** The words behind the image. */
  command: string[];
  name?: string;
  /** A file of the caller's that takes the id. */
  cidFile?: string;
  autoRemove: boolean;
  interactive: boolean;
  tty: boolean;
  /** Which of its streams the command line stays with; undefined when it leaves it in the background. */
  attached?: Streams | undefined;
  /** How it is ended: without these, as its image says, or by SIGTERM, with 10 seconds for that. */
  stopSignal?: number;
  stopTimeout?: number;
  restart: RestartPolicy;
  log: LogOptions;
  health?: HealthCheck;
  /** Signals that come to the command line go on to the program. */
  passSignals: boolean;
  /** The keys by which the user leaves the program to itself. */
  detachKeys?: Buffer;
  /** The program is killed when the command line is gone; else it runs on. */
  endsWithClient?: boolean;
  /** The size of the user's terminal, if there is one. */
  consoleSize?: { height: number; width: number };
  process: ProcessOptions;
  hostname?: string;
  domainname?: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  readonlyRootfs: boolean;
  namespaces: NamespaceOptions;
  security: SecurityOptions;
  resources: ResourceOptions;
  devices: DeviceOption[];
  mounts: MountOption[];
  /** Bytes; the size of /dev/shm. */
  shmSize: number;
  sysctls: Record<string, string>;
  network: NetworkOptions;
}

/** What is kept of them with the container. */
export type AskedOptions = Omit<ContainerOptions, 'detachKeys' | 'passSignals'>;

export interface ProcessOptions {
  /** In place of the image's; an empty list means none. */
  entrypoint?: string[];
  /** `NAME=value`; a NAME alone takes the image's variable away. The later one wins. */
  env: string[];
  workingDir?: string;
  /** `uid`, `name`, either with `:gid` or `:group`. */
  user?: string;
  /** Groups beyond the user's own, as numbers or names. */
  groupAdd: string[];
  /** Put a small init in front, which reaps orphans and passes signals on. */
  init: boolean;
  rlimits: Rlimit[];
  /** -1000 (never killed) to 1000. */
  oomScoreAdj?: number;
}

export interface NamespaceOptions {
  network: NetworkMode;
  pid: NamespaceMode;
  ipc: IpcMode;
  uts: NamespaceMode;
  /** Left open, it is the host's for root and a new one for an ordinary user. */
  user?: NamespaceMode | undefined;
  cgroup: NamespaceMode;
  time: NamespaceMode;
}

export interface SecurityOptions {
  /** Gives back everything that a container usually lacks. */
  privileged: boolean;
  capAdd: string[];
  capDrop: string[];
  noNewPrivileges: boolean;
  /** Docker's profile, none, or the one of a file. */
  seccomp: 'default' | 'unconfined' | { file: string };
  /** Nothing of /proc and /sys is masked or read-only (systempaths=unconfined). */
  unmasked: boolean;
  /** The container may make and limit cgroups below its own (writable-cgroups=true). */
  writableCgroups: boolean;
}

/** What cgroups limit. Sizes in bytes, times in microseconds; -1 is no limit. */
export interface ResourceOptions {
  /** Processors, as a number that may be broken: 1.5. */
  cpus?: number;
  cpuQuota?: number;
  cpuPeriod?: number;
  cpuShares?: number;
  cpuRealtimeRuntime?: number;
  cpuRealtimePeriod?: number;
  cpusetCpus?: string;
  cpusetMems?: string;
  memory?: number;
  memorySwap?: number;
  memoryReservation?: number;
  /** 0 to 100. */
  memorySwappiness?: number;
  oomKillDisable: boolean;
  pidsLimit?: number;
  blkioWeight?: number;
  weights: DeviceWeight[];
  readBps: DeviceRate[];
  writeBps: DeviceRate[];
  readIops: DeviceRate[];
  writeIops: DeviceRate[];
  deviceRules: string[];
  cgroupParent?: string;
}

/** A weight from 10 to 1000 for one disk. */
export interface DeviceWeight {
  path: string;
  weight: number;
}

/** `rate` in bytes or in operations per second. */
export interface DeviceRate {
  path: string;
  rate: number;
}

/** A device node of the host, or a folder of them. `access` is some of the letters r, w, m. */
export interface DeviceOption {
  hostPath: string;
  containerPath: string;
  access: string;
}

export type MountOption = BindOption | VolumeOption | TmpfsOption;

export interface BindOption {
  type: 'bind';
  source: string;
  target: string;
  readonly: boolean;
  /** `rprivate` and its kin. */
  propagation?: string;
  /** What lies below the source: comes along (and is read-only with it), stays writable, or does not come along. */
  recursive: 'enabled' | 'writable' | 'disabled';
  /** Make a missing source as a folder: -v does, --mount does not. */
  createSource: boolean;
}

export interface VolumeOption {
  type: 'volume';
  /** Without a name the volume belongs to this container alone. */
  name?: string;
  target: string;
  readonly: boolean;
  /** Do not copy what the image has at this place into an empty volume. */
  noCopy: boolean;
}

export interface TmpfsOption {
  type: 'tmpfs';
  target: string;
  /** Mount options: `size=64m`, `ro`, `exec` … */
  options: string[];
}

export interface NetworkOptions {
  /** `name:address` lines for /etc/hosts. */
  extraHosts: string[];
  dns: string[];
  dnsSearch: string[];
  dnsOptions: string[];
}

/** What `exec` can be told. */
export interface ExecOptions {
  container: string;
  command: string[];
  interactive: boolean;
  tty: boolean;
  consoleSize?: { height: number; width: number };
  env: string[];
  workingDir?: string;
  user?: string;
  privileged: boolean;
  /** The keys by which the user leaves the program to itself. */
  detachKeys?: Buffer;
  /** Only these namespaces are joined; without it all of the container's. */
  namespaces?: NamespaceType[];
}
