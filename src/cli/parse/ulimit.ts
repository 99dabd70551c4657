// --ulimit: a resource limit of the program, `nofile=1024:2048` (man 2 getrlimit).

import type { Rlimit } from '../../oci.ts';

/** Docker's names; each is the kernel's without RLIMIT_. */
const NAMES = [
  'core',
  'cpu',
  'data',
  'fsize',
  'locks',
  'memlock',
  'msgqueue',
  'nice',
  'nofile',
  'nproc',
  'rss',
  'rtprio',
  'rttime',
  'sigpending',
  'stack',
];

/**
 * `name=soft` or `name=soft:hard`; -1 is no limit.
 * @throws Error naming what is wrong.
 */
export function parseUlimit(text: string): Rlimit {
  const [, name, limits] = /^([^=]+)=([^=]*)$/.exec(text) ?? [];
  if (name === undefined || limits === undefined) {
    throw new Error(`invalid ulimit argument: ${text}. Write it as nofile=1024:2048`);
  }
  if (!NAMES.includes(name)) throw new Error(`invalid ulimit type: ${name}. It is none of ${NAMES.join(', ')}`);
  const [soft, hard, ...more] = limits.split(':').map(parseLimit);
  if (soft === undefined || more.length > 0) {
    throw new Error(`too many limit value arguments - ${limits}, can only have up to two, \`soft[:hard]\``);
  }
  refuseSoftAboveHard(soft, hard ?? soft);
  return { type: `RLIMIT_${name.toUpperCase()}`, soft, hard: hard ?? soft };
}

function parseLimit(text: string): number {
  if (!/^(-1|\d+)$/.test(text) || !Number.isSafeInteger(Number(text))) {
    throw new Error(`invalid limit "${text}": it is neither a whole number nor -1`);
  }
  return Number(text);
}

function refuseSoftAboveHard(soft: number, hard: number): void {
  const isAbove = hard !== -1 && (soft === -1 || soft > hard);
  if (isAbove) throw new Error(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
}
