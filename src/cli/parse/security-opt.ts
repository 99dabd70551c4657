// --security-opt: no-new-privileges, seccomp=…, and words for what other machines have.

import type { SecurityOptions } from '../../engine/options.ts';

type Change = Partial<Pick<SecurityOptions, 'noNewPrivileges' | 'seccomp' | 'unmasked' | 'writableCgroups'>>;

/** AppArmor and SELinux are not used, so leaving them out is what happens anyway. */
const NOTHING_TO_DO = ['label=disable', 'apparmor=unconfined'];

/**
 * One option, as the change that it makes. `name:value` is the older spelling of `name=value`.
 * @throws Error when Slipway does not have it.
 */
export function parseSecurityOpt(text: string): Change {
  const [name = '', ...rest] = text.split(text.includes('=') ? '=' : ':');
  const value = rest.join(text.includes('=') ? '=' : ':');
  if (name === 'no-new-privileges') return { noNewPrivileges: parseSwitch(name, value) };
  if (name === 'seccomp' && value !== '') return { seccomp: parseSeccomp(value) };
  if (name === 'systempaths' && value === 'unconfined') return { unmasked: true };
  if (name === 'writable-cgroups') return { writableCgroups: parseSwitch(name, value) };
  if (NOTHING_TO_DO.includes(`${name}=${value}`)) return {};
  throw new Error(
    `it is none of no-new-privileges, seccomp=unconfined, seccomp=FILE, systempaths=unconfined, writable-cgroups, ${NOTHING_TO_DO.join(', ')}`,
  );
}

function parseSwitch(name: string, value: string): boolean {
  if (value === '' || value === 'true') return true;
  if (value === 'false') return false;
  throw new Error(`${name} is true or false`);
}

function parseSeccomp(value: string): SecurityOptions['seccomp'] {
  if (value === 'unconfined') return 'unconfined';
  return value === 'builtin' ? 'default' : { file: value };
}
