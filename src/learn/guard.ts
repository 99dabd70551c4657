// The guard: a container whose root is this very machine, so that a learner can break it.
//
// Everything looks as it does outside: the same programs, files, users. But every change is kept in memory and thrown away
// at the end, processes and names are its own, a cgroup holds what it may use, and after a time it is ended. It is made of
// what the lessons teach: namespaces, an overlay with / as its lower layer, a cgroup, and a PID 1 whose end ends all.
//
// It guards against mistakes, such as `rm -rf /`, a fork bomb or a wrong mount, not against somebody who wants to get out.

import { randomBytes } from 'node:crypto';
import { availableParallelism, hostname } from 'node:os';
import { detectHierarchies, modeOf } from '../cgroups/detect.ts';
import type { Ended } from '../engine/attach.ts';
import type { ContainerOptions, MountOption } from '../engine/options.ts';
import { remove } from '../engine/remove.ts';
import { runToEnd } from '../engine/run.ts';
import { DEFAULT_PATH } from '../engine/spec/process.ts';
import { isInUserNamespace } from '../linux/namespaces.ts';
import { isRoot } from '../runtime/places.ts';
import { NO_RESTART } from '../runtime/restart.ts';
import { READONLY_PATHS } from '../security/paths.ts';
import { HOME } from './home.ts';

export interface GuardOptions {
  command: readonly string[];
  /** Folders that are seen inside at the same place, whatever covers them there; never changed. */
  folders?: readonly string[];
  tty?: boolean;
  /** Seconds after which all of it is killed; 0 is never. */
  seconds: number;
}

const MEMORY_BYTES = 768 << 20;
const CHANGES_BYTES = 512 << 20;
const MOST_PROCESSES = 512;

/** Where a Slipway inside the guard keeps its containers: in memory, since an overlay cannot write to an overlay. */
const GUARD_STORE = '/run/slipway-guard';

/**
 * Runs a program in the guard, with our own standard input and output.
 * @param notice takes sentences for the user: what this machine could not give.
 */
export async function guard(options: GuardOptions, notice: (sentence: string) => void): Promise<Ended> {
  const name = `guard-${randomBytes(6).toString('hex')}`;
  const { seconds } = options;
  const timer = seconds === 0 ? undefined : setTimeout(() => end(name), (seconds + GRACE_SECONDS) * 1000);
  try {
    return await runToEnd({ ...guardOptions(options), name }, notice);
  } finally {
    clearTimeout(timer);
  }
}

/** Inside, `timeout` ends it in time. But whoever freezes the guard's cgroup stops that too: then we do, from outside. */
const GRACE_SECONDS = 2;

function end(name: string): void {
  try {
    remove(name, { force: true, volumes: true });
  } catch {
    // It has just ended.
  }
}

/** What lessons do that a usual container may not. Left out is all that would reach the whole machine. */
const CAPABILITIES_LEFT_OUT = [
  'SYS_MODULE SYS_BOOT SYS_TIME SYS_RAWIO SYSLOG MAC_ADMIN MAC_OVERRIDE AUDIT_CONTROL AUDIT_READ WAKE_ALARM',
  'BLOCK_SUSPEND PERFMON BPF CHECKPOINT_RESTORE LINUX_IMMUTABLE SYS_TTY_CONFIG SYS_PACCT',
].flatMap((names) => names.split(' '));

function guardOptions({ command, folders = [], tty = false, seconds }: GuardOptions): ContainerOptions {
  return {
    source: { machine: { memorySize: CHANGES_BYTES } },
    // coreutils' timeout is PID 1: nothing inside can end it.
    command: [...preparation(), 'timeout', ...(tty ? ['--foreground'] : []), '-s', 'KILL', String(seconds), ...command],
    hostname: hostname(),
    autoRemove: true,
    interactive: true,
    tty,
    attached: { stdin: true, stdout: true, stderr: true },
    passSignals: true,
    endsWithClient: true,
    restart: NO_RESTART,
    log: { driver: 'none' },
    process: {
      env: [`PATH=${DEFAULT_PATH}:${HOME}`, `SLIPWAY_ROOT=${GUARD_STORE}/root`, `SLIPWAY_RUN=${GUARD_STORE}/run`],
      workingDir: HOME, // the commands of lessons name files in it
      groupAdd: [],
      init: false,
      rlimits: isRoot ? [] : [limit('RLIMIT_NPROC', MOST_PROCESSES), limit('RLIMIT_DATA', MEMORY_BYTES)],
    },
    labels: {},
    annotations: {},
    readonlyRootfs: false,
    namespaces: { network: 'none', pid: 'private', ipc: 'private', uts: 'private', cgroup: 'private', time: 'host' },
    security: {
      privileged: false,
      capAdd: ['ALL'],
      capDrop: CAPABILITIES_LEFT_OUT,
      noNewPrivileges: false,
      seccomp: 'unconfined',
      unmasked: true,
      writableCgroups: true,
    },
    resources: {
      cpus: Math.max(1, availableParallelism() - 0.5),
      memory: MEMORY_BYTES,
      memorySwap: MEMORY_BYTES,
      pidsLimit: MOST_PROCESSES,
      oomKillDisable: false,
      weights: [],
      readBps: [],
      writeBps: [],
      readIops: [],
      writeIops: [],
      deviceRules: isRoot ? [TUN] : [],
    },
    devices: [],
    mounts: [
      tmpfs('/tmp', 'mode=1777'),
      tmpfs('/run', 'mode=755'),
      ...[...new Set([HOME, ...folders])].map(readonlyFolder),
    ],
    shmSize: 64 << 20,
    sysctls: {},
    network: { extraHosts: [], dns: [], dnsSearch: [], dnsOptions: [] },
  };
}

/** What is done in the guard before it begins, by a shell that then becomes the program. */
function preparation(): string[] {
  const parts = [
    ...(modeOf(detectHierarchies()) === 'v2' ? [MOVE_DOWN] : []),
    ...(isRoot && !isInUserNamespace() ? [SHIELD_SETTINGS] : []),
  ];
  return parts.length === 0 ? [] : ['sh', '-c', `${parts.join('\n')}\nexec "$@"`, 'sh'];
}

/**
 * On v2 a cgroup that has processes passes no controller down, and the guard's is where all that is in it begins. So that
 * cgroups can be made in it as in the root of a machine, it moves into one below. A user to whom nothing was delegated
 * stays where they are.
 */
const MOVE_DOWN = `top=/sys/fs/cgroup
  if [ -w $top/cgroup.subtree_control ] && mkdir $top/guard; then
    echo $$ > $top/guard/cgroup.procs
    for name in $(cat $top/cgroup.controllers); do echo +$name > $top/cgroup.subtree_control; done
  fi 2>/dev/null`;

/**
 * The kernel's settings are the whole machine's, and its root may change them: here they are only shown. But a user
 * namespace may mount a proc of its own only where one is seen with nothing over it (mount_too_revealing in
 * fs/namespace.c), so such a one is kept out of the way.
 */
const SHIELD_SETTINGS = `
  mkdir -p ${GUARD_STORE}/proc && mount -t proc proc ${GUARD_STORE}/proc || exit
  for path in ${READONLY_PATHS.join(' ')}; do
    [ ! -e $path ] || { mount --bind $path $path && mount -o remount,bind,ro $path; } || exit
  done`;

/** Every runc asks it for its containers, and on v1 is refused what its own cgroup may not. There is no such device here. */
const TUN = 'c 10:200 rwm';

/** What an ordinary user has in place of a cgroup: of the processes all together, of the memory each. */
function limit(type: string, most: number): { type: string; soft: number; hard: number } {
  return { type, soft: most, hard: most };
}

function tmpfs(target: string, mode: string): MountOption {
  return { type: 'tmpfs', target, options: [mode, 'exec', 'dev', 'suid'] };
}

function readonlyFolder(path: string): MountOption {
  return { type: 'bind', source: path, target: path, readonly: true, recursive: 'enabled', createSource: false };
}
