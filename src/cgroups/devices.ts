// The devices controller: which device nodes may be read, written and made. On v1 by two files; on v2 there is no such
// file, and a small BPF program is asked at every open and mknod instead (devices-bpf.ts).

import type { DeviceRule, Resources } from '../oci.ts';
import type { Setting } from './setting.ts';

/** A rule in the kernel's words: `c 1:3 rwm`, with * for any number. */
export function ruleText({ type = 'a', major, minor, access = 'rwm' }: DeviceRule): string {
  const number = (value: number | undefined) => (value === undefined || value < 0 ? '*' : String(value));
  return type === 'a' ? 'a' : `${type} ${number(major)}:${number(minor)} ${access}`;
}

/** Each rule in its order: what comes later counts. */
export function devicesV1({ devices = [] }: Resources): Setting[] {
  return devices.map((rule) => ({ file: rule.allow ? 'devices.allow' : 'devices.deny', value: ruleText(rule) }));
}
