// config.json's `mounts`: https://github.com/opencontainers/runtime-spec/blob/main/config.md#mounts

import type { Spec } from '../../oci.ts';
import type { Words } from './words.ts';

export function mountSchema({ z, text }: Words) {
  return z.object({
    destination: text.min(1), // below / also where it is relative, as some older engines write it
    type: text.optional(),
    source: text.optional(),
    options: z.array(text).optional(),
  });
}

export function mountMistakes(_: Spec): string[] {
  return [];
}
