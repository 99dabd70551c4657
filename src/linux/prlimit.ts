// Resource limits of a process (man 2 getrlimit).

import { RLIMITS } from './constants.ts';
import { showConstant, showStruct } from './decode.ts';
import { bind, call } from './door.ts';

const native = {
  prlimit: bind('int prlimit(int pid, int resource, const void *newLimit, void *oldLimit)'),
};

/** Limits in the unit of man 2 getrlimit; Infinity is no limit. */
export interface Limit {
  soft: number;
  hard: number;
}

const RLIM_INFINITY = 0xffffffffffffffffn;

/** man 2 prlimit: sets a limit of a process (0 is this one) unless `limit` is null. @returns what it was. */
export function prlimit(pid: number, resource: number, limit: Limit | null): Limit {
  const wanted = limit && encodeLimit(limit);
  const old = Buffer.alloc(16);
  const was = () => ({ soft: decodeRlim(old.readBigUInt64LE(0)), hard: decodeRlim(old.readBigUInt64LE(8)) });
  const show = (result: number) =>
    `${pid}, ${showConstant(RLIMITS, resource)}, ${showLimit(limit)}, ${result < 0 ? '…' : showLimit(was())}`;
  call('prlimit', show, () => native.prlimit(pid, resource, wanted, old));
  return was();
}

function showLimit(limit: Limit | null): string {
  if (limit === null) return 'NULL';
  const shown = (value: number) => (decodeRlim(encodeRlim(value)) === Infinity ? 'RLIM64_INFINITY' : value);
  return showStruct({ rlim_cur: shown(limit.soft), rlim_max: shown(limit.hard) });
}

function encodeLimit({ soft, hard }: Limit): Buffer {
  const buffer = Buffer.alloc(16);
  buffer.writeBigUInt64LE(encodeRlim(soft), 0);
  buffer.writeBigUInt64LE(encodeRlim(hard), 8);
  return buffer;
}

/** -1 and 2^64 - 1, which JSON.parse rounds up, are other people's words for no limit. */
function encodeRlim(value: number): bigint {
  return value < 0 || value >= 2 ** 64 ? RLIM_INFINITY : BigInt(value);
}

function decodeRlim(value: bigint): number {
  return value === RLIM_INFINITY ? Infinity : Number(value);
}
