// `--restart`: when a container that has ended is started again.

import { NO_RESTART, type RestartPolicy } from '../../runtime/restart.ts';

export const RESTART_POLICIES: readonly RestartPolicy['name'][] = ['no', 'on-failure', 'always', 'unless-stopped'];

/** `no`, `always`, `unless-stopped`, `on-failure`, `on-failure:3`. @throws Error for anything else. */
export function parseRestartPolicy(text: string): RestartPolicy {
  if (text === '') return NO_RESTART;
  const [, name = '', count] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  if (count !== undefined && !/^\d+$/.test(count)) {
    throw new Error('invalid restart policy format: maximum retry count must be an integer');
  }
  if (name !== 'no' && name !== 'always' && name !== 'unless-stopped' && name !== 'on-failure') {
    throw new Error(
      `invalid restart policy: unknown policy '${name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
    );
  }
  if (count !== undefined && name !== 'on-failure') {
    throw new Error(
      `invalid restart policy: maximum retry count can only be used with 'on-failure', and not with '${name}'`,
    );
  }
  return { name, maximumRetries: Number(count ?? 0) };
}
