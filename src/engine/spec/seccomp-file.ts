// A seccomp profile of the user's own, in either of two forms: the OCI specification's, or Docker's, whose rules may
// depend on capabilities, processor and kernel version and are sorted out here
// (https://docs.docker.com/engine/security/seccomp/).

import { release } from 'node:os';
import type { Seccomp, SeccompRule } from '../../oci.ts';
import { readUserFile } from '../user-file.ts';

interface Condition {
  caps?: string[];
  arches?: string[];
  minKernel?: string;
}

type DockerRule = Omit<SeccompRule, 'names'> & {
  names?: string[];
  name?: string;
  includes?: Condition;
  excludes?: Condition;
};

type DockerProfile = Omit<Seccomp, 'syscalls'> & {
  archMap?: { architecture: string; subArchitectures?: string[] }[];
  syscalls?: DockerRule[];
};

type Machine = 'x86_64' | 'arm64';

/** How the two processors are called in conditions and in the map of architectures. */
const ARCH = {
  x86_64: { condition: 'amd64', seccomp: 'SCMP_ARCH_X86_64' },
  arm64: { condition: 'arm64', seccomp: 'SCMP_ARCH_AARCH64' },
} as const;

/** @throws Error when the file cannot be read or is no profile. */
export function readSeccompFile(file: string, capabilities: readonly string[], machine: Machine): Seccomp {
  return toOci(parseProfile(file, readText(file)), capabilities, machine);
}

function readText(file: string): string {
  try {
    return readUserFile(file).toString();
  } catch (error) {
    throw new Error(`opening seccomp profile (${file}) failed: ${(error as Error).message}`);
  }
}

function parseProfile(file: string, text: string): DockerProfile {
  let profile: DockerProfile;
  try {
    profile = JSON.parse(text);
  } catch (error) {
    throw new Error(`seccomp profile ${file} is not JSON: ${(error as Error).message}`);
  }
  if (typeof profile?.defaultAction !== 'string' || !Array.isArray(profile.syscalls ?? [])) {
    throw new Error(`seccomp profile ${file} has no defaultAction, or its syscalls are no list`);
  }
  for (const [index, rule] of (profile.syscalls ?? []).entries()) {
    if (isRule(rule)) continue;
    throw new Error(`seccomp profile ${file}: syscalls[${index}] is no rule, which has names and an action`);
  }
  return profile;
}

function isRule(rule: unknown): boolean {
  const { action, names, name } = (rule ?? {}) as Partial<DockerRule>;
  return typeof action === 'string' && (Array.isArray(names) || typeof name === 'string');
}

function toOci(profile: DockerProfile, capabilities: readonly string[], machine: Machine): Seccomp {
  const { archMap, syscalls = [], ...rest } = profile;
  const own = archMap?.find(({ architecture }) => architecture === ARCH[machine].seccomp);
  const architectures = own ? [own.architecture, ...(own.subArchitectures ?? [])] : rest.architectures;
  const rules = syscalls.filter(({ includes = {}, excludes = {} }) => {
    return holdsAll(includes, capabilities, machine) && !holdsAny(excludes, capabilities, machine);
  });
  return { ...rest, ...(architectures ? { architectures } : {}), syscalls: rules.map(toRule) };
}

function toRule({ includes: _, excludes: __, name, names, ...rule }: DockerRule): SeccompRule {
  const { action, args, errnoRet } = rule;
  const wanted = { names: names ?? (name === undefined ? [] : [name]), action };
  return { ...wanted, ...(args?.length ? { args } : {}), ...(errnoRet === undefined ? {} : { errnoRet }) };
}

function holdsAll({ caps = [], arches, minKernel }: Condition, capabilities: readonly string[], machine: Machine) {
  const hasCaps = caps.every((name) => capabilities.includes(name));
  const hasArch = !arches?.length || arches.includes(ARCH[machine].condition);
  return hasCaps && hasArch && (minKernel === undefined || isKernelAtLeast(minKernel));
}

function holdsAny({ caps = [], arches = [], minKernel }: Condition, capabilities: readonly string[], machine: Machine) {
  const hasCap = caps.some((name) => capabilities.includes(name));
  return hasCap || arches.includes(ARCH[machine].condition) || (minKernel !== undefined && isKernelAtLeast(minKernel));
}

/** `4.8` against this machine's `6.18.5-amd64`. */
function isKernelAtLeast(wanted: string): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number.parseFloat);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
