// --tmpfs /x or /x:size=64m,exec.

import type { TmpfsOption } from '../../engine/options.ts';
import { checkTmpfsOptions } from '../../engine/spec/tmpfs-options.ts';
import { parseTarget } from './target.ts';

/** @throws Error for a path that is not absolute or an option that tmpfs does not have. */
export function parseTmpfs(text: string): TmpfsOption {
  const at = text.indexOf(':');
  const target = at < 0 ? text : text.slice(0, at);
  const options = at < 0 || at === text.length - 1 ? [] : text.slice(at + 1).split(',');
  return { type: 'tmpfs', target: parseTarget(target), options: checkTmpfsOptions(options) };
}
