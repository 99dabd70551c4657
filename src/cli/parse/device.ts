// --device /dev/x[:/dev/y[:rwm]], and rates such as --device-read-bps /dev/x:1mb.

import type { DeviceOption, DeviceRate, DeviceWeight } from '../../engine/options.ts';
import { parseSize } from './size.ts';

/**
 * A device of the host: its path there, its path in the container, and what may be done with it.
 * @throws Error when a path is not absolute or the letters are not of r, w, m.
 */
export function parseDevice(text: string): DeviceOption {
  const [hostPath = '', second, third, ...more] = text.split(':');
  const secondIsAccess = second !== undefined && third === undefined && isAccess(second);
  const containerPath = secondIsAccess ? hostPath : second || hostPath;
  const access = secondIsAccess ? second : (third ?? 'rwm');
  if (more.length > 0 || !hostPath.startsWith('/') || !containerPath.startsWith('/')) {
    throw new Error(`invalid device specification: ${text}. Write it as /dev/x:/dev/y:rwm`);
  }
  if (!isAccess(access)) throw new Error(`bad mode specified: ${access}. It is made of r, w and m`);
  return { hostPath, containerPath, access };
}

function isAccess(text: string): boolean {
  return /^[rwm]{1,3}$/.test(text) && new Set(text).size === text.length;
}

/** `/dev/x:1mb`. @throws Error when it is not of that form. */
export function parseByteRate(text: string): DeviceRate {
  const { path, rate } = splitRate(text);
  const form = 'The correct format is <device-path>:<number>[<unit>]. Unit is optional and can be kb, mb, or gb';
  return { path, rate: positive(path, () => parseSize(rate), form) };
}

/** `/dev/x:1000`. @throws Error when it is not of that form. */
export function parseOperationRate(text: string): DeviceRate {
  const { path, rate } = splitRate(text);
  const form = 'The correct format is <device-path>:<number>. Number must be a positive integer';
  return { path, rate: positive(path, () => (/^\d+$/.test(rate) ? Number(rate) : 0), form) };
}

/** `/dev/x:500`. @throws Error when it is not of that form, or the weight is out of range. */
export function parseWeight(text: string): DeviceWeight {
  const { path, rate } = splitRate(text);
  const weight = /^\d+$/.test(rate) ? Number(rate) : 0;
  if (weight < 10 || weight > 1000) throw new Error(`invalid weight for device: ${text}. It is from 10 to 1000`);
  return { path, weight };
}

function splitRate(text: string): { path: string; rate: string } {
  const at = text.lastIndexOf(':');
  if (at <= 0) throw new Error(`bad format: ${text}. Write it as /dev/x:1mb`);
  const path = text.slice(0, at);
  if (!path.startsWith('/dev/')) throw new Error(`bad format for device path: ${text}. The path begins with /dev/`);
  return { path, rate: text.slice(at + 1) };
}

function positive(path: string, parse: () => number, form: string): number {
  let rate = 0;
  try {
    rate = parse();
  } catch {
    // said below
  }
  if (rate > 0 && Number.isSafeInteger(rate)) return rate;
  throw new Error(`invalid rate for device: ${path}. ${form}`);
}
