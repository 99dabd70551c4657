// The flags of `run` and `spec`: Docker's names, shorthands and defaults.

import { parseSignal, SIGNAL_NAMES } from '../engine/signal.ts';
import { parseDeviceRule } from '../engine/spec/devices.ts';
import { checkIdOrName, checkUser } from '../engine/spec/user.ts';
import { NO_RESTART } from '../runtime/restart.ts';
import { CAPABILITIES, capabilityName } from '../security/capabilities.ts';
import { EXPLAIN_FLAGS } from './explain-flags.ts';
import { asIs, list, switchOn, toggle, value, valueOr } from './flag-kinds.ts';
import { DETACH_KEYS, parseDetachKeys, parseStream } from './parse/attach.ts';
import { parseCpuList, parseCpus } from './parse/cpu.ts';
import { parseByteRate, parseDevice, parseOperationRate, parseWeight } from './parse/device.ts';
import { parseEnv, readEnvFile, readLabelFile } from './parse/env.ts';
import { parseAddress, parseExtraHost, parseLabel, parseSysctl } from './parse/key-value.ts';
import { JSON_FILE, parseLogDriver, parseLogOption } from './parse/log.ts';
import { parseMount } from './parse/mount.ts';
import { parseCgroupParent, parseContainerName, parseHostname } from './parse/name.ts';
import { parseIpcMode, parseMode, parseNetworkMode } from './parse/namespace.ts';
import { parseRestartPolicy, RESTART_POLICIES } from './parse/restart.ts';
import { parseSecurityOpt } from './parse/security-opt.ts';
import { parseCount, parseInteger, parseSize, parseSizeOrUnlimited, parseSwappiness } from './parse/size.ts';
import { parseSpan } from './parse/time.ts';
import { parseTmpfs } from './parse/tmpfs.ts';
import { parseUlimit } from './parse/ulimit.ts';
import { parseVolume } from './parse/volume.ts';

export { RUN_FLAGS_LATER } from './run-flags-later.ts';

const SHM_SIZE = 64 * 1024 * 1024;

/** In the order in which `run --help` lists them: under a heading each. */
/** Whose namespace it is; behind `container:` stands a name. */
const MODES = ['private', 'host', 'container:'];

export const RUN_FLAG_GROUPS = {
  'The container': {
    name: value('NAME', 'Its name; without one it gets a random one', parseContainerName),
    rm: toggle('Remove it, with its anonymous volumes, when its program ends'),
    cidfile: value('FILE', 'Write its id to a file, which must not be there yet', asIs),
    rootfs: value('DIR', 'Use a folder as its root in place of an image; DIR:O keeps what changes apart from it', asIs),
    machine: toggle('Use a copy of this very machine as its root, thrown away in the end'),
    config: value('FILE', 'Run what an OCI config.json describes, in place of an image and flags', asIs),
    label: list('NAME=value', 'Put a label on it', parseLabel, { short: 'l' }),
    'label-file': list('FILE', 'Put the labels of a file on it, a line each', readLabelFile),
    annotation: list('NAME=value', 'Put an annotation into its specification', parseLabel),
    'read-only': toggle('Make its root read-only'),
  },
  'How you stay with it': {
    detach: toggle('Leave it in the background, and print its id', { short: 'd' }),
    attach: list('STREAM', 'Stay with this alone: stdin, stdout, or stderr', parseStream, {
      short: 'a',
      values: ['stdin', 'stdout', 'stderr'],
    }),
    'detach-keys': valueOr('KEYS', 'Leave it by these keys (ctrl-p,ctrl-q)', parseDetachKeys, DETACH_KEYS),
    'sig-proxy': switchOn('Pass the signals that we get on to it (true)'),
  },
  'Its end and its log': {
    restart: valueOr(
      'POLICY',
      'Start it again when it has ended: no (the default), on-failure[:N], always, or unless-stopped',
      parseRestartPolicy,
      NO_RESTART,
      { values: RESTART_POLICIES },
    ),
    'stop-signal': value('SIGNAL', 'What asks its program to end (SIGTERM)', parseSignal, { values: SIGNAL_NAMES }),
    'stop-timeout': value('SECONDS', 'How long that has for it (10)', parseInteger),
    'log-driver': valueOr(
      'NAME',
      'Where its output is kept: json-file (the default), or none',
      parseLogDriver,
      JSON_FILE,
      { values: ['json-file', 'none'] },
    ),
    'log-opt': list('NAME=value', 'max-size=10m, max-file=3: begin a new file at a size', parseLogOption, {
      values: ['max-size=', 'max-file='],
    }),
  },
  'Its health': {
    'health-cmd': value('COMMAND', 'Run this in it again and again, to see whether it is well', asIs),
    'health-interval': value('TIME', 'How long between two checks (30s)', parseSpan),
    'health-timeout': value('TIME', 'How long one may take (30s)', parseSpan),
    'health-retries': value('N', 'How many failures in a row make it unhealthy (3)', parseCount),
    'health-start-period': value('TIME', 'How long failures do not count at first (0s)', parseSpan),
    'health-start-interval': value('TIME', 'How long between two checks in that time (5s)', parseSpan),
    'no-healthcheck': toggle('Leave out the health check of its image'),
  },
  'The program': {
    interactive: toggle('Keep its stdin open and pass ours on', { short: 'i' }),
    tty: toggle('Give it a terminal', { short: 't' }),
    env: list('NAME=value', 'Set a variable; a NAME alone passes ours on', parseEnv, { short: 'e' }),
    'env-file': list('FILE', 'Set the variables of a file', readEnvFile),
    workdir: value('DIR', 'Start it in this folder', asIs, { short: 'w' }),
    user: value('USER[:GROUP]', "Run it as this user, by number or by the image's name", checkUser, { short: 'u' }),
    'group-add': list('GROUP', 'Add a group to it', (text) => checkIdOrName(text)),
    entrypoint: value('PROGRAM', "Start this in place of the image's program", asIs),
    init: toggle('Put a small init in front that reaps orphans'),
    ulimit: list('NAME=SOFT[:HARD]', 'Limit a resource: nofile=1024:2048', parseUlimit),
    'oom-score-adj': value('N', "Adjust the kernel's choice when memory runs out (-1000 to 1000)", parseInteger),
  },
  Namespaces: {
    hostname: value('NAME', 'Its host name', parseHostname, { short: 'h' }),
    domainname: value('NAME', 'Its NIS domain name', parseHostname),
    network: valueOr(
      'MODE',
      'none (a loopback alone; the default), host, or container:NAME. bridge comes later',
      parseNetworkMode,
      'none',
      { alias: 'net', values: ['none', 'host', 'container:'] },
    ),
    pid: valueOr('MODE', 'private (the default), host, or container:NAME', parseMode('PID'), 'private', {
      values: MODES,
    }),
    ipc: valueOr('MODE', 'private (the default), shareable, none, host, or container:NAME', parseIpcMode, 'private', {
      values: [...MODES, 'shareable', 'none'],
    }),
    uts: valueOr('MODE', 'private (the default), host, or container:NAME', parseMode('UTS'), 'private', {
      values: MODES,
    }),
    userns: value('MODE', 'host (the default of root), private, or container:NAME', parseMode('USER'), {
      values: MODES,
    }),
    cgroupns: valueOr('MODE', 'private (the default), host, or container:NAME', parseMode('CGROUP'), 'private', {
      values: MODES,
    }),
    timens: valueOr('MODE', 'host (the default), private, or container:NAME', parseMode('TIME'), 'host', {
      values: MODES,
    }),
    'add-host': list('NAME:ADDRESS', 'Add a line to its /etc/hosts', parseExtraHost),
    dns: list('ADDRESS', 'A name server', parseAddress),
    'dns-search': list('DOMAIN', 'A domain to look names up in', asIs),
    'dns-option': list('OPTION', 'An option for resolv.conf', asIs, { alias: 'dns-opt' }),
    sysctl: list('NAME=value', 'Set a kernel parameter of its own namespaces', parseSysctl),
  },
  Limits: {
    cpus: value('N', 'How many processors: 1.5', parseCpus),
    'cpu-quota': value('US', 'Microseconds of processor time in each period', parseInteger),
    'cpu-period': value('US', 'Length of a period in microseconds (1000 to 1000000)', parseCount),
    'cpu-shares': value('N', 'Weight against others, 1024 being normal', parseCount, { short: 'c' }),
    'cpu-rt-runtime': value('US', 'Realtime microseconds in each period (cgroup v1)', parseCount),
    'cpu-rt-period': value('US', 'Length of a realtime period (cgroup v1)', parseCount),
    'cpuset-cpus': value('LIST', 'On which processors: 0-2,7', parseCpuList),
    'cpuset-mems': value('LIST', 'From which memory nodes: 0,1', parseCpuList),
    memory: value('SIZE', 'How much memory: 512m', parseSize, { short: 'm' }),
    'memory-swap': value('SIZE', 'How much memory and swap together; -1 for any', parseSizeOrUnlimited),
    'memory-reservation': value('SIZE', 'How much memory is kept when it gets scarce', parseSize),
    'memory-swappiness': value('N', 'How readily it is swapped out, 0 to 100 (cgroup v1)', parseSwappiness),
    'oom-kill-disable': toggle('Stop it in place of killing it when memory runs out (cgroup v1)'),
    'pids-limit': value('N', 'How many processes and threads; -1 for any', parseInteger),
    'blkio-weight': value('N', 'Weight of its disk accesses against others (10 to 1000)', parseCount),
    'blkio-weight-device': list('DEV:N', 'Such a weight for one disk: /dev/sda:500', parseWeight),
    'device-read-bps': list('DEV:RATE', 'Read at most so many bytes a second: /dev/sda:1mb', parseByteRate),
    'device-write-bps': list('DEV:RATE', 'Write at most so many bytes a second', parseByteRate),
    'device-read-iops': list('DEV:N', 'Read at most so many times a second', parseOperationRate),
    'device-write-iops': list('DEV:N', 'Write at most so many times a second', parseOperationRate),
    'cgroup-parent': value('PATH', 'Put its cgroup below this one', parseCgroupParent),
    'shm-size': valueOr('SIZE', 'Size of its /dev/shm (64m)', (text) => parseSize(text) || SHM_SIZE, SHM_SIZE),
  },
  'Files and devices': {
    volume: list('[SRC:]TARGET[:ro]', 'Show a folder of the host, a named volume, or a new one', parseVolume, {
      short: 'v',
    }),
    mount: list('type=…,…', 'The long form of -v: type=bind,source=/a,target=/b', parseMount),
    tmpfs: list('TARGET[:OPTIONS]', 'A folder in memory: /x:size=64m', parseTmpfs),
    device: list('PATH[:PATH[:rwm]]', 'Give it a device of the host', parseDevice),
    'device-cgroup-rule': list('RULE', "Allow devices by their numbers: 'c 10:200 rwm'", (text) => {
      parseDeviceRule(text);
      return text;
    }),
  },
  Rights: {
    'cap-add': list('CAPABILITY', 'Give it a capability: NET_ADMIN; or ALL', capabilityName, {
      values: ['ALL', ...CAPABILITIES],
    }),
    'cap-drop': list('CAPABILITY', 'Take a capability from it, or ALL', capabilityName, {
      values: ['ALL', ...CAPABILITIES],
    }),
    'security-opt': list(
      'OPTION',
      'no-new-privileges, seccomp=unconfined, seccomp=FILE, systempaths=unconfined',
      parseSecurityOpt,
      { values: ['no-new-privileges', 'seccomp=unconfined', 'systempaths=unconfined'] },
    ),
    privileged: toggle('Give it all rights and all devices'),
  },
  'To see what happens': EXPLAIN_FLAGS,
} as const;

const { 'The container': container, 'The program': program, Namespaces, Limits, Rights } = RUN_FLAG_GROUPS;
const { 'How you stay with it': staying, 'Its end and its log': ending, 'Its health': health } = RUN_FLAG_GROUPS;

export const RUN_FLAGS = {
  ...container,
  ...staying,
  ...ending,
  ...health,
  ...program,
  ...Namespaces,
  ...Limits,
  ...RUN_FLAG_GROUPS['Files and devices'],
  ...Rights,
  ...EXPLAIN_FLAGS,
};
