// config.json's `linux.devices`: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#devices

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
