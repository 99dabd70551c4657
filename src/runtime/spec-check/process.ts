// config.json's `process`: https://github.com/opencontainers/runtime-spec/blob/main/config.md#process

import { IO_CLASSES, RLIMITS, SCHED_FLAGS, SCHED_POLICIES } from '../../linux/constants.ts';
import type { Process } from '../../oci.ts';
import { hasAppArmor, hasSelinux } from '../../security/labels.ts';
import type { Words } from './words.ts';

/** @param toStart a program is needed only for a container that is to be started. */
export function processSchema(words: Words, toStart: boolean) {
  const { z, text, absolute, whole, list } = words;
  const args = z.array(text).min(1);
  return z.object({
    terminal: z.boolean().optional(),
    consoleSize: z.object({ height: words.uint16, width: words.uint16 }).optional(),
    user: userSchema(words).optional(), // root, where nobody is named
    args: toStart ? args : args.optional(),
    env: z.array(text.refine((value) => value.indexOf('=') > 0, 'is not of the form NAME=value')).optional(),
    cwd: absolute,
    capabilities: capabilitiesSchema(words).optional(),
    rlimits: z.array(rlimitSchema(words)).optional(),
    noNewPrivileges: z.boolean().optional(),
    apparmorProfile: text.optional(),
    selinuxLabel: text.optional(),
    oomScoreAdj: whole.min(-1000).max(1000).optional(),
    scheduler: schedulerSchema(words).optional(),
    ioPriority: ioPrioritySchema(words).optional(),
    execCPUAffinity: z.object({ initial: list.optional(), final: list.optional() }).optional(),
  });
}

function userSchema({ z, id, whole }: Words) {
  return z.object({
    uid: id,
    gid: id,
    umask: whole.min(0).max(0o777).optional(),
    additionalGids: z.array(id).optional(),
  });
}

/** Names that the kernel does not have are no mistake: a start tells of them (become.ts). */
function capabilitiesSchema({ z, text }: Words) {
  const names = z.array(text).optional();
  return z.object({ bounding: names, effective: names, permitted: names, inheritable: names, ambient: names });
}

function rlimitSchema({ z, limit }: Words) {
  return z.object({ type: namesOf(z, RLIMITS), soft: limit, hard: limit });
}

function schedulerSchema({ z, whole, uint64 }: Words) {
  return z.object({
    policy: namesOf(z, SCHED_POLICIES),
    nice: whole.min(-20).max(19).optional(),
    priority: whole.min(0).max(99).optional(),
    flags: z.array(namesOf(z, SCHED_FLAGS)).optional(),
    runtime: uint64.optional(),
    deadline: uint64.optional(),
    period: uint64.optional(),
  });
}

function ioPrioritySchema({ z, whole }: Words) {
  return z.object({ class: namesOf(z, IO_CLASSES), priority: whole.min(0).max(7) });
}

function namesOf(z: Words['z'], table: object) {
  return z.enum(Object.keys(table) as [string, ...string[]]);
}

/** What one of the values says about another. */
export function processMistakes({ process }: { process?: Process }): string[] {
  return process === undefined
    ? []
    : [...rlimitMistakes(process), ...schedulerMistakes(process), ...labelMistakes(process)];
}

function rlimitMistakes({ rlimits = [] }: Process): string[] {
  const types = rlimits.map(({ type }) => type);
  return rlimits.flatMap(({ type, soft, hard }, index) => {
    const place = `process.rlimits[${index}]`;
    if (types.indexOf(type) !== index) return [`${place}.type: ${type} is listed twice`];
    if (hard >= 0 && (soft < 0 || soft > hard)) return [`${place}.soft: ${soft} is above the hard limit, ${hard}`];
    return [];
  });
}

/** To leave one out in silence would be dangerous. */
function labelMistakes({ apparmorProfile, selinuxLabel }: Process): string[] {
  return [
    ...(apparmorProfile && !hasAppArmor() ? [`process.apparmorProfile: ${NO_LSM.apparmor}`] : []),
    ...(selinuxLabel && !hasSelinux() ? [`process.selinuxLabel: ${NO_LSM.selinux}`] : []),
  ];
}

export const NO_LSM = {
  apparmor: 'this machine has no AppArmor, or has it switched off: leave it out',
  selinux: 'this machine has no SELinux, or has it switched off: leave it out',
};

/** Each class of policies has numbers of its own (man 7 sched). */
function schedulerMistakes({ scheduler }: Process): string[] {
  if (!scheduler) return [];
  const { policy, priority = 0, runtime, deadline, period } = scheduler;
  const isRealtime = policy === 'SCHED_FIFO' || policy === 'SCHED_RR';
  const times = [runtime, deadline, period].filter(Boolean);
  if (isRealtime && priority === 0) return [`process.scheduler.priority: ${policy} needs one from 1 to 99`];
  if (!isRealtime && priority !== 0) return ['process.scheduler.priority: it is for SCHED_FIFO and SCHED_RR alone'];
  if (policy !== 'SCHED_DEADLINE' && times.length > 0) {
    return ['process.scheduler: runtime, deadline and period are for SCHED_DEADLINE alone'];
  }
  return [];
}
