// Device nodes of the machine: their kind and numbers, by path.

import { lstatSync, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Device } from '../../oci.ts';

/** A device as the specification describes it; its numbers are known. */
export type KnownDevice = Device & { type: 'c' | 'b'; major: number; minor: number };

/** @throws Error when the path leads to no device. */
export function deviceAt(path: string): KnownDevice {
  const stats = statOrThrow(path);
  if (!isDevice(stats)) throw new Error(`${path} is not a device: look for one with \`ls -l /dev\``);
  return toDevice(path, stats);
}

/**
 * The device at `path`, or all devices below it when it is a folder, named as if they lay below `target`.
 * @throws Error when there is none.
 */
export function devicesWanted(path: string, target: string): KnownDevice[] {
  const devices = devicesBelow(path, target);
  if (devices.length > 0) return devices;
  throw new Error(`error gathering device information while adding custom device "${path}": there is no device in it`);
}

/** Links below it are left out: they lead to devices with a name of their own, or to none, as /dev/stdout may. */
function devicesBelow(path: string, target: string): KnownDevice[] {
  if (!statOrThrow(path).isDirectory()) return [{ ...deviceAt(path), path: target }];
  return readdirSync(path).flatMap((name) => {
    const stats = lstatSync(join(path, name), { throwIfNoEntry: false });
    if (stats?.isDirectory()) return devicesBelow(join(path, name), join(target, name));
    return stats && isDevice(stats) ? [toDevice(join(target, name), stats)] : [];
  });
}

/** Below /dev, but each container's own: its terminals, and file systems of their own. */
const NOT_SHARED = new Set(['/dev/pts', '/dev/shm', '/dev/mqueue', '/dev/fd', '/dev/console', '/dev/ptmx', '/dev/tty']);

/** Every device of the machine, for --privileged. */
export function allDevices(): KnownDevice[] {
  const paths = readdirSync('/dev').map((name) => `/dev/${name}`);
  return paths.filter((path) => !NOT_SHARED.has(path)).flatMap((path) => belowOrNone(path));
}

/** A node may vanish while we look: that of a stick being pulled out, say. */
function belowOrNone(path: string): KnownDevice[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats && (stats.isDirectory() || isDevice(stats)) ? devicesBelow(path, path) : [];
}

function statOrThrow(path: string): Stats {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats) return stats;
  throw new Error(`error gathering device information while adding custom device "${path}": no such file or directory`);
}

function isDevice(stats: Stats): boolean {
  return stats.isCharacterDevice() || stats.isBlockDevice();
}

function toDevice(path: string, stats: Stats): KnownDevice {
  const { mode, uid, gid, rdev } = stats;
  const type = stats.isBlockDevice() ? 'b' : 'c';
  return { type, path, ...numbersOf(rdev), fileMode: mode & 0o7777, uid, gid };
}

/**
 * Major and minor number out of a dev_t, where for historic reasons the minor's low 8 bits stand before the major and
 * the rest behind it: 0x801 is 8:1, 0x100801 is 8:257 (gnu_dev_major in glibc's sys/sysmacros.h).
 */
export function numbersOf(rdev: number): { major: number; minor: number } {
  const bits = BigInt(rdev);
  const major = ((bits >> 8n) & 0xfffn) | ((bits >> 32n) & ~0xfffn);
  const minor = (bits & 0xffn) | ((bits >> 12n) & ~0xffn & 0xffffffffn);
  return { major: Number(major), minor: Number(minor) };
}
