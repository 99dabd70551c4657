// config.json's `linux`: its parts have files of their own.
// https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md

import type { Spec } from '../../oci.ts';
import { checkSysctls } from '../sysctl.ts';
import { deviceSchema } from './devices.ts';
import { mappingSchema, namespaceSchema } from './namespaces.ts';
import { NOT_YET } from './process.ts';
import { resourcesSchema } from './resources.ts';
import { seccompSchema } from './seccomp.ts';
import type { Words } from './words.ts';

export function linuxSchema(words: Words) {
  const { z, text, absolute, refuse } = words;
  const mappings = z.array(mappingSchema(words)).optional();
  return z.object({
    ...refuse(['intelRdt', 'mountLabel', 'personality', 'timeOffsets', 'memoryPolicy', 'netDevices'], NOT_YET),
    namespaces: z.array(namespaceSchema(words)).optional(),
    uidMappings: mappings,
    gidMappings: mappings,
    devices: z.array(deviceSchema(words)).optional(),
    cgroupsPath: text.refine((value) => !value.split('/').includes('..'), 'leads upwards by ..').optional(),
    resources: resourcesSchema(words).optional(),
    rootfsPropagation: z.enum(['shared', 'slave', 'private', 'unbindable']).optional(),
    seccomp: seccompSchema(words).optional(),
    maskedPaths: z.array(absolute).optional(),
    readonlyPaths: z.array(absolute).optional(),
    sysctl: z.record(z.string(), z.string()).optional(),
  });
}

export function sysctlMistakes(spec: Spec): string[] {
  try {
    checkSysctls(spec);
    return [];
  } catch (error) {
    return [`linux.sysctl: ${(error as Error).message}`];
  }
}
