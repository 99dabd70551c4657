// config.json's `process`: https://github.com/opencontainers/runtime-spec/blob/main/config.md#process

import { RLIMITS } from '../../linux/constants.ts';
import type { Process } from '../../oci.ts';
import type { Words } from './words.ts';

/** @param toStart a program is needed only for a container that is to be started. */
export function processSchema(words: Words, toStart: boolean) {
  const { z, text, absolute, whole, refuse } = words;
  const args = z.array(text).min(1);
  return z.object({
    ...refuse(['apparmorProfile', 'selinuxLabel', 'scheduler', 'ioPriority', 'execCPUAffinity'], NOT_YET),
    terminal: z.boolean().optional(),
    consoleSize: z.object({ height: words.uint16, width: words.uint16 }).optional(),
    user: userSchema(words),
    args: toStart ? args : args.optional(),
    env: z.array(text.refine((value) => value.indexOf('=') > 0, 'is not of the form NAME=value')).optional(),
    cwd: absolute,
    capabilities: capabilitiesSchema(words).optional(),
    rlimits: z.array(rlimitSchema(words)).optional(),
    noNewPrivileges: z.boolean().optional(),
    oomScoreAdj: whole.min(-1000).max(1000).optional(),
  });
}

export const NOT_YET = 'stands there, and Slipway does not carry this out yet';

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
  return z.object({ type: z.enum(Object.keys(RLIMITS) as [string, ...string[]]), soft: limit, hard: limit });
}

export function processMistakes({ process }: { process?: Process }): string[] {
  const { rlimits = [] } = process ?? {};
  const types = rlimits.map(({ type }) => type);
  return rlimits.flatMap(({ type, soft, hard }, index) => {
    const place = `process.rlimits[${index}]`;
    if (types.indexOf(type) !== index) return [`${place}.type: ${type} is listed twice`];
    if (hard >= 0 && (soft < 0 || soft > hard)) return [`${place}.soft: ${soft} is above the hard limit, ${hard}`];
    return [];
  });
}
