// config.json's `hooks`: https://github.com/opencontainers/runtime-spec/blob/main/config.md#posix-platform-hooks

import type { Words } from './words.ts';

export function hooksSchema({ z, text, absolute, whole }: Words) {
  const hook = z.object({
    path: absolute,
    args: z.array(text).optional(),
    env: z.array(text).optional(),
    timeout: whole.min(1).optional(),
  });
  const hooks = z.array(hook).optional();
  return z.object({
    prestart: hooks,
    createRuntime: hooks,
    createContainer: hooks,
    startContainer: hooks,
    poststart: hooks,
    poststop: hooks,
  });
}
