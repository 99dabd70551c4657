// The flags of `run`, parsed, as what the engine takes.

import { known } from '../engine/known.ts';
import type { ContainerOptions, ProcessOptions, ResourceOptions, SecurityOptions } from '../engine/options.ts';
import type { Streams } from '../runtime/frames.ts';
import type { HealthCheck } from '../runtime/health.ts';
import type { LogOptions } from '../runtime/log.ts';
import { UsageError, type Values } from './flags.ts';
import { RUN_FLAGS } from './run-flags.ts';

type RunValues = Values<typeof RUN_FLAGS>;

/**
 * @param words what stands behind the flags: the image, unless a folder is the root, and the program.
 * @param verb for the message.
 * @throws UsageError when there is no image, or two say where the root comes from.
 */
export function toContainerOptions(values: RunValues, words: readonly string[], verb = 'run'): ContainerOptions {
  const { source, command } = sourceOf(values, words, verb);
  if (values.rm && values.restart.name !== 'no') {
    throw new UsageError('conflicting options: cannot specify both --restart and --rm');
  }
  return {
    source,
    command,
    ...known({ name: values.name, cidFile: values.cidfile, hostname: values.hostname, domainname: values.domainname }),
    autoRemove: values.rm,
    interactive: values.interactive,
    tty: values.tty,
    attached: attachedStreams(values),
    passSignals: values['sig-proxy'],
    detachKeys: values['detach-keys'],
    ...known({ stopSignal: values['stop-signal'], stopTimeout: values['stop-timeout'] }),
    restart: values.restart,
    log: logOptions(values),
    ...known({ health: healthCheck(values) }),
    ...consoleSize(values.tty),
    process: processOptions(values),
    labels: Object.fromEntries([...values['label-file'].flat(), ...values.label]),
    annotations: Object.fromEntries(values.annotation),
    readonlyRootfs: values['read-only'],
    namespaces: {
      network: values.network,
      pid: values.pid,
      ipc: values.ipc,
      uts: values.uts,
      user: values.userns,
      cgroup: values.cgroupns,
      time: values.timens,
    },
    security: securityOptions(values),
    resources: allResourceOptions(values),
    devices: values.device,
    mounts: [...values.volume, ...values.mount, ...values.tmpfs],
    shmSize: values['shm-size'],
    sysctls: Object.fromEntries(values.sysctl),
    network: {
      extraHosts: values['add-host'],
      dns: values.dns,
      dnsSearch: values['dns-search'],
      dnsOptions: values['dns-option'],
    },
  };
}

/** Docker's rule: without -a and -d all of them, stdin with -i alone. */
function attachedStreams({ attach, detach, interactive }: RunValues): Streams | undefined {
  if (detach && attach.length > 0) {
    throw new UsageError('conflicting options: cannot specify both --attach and --detach');
  }
  if (detach) return undefined;
  if (attach.length === 0) return { stdin: interactive, stdout: true, stderr: true };
  const wants = (stream: keyof Streams) => attach.includes(stream);
  return { stdin: wants('stdin'), stdout: wants('stdout'), stderr: wants('stderr') };
}

function logOptions(values: RunValues): LogOptions {
  const driver = values['log-driver'];
  const options = Object.assign({}, ...values['log-opt']) as Omit<LogOptions, 'driver'>;
  if (options.maxFiles !== undefined && options.maxFiles > 1 && options.maxSize === undefined) {
    throw new UsageError('--log-opt max-file cannot be larger than 1 without max-size');
  }
  return { driver, ...options };
}

/** Docker's defaults, also for a 0. */
function healthCheck(values: RunValues): HealthCheck | undefined {
  const command = values['health-cmd'];
  const others = Object.keys(values).filter((name) => name.startsWith('health-'));
  if (values['no-healthcheck'] && others.some((name) => values[name as keyof RunValues] !== undefined)) {
    throw new UsageError('--no-healthcheck conflicts with --health-* options');
  }
  if (command === undefined) return undefined;
  return {
    command,
    intervalMs: values['health-interval'] || 30_000,
    timeoutMs: values['health-timeout'] || 30_000,
    startPeriodMs: values['health-start-period'] ?? 0,
    startIntervalMs: values['health-start-interval'] || 5000,
    retries: values['health-retries'] || 3,
  };
}

/** How much may be changed in a copy of this machine. */
const MACHINE_CHANGES = 512 << 20;

type Root = Pick<ContainerOptions, 'source' | 'command'>;

function sourceOf(values: RunValues, words: readonly string[], verb: string): Root {
  const { rootfs, config, machine } = values;
  const given = [rootfs && '--rootfs', config && '--config', machine && '--machine'].filter(Boolean);
  if (given.length > 1) throw new UsageError(`conflicting options: ${given.slice(0, 2).join(' and ')}`);
  if (machine) return { source: { machine: { memorySize: MACHINE_CHANGES } }, command: [...words] };
  if (rootfs !== undefined) return { source: { rootfs }, command: [...words] };
  if (config !== undefined) return { source: { config }, command: nothingBeside(values, words) };
  const [image, ...command] = words;
  if (image === undefined)
    throw new UsageError(`an image is missing: slipway ${verb} [flags] IMAGE [COMMAND …], such as box`);
  return { source: { image }, command };
}

/** Flags that say something that no config.json says. */
const BESIDE_CONFIG = new Set([
  'config',
  'name',
  'rm',
  'cidfile',
  'detach',
  'attach',
  'detach-keys',
  'interactive',
  'sig-proxy',
  'restart',
  'stop-signal',
  'stop-timeout',
  'log-driver',
  'log-opt',
  'explain',
  'explain-file',
]);

/** A flag that the file would overrule must not look as if it counted. */
function nothingBeside(values: RunValues, words: readonly string[]): string[] {
  if (words.length > 0) throw new UsageError(`conflicting options: --config says what runs, so "${words[0]}" cannot`);
  for (const [name, { begin }] of Object.entries(RUN_FLAGS)) {
    const isGiven = JSON.stringify(values[name as keyof RunValues]) !== JSON.stringify(begin);
    if (isGiven && !BESIDE_CONFIG.has(name)) {
      throw new UsageError(`conflicting options: --config and --${name}. The file says it all: write it there`);
    }
  }
  return [];
}

function processOptions(values: RunValues): ProcessOptions {
  const { entrypoint, workdir, user, init, ulimit, 'oom-score-adj': oomScoreAdj } = values;
  return {
    ...(entrypoint === undefined ? {} : { entrypoint: entrypoint === '' ? [] : [entrypoint] }),
    env: [...values['env-file'].flat(), ...values.env],
    ...known({ workingDir: workdir, user, oomScoreAdj }),
    groupAdd: values['group-add'],
    init,
    rlimits: ulimit,
  };
}

function securityOptions(values: RunValues): SecurityOptions {
  const begin = { noNewPrivileges: false, seccomp: 'default', unmasked: false, writableCgroups: false } as const;
  return {
    ...begin,
    ...Object.assign({}, ...values['security-opt']),
    privileged: values.privileged,
    capAdd: values['cap-add'],
    capDrop: values['cap-drop'],
  };
}

/** The limits that `run` and `update` know: without those that were not given. */
export function resourceOptions(values: LimitValues) {
  return known({
    cpus: values.cpus,
    cpuQuota: values['cpu-quota'],
    cpuPeriod: values['cpu-period'],
    cpuShares: values['cpu-shares'],
    cpuRealtimeRuntime: values['cpu-rt-runtime'],
    cpuRealtimePeriod: values['cpu-rt-period'],
    cpusetCpus: values['cpuset-cpus'],
    cpusetMems: values['cpuset-mems'],
    memory: values.memory,
    memorySwap: values['memory-swap'],
    memoryReservation: values['memory-reservation'],
    pidsLimit: values['pids-limit'],
    blkioWeight: values['blkio-weight'],
  });
}

type LimitValues = Pick<
  RunValues,
  | 'cpus'
  | 'cpu-quota'
  | 'cpu-period'
  | 'cpu-shares'
  | 'cpu-rt-runtime'
  | 'cpu-rt-period'
  | 'cpuset-cpus'
  | 'cpuset-mems'
  | 'memory'
  | 'memory-swap'
  | 'memory-reservation'
  | 'pids-limit'
  | 'blkio-weight'
>;

function allResourceOptions(values: RunValues): ResourceOptions {
  return {
    ...resourceOptions(values),
    ...known({ memorySwappiness: values['memory-swappiness'], cgroupParent: values['cgroup-parent'] }),
    oomKillDisable: values['oom-kill-disable'],
    weights: values['blkio-weight-device'],
    readBps: values['device-read-bps'],
    writeBps: values['device-write-bps'],
    readIops: values['device-read-iops'],
    writeIops: values['device-write-iops'],
    deviceRules: values['device-cgroup-rule'],
  };
}

/** The size of our terminal, for the one that the program gets. To ask for it loads Node's streams: only if it must be. */
export function consoleSize(tty: boolean): { consoleSize?: { height: number; width: number } } {
  const terminal = tty ? [process.stdout, process.stderr].find(({ isTTY }) => isTTY) : undefined;
  return terminal ? { consoleSize: { height: terminal.rows, width: terminal.columns } } : {};
}
