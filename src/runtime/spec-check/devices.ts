// config.json's `linux.devices`: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#devices

import type { Spec } from '../../oci.ts';
import type { Words } from './words.ts';

export function deviceSchema({ z, absolute, whole, uint32, id }: Words) {
  return z.object({
    type: z.enum(['c', 'b', 'u', 'p']),
    path: absolute,
    major: whole.optional(),
    minor: whole.optional(),
    fileMode: uint32.optional(), // engines leave the kind of the file in it: 0o20666
    uid: id.optional(),
    gid: id.optional(),
  });
}

/** A FIFO alone has no numbers. */
export function deviceMistakes({ linux: { devices = [] } = {} }: Spec): string[] {
  return devices.flatMap(({ type, major, minor }, index) =>
    Object.entries({ major, minor })
      .filter(([, value]) => type !== 'p' && value === undefined)
      .map(([name]) => `linux.devices[${index}].${name}: it is missing`),
  );
}
