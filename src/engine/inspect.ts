// `inspect`: all that is known of a container, in the shape that Docker's API gives it. What is a map there is a Map here,
// so that a template may ask for any key of it.

import { constants } from 'node:os';
import { join } from 'node:path';
import { SIGKILL } from '../linux/constants.ts';
import type { Bundle } from '../runtime/bundle.ts';
import { logFile } from '../runtime/log.ts';
import { findContainer } from '../runtime/names.ts';
import { containerFolder } from '../runtime/places.ts';
import { loadState, type State } from '../runtime/state.ts';
import { bundleOf } from './bundle-of.ts';
import { commandOf, mountsOf } from './list.ts';
import type { AskedOptions } from './options.ts';
import { isPaused } from './paused.ts';
import { sizeOf } from './size.ts';

/** What Go has for a time that never was. */
const NEVER = '0001-01-01T00:00:00Z';

/** @throws Error when there is no such container, or its files are damaged. */
export function inspect(reference: string, { withSize }: { withSize: boolean }): object {
  const id = findContainer(reference);
  const bundle = bundleOf(id, reference);
  const folder = containerFolder(id);
  const [path = '', ...args] = commandOf(bundle.spec);
  const state = loadState(id);
  const size = withSize ? sizeOf(id) : undefined;
  return {
    Id: id,
    Created: bundle.createdAt,
    Path: path,
    Args: args,
    State: stateOf(state),
    Image: bundle.image,
    ResolvConfPath: join(folder, 'resolv.conf'),
    HostnamePath: join(folder, 'hostname'),
    HostsPath: join(folder, 'hosts'),
    LogPath: bundle.log.driver === 'none' ? '' : logFile(folder),
    Name: `/${bundle.name}`,
    RestartCount: state.restartCount ?? 0,
    Driver: 'overlay',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: null,
    HostConfig: hostConfigOf(bundle),
    GraphDriver: graphDriverOf(bundle, folder),
    ...(size === undefined ? {} : { SizeRw: size.changed, SizeRootFs: size.all }),
    Mounts: mountsOf(bundle).map(({ name, source, destination, isReadonly }) => ({
      Type: name === undefined ? 'bind' : 'volume',
      ...(name === undefined ? {} : { Name: name }),
      Source: source,
      Destination: destination,
      ...(name === undefined ? {} : { Driver: 'local' }),
      Mode: isReadonly ? 'ro' : '',
      RW: !isReadonly,
      Propagation: name === undefined ? 'rprivate' : '',
    })),
    Config: configOf(bundle),
    NetworkSettings: { Ports: new Map(), Networks: new Map(), SandboxKey: namespaceOf(state) },
  };
}

function stateOf(state: State): object {
  const { status, pid = 0, exitCode = 0, oomKilled = false, error = '', startedAt, finishedAt, health } = state;
  const paused = isPaused(state);
  const isRunning = status === 'running' || status === 'restarting';
  return {
    Status: paused ? 'paused' : status,
    Running: isRunning,
    Paused: paused,
    Restarting: status === 'restarting',
    OOMKilled: oomKilled,
    Dead: false,
    Pid: status === 'running' ? pid : 0,
    ExitCode: status === 'running' ? 0 : exitCode,
    Error: error,
    StartedAt: startedAt ?? NEVER,
    FinishedAt: finishedAt ?? NEVER,
    ...(health === undefined ? {} : { Health: healthOf(health) }),
  };
}

function healthOf({ status, failingStreak, log }: NonNullable<State['health']>): object {
  const probes = log.map(({ start, end, exitCode, output }) => ({
    Start: start,
    End: end,
    ExitCode: exitCode,
    Output: output,
  }));
  return { Status: status, FailingStreak: failingStreak, Log: probes };
}

function namespaceOf({ status, pid }: State): string {
  return status === 'running' ? `/proc/${pid}/ns/net` : '';
}

function graphDriverOf({ layers }: Bundle, folder: string): object {
  if (layers.length === 0) return { Name: 'none', Data: new Map() };
  const data = {
    LowerDir: [join(folder, 'init'), ...layers].join(':'),
    MergedDir: join(folder, 'rootfs'),
    UpperDir: join(folder, 'upper'),
    WorkDir: join(folder, 'work'),
  };
  return { Name: 'overlay', Data: new Map(Object.entries(data)) };
}

function configOf(bundle: Bundle): object {
  const { spec, interactive, stdinOnce, image, labels, stopSignal, stopTimeout } = bundle;
  const asked = bundle.asked as AskedOptions | undefined;
  const attached = asked?.attached;
  return {
    Hostname: spec.hostname ?? '',
    Domainname: spec.domainname ?? '',
    User: asked?.process.user ?? '',
    AttachStdin: attached?.stdin ?? false,
    AttachStdout: attached?.stdout ?? false,
    AttachStderr: attached?.stderr ?? false,
    Tty: spec.process.terminal ?? false,
    OpenStdin: interactive,
    StdinOnce: stdinOnce,
    Env: spec.process.env ?? [],
    Cmd: asked?.command ?? null,
    Healthcheck: bundle.health === undefined ? null : healthcheckOf(bundle.health),
    Image: image,
    Volumes: null,
    WorkingDir: spec.process.cwd,
    Entrypoint: asked?.process.entrypoint ?? null,
    Labels: new Map(Object.entries(labels)),
    StopSignal: signalName(stopSignal),
    StopTimeout: stopTimeout,
  };
}

function healthcheckOf({ command, ...times }: NonNullable<Bundle['health']>): object {
  const ns = (ms: number) => ms * 1e6;
  return {
    Test: ['CMD-SHELL', command],
    Interval: ns(times.intervalMs),
    Timeout: ns(times.timeoutMs),
    StartPeriod: ns(times.startPeriodMs),
    StartInterval: ns(times.startIntervalMs),
    Retries: times.retries,
  };
}

function signalName(number: number): string {
  if (number === SIGKILL) return 'SIGKILL';
  return Object.entries(constants.signals).find(([, each]) => each === number)?.[0] ?? String(number);
}

function hostConfigOf({ spec, log, restart, autoRemove, joins, asked: given }: Bundle): object {
  const asked = given as AskedOptions | undefined;
  const { maxSize, maxFiles } = log;
  const logOptions = { 'max-size': maxSize, 'max-file': maxFiles };
  const mode = (type: keyof typeof joins, name: string | undefined) =>
    joins[type] === undefined ? (name ?? '') : `container:${joins[type]}`;
  const { resources, namespaces, security, network } = asked ?? {};
  return {
    Binds: asked?.mounts.flatMap((mount) => (mount.type === 'bind' ? [`${mount.source}:${mount.target}`] : [])) ?? [],
    ContainerIDFile: asked?.cidFile ?? '',
    LogConfig: {
      Type: log.driver,
      Config: new Map(Object.entries(logOptions).flatMap(([name, value]) => (value ? [[name, String(value)]] : []))),
    },
    NetworkMode: mode('network', namespaces?.network),
    PortBindings: new Map(),
    RestartPolicy: { Name: restart.name, MaximumRetryCount: restart.maximumRetries },
    AutoRemove: autoRemove,
    CapAdd: security?.capAdd ?? null,
    CapDrop: security?.capDrop ?? null,
    CgroupnsMode: mode('cgroup', namespaces?.cgroup),
    Dns: network?.dns ?? [],
    DnsOptions: network?.dnsOptions ?? [],
    DnsSearch: network?.dnsSearch ?? [],
    ExtraHosts: network?.extraHosts ?? [],
    GroupAdd: asked?.process.groupAdd ?? [],
    IpcMode: mode('ipc', namespaces?.ipc),
    OomScoreAdj: asked?.process.oomScoreAdj ?? 0,
    PidMode: mode('pid', namespaces?.pid),
    Privileged: security?.privileged ?? false,
    PublishAllPorts: false,
    ReadonlyRootfs: spec.root.readonly ?? false,
    SecurityOpt: security?.noNewPrivileges ? ['no-new-privileges'] : [],
    UTSMode: mode('uts', namespaces?.uts),
    UsernsMode: mode('user', namespaces?.user),
    ShmSize: asked?.shmSize ?? 0,
    Sysctls: new Map(Object.entries(asked?.sysctls ?? {})),
    Runtime: 'slipway',
    Init: asked?.process.init ?? false,
    CpuShares: resources?.cpuShares ?? 0,
    Memory: resources?.memory ?? 0,
    NanoCpus: Math.round((resources?.cpus ?? 0) * 1e9),
    CgroupParent: resources?.cgroupParent ?? '',
    BlkioWeight: resources?.blkioWeight ?? 0,
    CpuPeriod: resources?.cpuPeriod ?? 0,
    CpuQuota: resources?.cpuQuota ?? 0,
    CpusetCpus: resources?.cpusetCpus ?? '',
    CpusetMems: resources?.cpusetMems ?? '',
    MemoryReservation: resources?.memoryReservation ?? 0,
    MemorySwap: resources?.memorySwap ?? 0,
    MemorySwappiness: resources?.memorySwappiness ?? null,
    OomKillDisable: resources?.oomKillDisable ?? false,
    PidsLimit: resources?.pidsLimit ?? null,
    Ulimits: (asked?.process.rlimits ?? []).map(({ type, soft, hard }) => ({
      Name: type.replace('RLIMIT_', '').toLowerCase(),
      Soft: soft,
      Hard: hard,
    })),
    MaskedPaths: spec.linux?.maskedPaths ?? null,
    ReadonlyPaths: spec.linux?.readonlyPaths ?? null,
  };
}
