// Checks a config.json that somebody else wrote against the runtime specification, before anything is touched.
// Every mistake is reported, each with its place in the document: `linux.namespaces[2].type: …`.
// Source: https://github.com/opencontainers/runtime-spec/blob/main/config.md
//
// The library that does it takes longer to load than a container to start, so it is loaded when it is needed.

import { createRequire } from 'node:module';
import { RLIMITS } from '../linux/constants.ts';
import { NAMESPACE_TYPES } from '../namespaces/flags.ts';
import type { Spec } from '../oci.ts';
import { CAPABILITIES } from '../security/capabilities.ts';
import { describeIssue, type Issue } from './spec-mistakes.ts';
import { checkSysctls } from './sysctl.ts';

/**
 * The document, if it is right.
 * @param file for the message.
 * @throws Error with a line for each mistake.
 */
export function checkSpec(file: string, document: unknown): Spec {
  const { z } = createRequire(import.meta.url)('zod') as typeof import('zod');
  z.config({ jitless: true }); // for one document, to compile a program that checks it takes longer than to check it
  const result = makeSchema(z).safeParse(document);
  const mistakes = result.success
    ? crossChecks(document as Spec)
    : result.error.issues.map((issue) => describeIssue(issue as Issue, document));
  if (mistakes.length === 0) return document as Spec;
  throw new Error(`${file} is no valid config.json:\n${mistakes.map((mistake) => `  ${mistake}`).join('\n')}`);
}

/** Parts of the specification that Slipway does not carry out. Leaving them out silently could be dangerous. */
const NOT_YET = {
  process: ['apparmorProfile', 'selinuxLabel', 'scheduler', 'ioPriority', 'execCPUAffinity'],
  linux: ['intelRdt', 'mountLabel', 'personality', 'timeOffsets', 'memoryPolicy', 'netDevices'],
} as const;

function makeSchema(z: typeof import('zod').z) {
  const text = z.string().refine((value) => !value.includes('\0'), 'has a zero byte in it');
  const absolute = text.refine((value) => value.startsWith('/'), 'is no absolute path');
  const count = z.number().int();
  const size32 = count.min(0).max(2 ** 32 - 1);
  // -1, which is 2^32 - 1, means "leave the id as it is" to the kernel: the program would stay root.
  const id = count.min(0).max(2 ** 32 - 2);
  const size = count.min(-1);
  const capability = z
    .string()
    .refine(
      (name) => (CAPABILITIES as readonly string[]).includes(name),
      'is no capability: `man 7 capabilities` lists them',
    );
  const refuse = (names: readonly string[]) =>
    Object.fromEntries(
      names.map((name) => [
        name,
        z
          .unknown()
          .refine((value) => value === undefined, 'stands there, and Slipway does not carry this out yet')
          .optional(),
      ]),
    );

  const user = z.object({ uid: id, gid: id, umask: count.optional(), additionalGids: z.array(id).optional() });
  const rlimit = z.object({
    type: z.enum(Object.keys(RLIMITS) as [string, ...string[]]),
    soft: z.number().min(-1),
    hard: z.number().min(-1),
  });
  const capabilities = z.object({
    bounding: z.array(capability).optional(),
    effective: z.array(capability).optional(),
    permitted: z.array(capability).optional(),
    inheritable: z.array(capability).optional(),
    ambient: z.array(capability).optional(),
  });
  const process = z.object({
    ...refuse(NOT_YET.process),
    terminal: z.boolean().optional(),
    consoleSize: z.object({ height: count.min(0).max(65535), width: count.min(0).max(65535) }).optional(),
    user,
    args: z.array(text).min(1),
    env: z.array(text.refine((value) => value.indexOf('=') > 0, 'is not of the form NAME=value')).optional(),
    cwd: absolute,
    capabilities: capabilities.optional(),
    rlimits: z.array(rlimit).optional(),
    noNewPrivileges: z.boolean().optional(),
    oomScoreAdj: count.min(-1000).max(1000).optional(),
  });

  const mount = z.object({
    destination: absolute,
    type: text.optional(),
    source: text.optional(),
    options: z.array(text).optional(),
  });
  const mapping = z.object({ containerID: id, hostID: id, size: size32 });
  const device = z.object({
    type: z.enum(['c', 'b', 'u', 'p']),
    path: absolute,
    major: count.optional(),
    minor: count.optional(),
    fileMode: count.min(0).max(0o7777).optional(),
    uid: id.optional(),
    gid: id.optional(),
  });
  const deviceRule = z.object({
    allow: z.boolean(),
    type: z.enum(['a', 'c', 'b']).optional(),
    major: count.optional(),
    minor: count.optional(),
    access: z
      .string()
      .regex(/^[rwm]{1,3}$/, 'is not made of r, w and m')
      .optional(),
  });
  const throttles = z.array(z.object({ major: count, minor: count, rate: count.min(0) })).optional();
  const weight = count.min(10).max(1000);
  const resources = z.object({
    devices: z.array(deviceRule).optional(),
    memory: z
      .object({
        limit: size.optional(),
        reservation: size.optional(),
        swap: size.optional(),
        swappiness: count.min(0).max(100).optional(),
        disableOOMKiller: z.boolean().optional(),
      })
      .optional(),
    cpu: z
      .object({
        shares: count.min(0).optional(),
        quota: size.optional(),
        period: count.min(0).optional(),
        realtimeRuntime: count.min(0).optional(),
        realtimePeriod: count.min(0).optional(),
        cpus: z.string().optional(),
        mems: z.string().optional(),
      })
      .optional(),
    pids: z.object({ limit: count }).optional(),
    blockIO: z
      .object({
        weight: weight.optional(),
        weightDevice: z.array(z.object({ major: count, minor: count, weight })).optional(),
        throttleReadBpsDevice: throttles,
        throttleWriteBpsDevice: throttles,
        throttleReadIOPSDevice: throttles,
        throttleWriteIOPSDevice: throttles,
      })
      .optional(),
    hugepageLimits: z
      .array(
        z.object({ pageSize: z.string().regex(/^\d+[KMG]B$/, 'is no page size such as 2MB'), limit: count.min(0) }),
      )
      .optional(),
    unified: z.record(z.string(), z.string()).optional(),
  });

  const action = z.enum([
    'SCMP_ACT_ALLOW',
    'SCMP_ACT_ERRNO',
    'SCMP_ACT_KILL',
    'SCMP_ACT_KILL_PROCESS',
    'SCMP_ACT_KILL_THREAD',
    'SCMP_ACT_TRAP',
    'SCMP_ACT_TRACE',
    'SCMP_ACT_LOG',
  ]);
  const comparison = z.object({
    index: count.min(0).max(5),
    value: count.min(0),
    valueTwo: count.min(0).optional(),
    op: z.enum([
      'SCMP_CMP_NE',
      'SCMP_CMP_LT',
      'SCMP_CMP_LE',
      'SCMP_CMP_EQ',
      'SCMP_CMP_GE',
      'SCMP_CMP_GT',
      'SCMP_CMP_MASKED_EQ',
    ]),
  });
  const seccomp = z.object({
    defaultAction: action,
    defaultErrnoRet: count.min(0).max(4095).optional(),
    architectures: z.array(z.string()).optional(),
    flags: z.array(z.string()).optional(),
    syscalls: z
      .array(
        z.object({
          names: z.array(z.string()).min(1),
          action,
          errnoRet: count.min(0).max(4095).optional(),
          args: z.array(comparison).optional(),
        }),
      )
      .optional(),
  });

  const linux = z.object({
    ...refuse(NOT_YET.linux),
    namespaces: z
      .array(z.object({ type: z.enum(NAMESPACE_TYPES as [string, ...string[]]), path: absolute.optional() }))
      .optional(),
    uidMappings: z.array(mapping).optional(),
    gidMappings: z.array(mapping).optional(),
    devices: z.array(device).optional(),
    cgroupsPath: text.refine((value) => !value.split('/').includes('..'), 'leads upwards by ..').optional(),
    resources: resources.optional(),
    rootfsPropagation: z.enum(['shared', 'slave', 'private', 'unbindable']).optional(),
    seccomp: seccomp.optional(),
    maskedPaths: z.array(absolute).optional(),
    readonlyPaths: z.array(absolute).optional(),
    sysctl: z.record(z.string(), z.string()).optional(),
  });

  const hooks = z
    .array(
      z.object({
        path: absolute,
        args: z.array(text).optional(),
        env: z.array(text).optional(),
        timeout: count.min(1).optional(),
      }),
    )
    .optional();

  return z.object({
    ociVersion: z.string().regex(/^1\.\d+\.\d+/, 'is no version 1 of the specification, such as 1.2.0'),
    process,
    root: z.object({ path: text.min(1), readonly: z.boolean().optional() }),
    hostname: z.string().max(64).optional(),
    domainname: z.string().max(64).optional(),
    mounts: z.array(mount).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    hooks: z
      .object({
        prestart: hooks,
        createRuntime: hooks,
        createContainer: hooks,
        startContainer: hooks,
        poststart: hooks,
        poststop: hooks,
      })
      .optional(),
    linux: linux.optional(),
  });
}

/** What no schema can say: one part of the document against another. */
function crossChecks(spec: Spec): string[] {
  const { linux = {}, hostname, domainname } = spec;
  const types = (linux.namespaces ?? []).map(({ type }) => type);
  const mistakes: string[] = [];
  const check = (isWrong: boolean, mistake: string) => isWrong && mistakes.push(mistake);
  for (const [index, type] of types.entries()) {
    check(types.indexOf(type) !== index, `linux.namespaces[${index}].type: ${type} is listed twice`);
  }
  const isNewUser = linux.namespaces?.some(({ type, path }) => type === 'user' && path === undefined) ?? false;
  const hasMaps = (linux.uidMappings?.length ?? 0) > 0 && (linux.gidMappings?.length ?? 0) > 0;
  check(isNewUser && !hasMaps, 'linux.uidMappings: a new user namespace needs uidMappings and gidMappings');
  check(hasMaps && !types.includes('user'), 'linux.uidMappings: there is no user namespace to map ids for');
  check(!types.includes('mount'), 'linux.namespaces: a mount namespace is needed, or the host would see the mounts');
  check(hostname !== undefined && !types.includes('uts'), 'hostname: it needs a uts namespace');
  check(domainname !== undefined && !types.includes('uts'), 'domainname: it needs a uts namespace');
  try {
    checkSysctls(spec);
  } catch (error) {
    mistakes.push(`linux.sysctl: ${(error as Error).message}`);
  }
  return mistakes;
}
