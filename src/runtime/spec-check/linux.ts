// config.json's `linux`: its parts have files of their own.
// https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md

import { MEMORY_MODE_FLAGS, MEMORY_MODES } from '../../linux/constants.ts';
import { isOwn } from '../../namespaces/flags.ts';
import type { Spec } from '../../oci.ts';
import { hasSelinux } from '../../security/labels.ts';
import { checkSysctls } from '../sysctl.ts';
import { deviceSchema } from './devices.ts';
import { mappingSchema, namespaceSchema, timeOffsetsSchema } from './namespaces.ts';
import { NO_LSM } from './process.ts';
import { resourcesSchema } from './resources.ts';
import { seccompSchema } from './seccomp.ts';
import type { Words } from './words.ts';

/** The specification has those without an r; podman writes all. */
const PROPAGATIONS = ['shared', 'slave', 'private', 'unbindable', 'rshared', 'rslave', 'rprivate', 'runbindable'];

export function linuxSchema(words: Words) {
  const { z, text, absolute, refuse } = words;
  const mappings = z.array(mappingSchema(words)).optional();
  return z.object({
    ...refuse(['intelRdt'], 'stands there, and Slipway does not assign processors’ caches (resctrl): leave it out'),
    namespaces: z.array(namespaceSchema(words)).optional(),
    uidMappings: mappings,
    gidMappings: mappings,
    devices: z.array(deviceSchema(words)).optional(),
    cgroupsPath: text.refine((value) => !value.split('/').includes('..'), 'leads upwards by ..').optional(),
    resources: resourcesSchema(words).optional(),
    rootfsPropagation: z.enum(PROPAGATIONS).optional(),
    seccomp: seccompSchema(words).optional(),
    maskedPaths: z.array(absolute).optional(),
    readonlyPaths: z.array(absolute).optional(),
    sysctl: z.record(z.string(), z.string()).optional(),
    personality: personalitySchema(words).optional(),
    memoryPolicy: memoryPolicySchema(words).optional(),
    mountLabel: text.optional(),
    timeOffsets: timeOffsetsSchema(words).optional(),
    netDevices: z.record(z.string(), netDeviceSchema(words)).optional(),
  });
}

function netDeviceSchema({ z }: Words) {
  return z.object({ name: z.string().regex(DEVICE_NAME, 'is no name of a network device').optional() });
}

/** At most 15 bytes, without slashes, colons and spaces (net/core/dev.c, dev_valid_name). */
const DEVICE_NAME = /^(?!\.{1,2}$)[^/:\s]{1,15}$/;

export function netDeviceMistakes({ linux: { namespaces = [], netDevices = {} } = {} }: Spec): string[] {
  const names = Object.keys(netDevices);
  const hasNetwork = namespaces.some((namespace) => namespace.type === 'network' && !isOwn(namespace));
  return [
    ...(names.length > 0 && !hasNetwork
      ? ["linux.netDevices: they need a network namespace that is not the host's"]
      : []),
    ...names
      .filter((name) => !DEVICE_NAME.test(name))
      .map((name) => `linux.netDevices: "${name}" is no name of a device`),
  ];
}

/** The specification has no flags yet. */
function personalitySchema({ z }: Words) {
  return z.object({ domain: z.enum(['LINUX', 'LINUX32']), flags: z.array(z.string()).max(0).optional() });
}

function memoryPolicySchema({ z, list }: Words) {
  return z.object({
    mode: z.enum(Object.keys(MEMORY_MODES) as [string, ...string[]]),
    nodes: list.optional(),
    flags: z.array(z.enum(Object.keys(MEMORY_MODE_FLAGS) as [string, ...string[]])).optional(),
  });
}

/** Two modes have no nodes, and MPOL_PREFERRED may do without (man 2 set_mempolicy). */
export function memoryPolicyMistakes({ linux: { memoryPolicy } = {} }: Spec): string[] {
  if (!memoryPolicy) return [];
  const { mode, nodes = '' } = memoryPolicy;
  const hasNone = mode === 'MPOL_DEFAULT' || mode === 'MPOL_LOCAL';
  if (hasNone && nodes !== '') return [`linux.memoryPolicy.nodes: ${mode} takes none`];
  if (!hasNone && mode !== 'MPOL_PREFERRED' && nodes === '') return [`linux.memoryPolicy.nodes: ${mode} needs some`];
  return [];
}

export function mountLabelMistakes({ linux: { mountLabel } = {} }: Spec): string[] {
  return mountLabel && !hasSelinux() ? [`linux.mountLabel: ${NO_LSM.selinux}`] : [];
}

export function sysctlMistakes(spec: Spec): string[] {
  try {
    checkSysctls(spec);
    return [];
  } catch (error) {
    return [`linux.sysctl: ${(error as Error).message}`];
  }
}
