// Settings of a process that have no call of their own (man 2 prctl).

import {
  AMBIENT_OPERATIONS,
  CAPABILITIES,
  DUMPABLE,
  PR_CAP_AMBIENT,
  PR_CAPBSET_DROP,
  PR_CAPBSET_READ,
  PR_SET_DUMPABLE,
  PR_SET_PDEATHSIG,
  PRCTL_OPTIONS,
  SIGNALS,
} from './constants.ts';
import { showConstant } from './decode.ts';
import { bind, call } from './door.ts';

const native = {
  prctl: bind('int prctl(int option, unsigned long a, unsigned long b, unsigned long c, unsigned long d)'),
};

/** man 2 prctl: `option` is PR_SET_PDEATHSIG and the like, what the numbers mean depends on it. */
export function prctl(option: number, a = 0, b = 0, c = 0, d = 0): number {
  const show = () => `${showConstant(PRCTL_OPTIONS, option)}${showPrctl(option, a, b, c, d)}`;
  return call('prctl', show, () => native.prctl(option, a, b, c, d));
}

/** These insist on zeros where they take no argument. */
const ALL_FIVE = new Set<number>([PRCTL_OPTIONS.PR_SET_NO_NEW_PRIVS, PRCTL_OPTIONS.PR_GET_NO_NEW_PRIVS]);
const NO_ARGUMENT = new Set<number>([PRCTL_OPTIONS.PR_GET_DUMPABLE]);

/** As many arguments as the option has. */
function showPrctl(option: number, a: number, b: number, c: number, d: number): string {
  const capability = (bit: number) => CAPABILITIES[bit] ?? String(bit);
  if (option === PR_SET_DUMPABLE) return `, ${showConstant(DUMPABLE, a)}`;
  if (option === PR_SET_PDEATHSIG) return `, ${showConstant(SIGNALS, a)}`;
  if (option === PR_CAPBSET_READ || option === PR_CAPBSET_DROP) return `, ${capability(a)}`;
  if (option === PR_CAP_AMBIENT) {
    const name = showConstant(AMBIENT_OPERATIONS, a);
    return `, ${name}, ${name === 'PR_CAP_AMBIENT_CLEAR_ALL' ? b : capability(b)}, ${c}, ${d}`;
  }
  if (ALL_FIVE.has(option)) return `, ${a}, ${b}, ${c}, ${d}`;
  return NO_ARGUMENT.has(option) ? '' : `, ${a}`;
}
