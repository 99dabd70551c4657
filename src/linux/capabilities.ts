// The capabilities of this thread: root's rights in pieces (man 2 capget).

import { CAPABILITIES } from './constants.ts';
import { hex, showStruct } from './decode.ts';
import { bindNumber, call } from './door.ts';

const native = {
  capget: bindNumber('capget', 'const void *header, void *data'),
  capset: bindNumber('capset', 'const void *header, const void *data'),
};

/** Each a mask with the bit of a capability: CAP_CHOWN is bit 0 (man 7 capabilities). */
export interface CapabilityMasks {
  effective: bigint;
  permitted: bigint;
  inheritable: bigint;
}

const CAPABILITY_VERSION_3 = 0x20080522;

function capabilityHeader(): Buffer {
  const header = Buffer.alloc(8); // version, and pid 0: this process
  header.writeUInt32LE(CAPABILITY_VERSION_3, 0);
  return header;
}

export function capget(): CapabilityMasks {
  const data = Buffer.alloc(24);
  const show = (result: number) => showCapabilities(result < 0 ? undefined : decodeCapabilities(data));
  call('capget', show, () => native.capget(capabilityHeader(), data));
  return decodeCapabilities(data);
}

/** EPERM for a set that holds more than is permitted, or is inheritable without being in the bounding set. */
export function capset(masks: CapabilityMasks): void {
  const data = encodeCapabilities(masks);
  call(
    'capset',
    () => showCapabilities(masks),
    () => native.capset(capabilityHeader(), data),
  );
}

/** The kernel's struct holds the low 32 bits of the three sets, then the high ones. */
function encodeCapabilities({ effective, permitted, inheritable }: CapabilityMasks): Buffer {
  const data = Buffer.alloc(24);
  for (const [index, mask] of [effective, permitted, inheritable].entries()) {
    data.writeUInt32LE(Number(mask & 0xffffffffn), index * 4);
    data.writeUInt32LE(Number(mask >> 32n), index * 4 + 12);
  }
  return data;
}

function decodeCapabilities(data: Buffer): CapabilityMasks {
  const join = (offset: number) => BigInt(data.readUInt32LE(offset)) | (BigInt(data.readUInt32LE(offset + 12)) << 32n);
  return { effective: join(0), permitted: join(4), inheritable: join(8) };
}

function showCapabilities(masks: CapabilityMasks | undefined): string {
  const header = '{version: _LINUX_CAPABILITY_VERSION_3, pid: 0}';
  if (masks === undefined) return `${header}, …`;
  const { effective, permitted, inheritable } = masks;
  const sets = { effective: showMask(effective), permitted: showMask(permitted), inheritable: showMask(inheritable) };
  return `${header}, ${showStruct(sets)}`;
}

/** `1<<CAP_CHOWN|1<<CAP_KILL`. */
function showMask(mask: bigint): string {
  const names = CAPABILITIES.filter((_, bit) => mask & (1n << BigInt(bit))).map((name) => `1<<${name}`);
  const rest = mask >> BigInt(CAPABILITIES.length);
  if (rest !== 0n) names.push(hex(rest << BigInt(CAPABILITIES.length)));
  return names.length === 0 ? '0' : names.join('|');
}
