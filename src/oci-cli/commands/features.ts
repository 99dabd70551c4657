// slipway-oci features: what of the specification can be had, for an engine (the specification's features.md).

import { print } from '../../cli/print.ts';
import { MEMORY_MODE_FLAGS, MEMORY_MODES } from '../../linux/constants.ts';
import { NAMESPACE_TYPES } from '../../namespaces/flags.ts';
import { HOOK_NAMES } from '../../runtime/hooks.ts';
import { CAPABILITIES } from '../../security/capabilities.ts';
import { SECCOMP_ACTIONS } from '../../security/seccomp-decisions.ts';
import { SECCOMP_FLAGS } from '../../security/seccomp-flags.ts';
import { knownMountOptions } from '../../volumes/options.ts';
import { parseWords } from '../help.ts';
import { OCI_VERSION } from '../version.ts';

const OPERATORS = ['NE', 'LT', 'LE', 'EQ', 'GE', 'GT', 'MASKED_EQ'].map((name) => `SCMP_CMP_${name}`);
const ARCHITECTURES = ['X86', 'X86_64', 'X32', 'ARM', 'AARCH64'].map((name) => `SCMP_ARCH_${name}`);

export default function featuresCommand(words: readonly string[]): number {
  const parsed = parseWords('features', {}, words, [0, 0]);
  if (parsed) print(`${JSON.stringify(features(), null, 4)}\n`);
  return 0;
}

function features(): object {
  return {
    ociVersionMin: '1.0.0',
    ociVersionMax: OCI_VERSION,
    hooks: HOOK_NAMES,
    mountOptions: knownMountOptions(),
    linux: {
      namespaces: NAMESPACE_TYPES.toSorted(),
      capabilities: CAPABILITIES,
      cgroup: { v1: true, v2: true, systemd: false, systemdUser: false, rdma: true },
      seccomp: {
        enabled: true,
        actions: SECCOMP_ACTIONS,
        operators: OPERATORS,
        archs: ARCHITECTURES,
        knownFlags: SECCOMP_FLAGS,
        supportedFlags: SECCOMP_FLAGS,
      },
      apparmor: { enabled: true },
      selinux: { enabled: true },
      intelRdt: { enabled: false },
      memoryPolicy: { modes: Object.keys(MEMORY_MODES), flags: Object.keys(MEMORY_MODE_FLAGS) },
      mountExtensions: { idmap: { enabled: true } },
      netDevices: { enabled: true },
    },
  };
}
