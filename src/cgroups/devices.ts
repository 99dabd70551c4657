// The devices controller: which device nodes may be read, written and made. On v1 by two files; on v2 there is no such
// file, and a small BPF program is asked at every open and mknod instead (devices-bpf.ts).
//
//     v1 devices.deny   a
//        devices.allow  c 1:3 rwm

import type { DeviceRule, Resources } from '../oci.ts';
import type { Setting } from './setting.ts';

/** A rule in the kernel's words: `c 1:3 rwm`, with * for any number. */
function ruleText({ type = 'a', major, minor, access = 'rwm' }: DeviceRule): string {
  const number = (value: number | undefined) => (value === undefined || value < 0 ? '*' : String(value));
  return type === 'a' ? 'a' : `${type} ${number(major)}:${number(minor)} ${access}`;
}

/** Each rule in its order: what comes later counts. @throws Error for rules that v1 cannot express. */
export function devicesV1({ devices = [] }: Resources): Setting[] {
  refuseHoles(devices);
  return devices.map((rule) => ({ file: rule.allow ? 'devices.allow' : 'devices.deny', value: ruleText(rule) }));
}

/**
 * v1 keeps a list of exceptions from what the last rule for all said, and takes an exception back only by the very same
 * numbers. A rule that takes back a part of one, `deny c 1:5` after `allow c 1:*`, it ignores without a word, which
 * would leave a device open.
 */
function refuseHoles(rules: readonly DeviceRule[]): void {
  const start = rules.findLastIndex(({ type = 'a' }) => type === 'a');
  const usual = rules[start]?.allow ?? true;
  for (const [index, rule] of rules.entries()) {
    if (index <= start || rule.allow !== usual) continue;
    const wider = rules
      .slice(start + 1, index)
      .find((earlier) => earlier.allow !== usual && overlapsInPart(earlier, rule));
    if (!wider) continue;
    const word = ({ allow }: DeviceRule) => (allow ? 'allow' : 'deny');
    throw new Error(
      `devices: "${word(rule)} ${ruleText(rule)}" takes back a part of "${word(wider)} ${ruleText(wider)}", which cgroup v1 cannot do: name the devices one by one`,
    );
  }
}

function overlapsInPart(a: DeviceRule, b: DeviceRule): boolean {
  const isAny = (value: number | undefined) => value === undefined || value < 0;
  const meet = (x: number | undefined, y: number | undefined) => isAny(x) || isAny(y) || x === y;
  const same = ruleText({ ...a, access: 'm' }) === ruleText({ ...b, access: 'm' });
  const accessMeets = [...(a.access ?? 'rwm')].some((letter) => (b.access ?? 'rwm').includes(letter));
  return a.type === b.type && !same && accessMeets && meet(a.major, b.major) && meet(a.minor, b.minor);
}
