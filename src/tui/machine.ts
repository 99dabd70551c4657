// The machine outside, as the kernel tells it now: what a container's answers are compared with.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname, release } from 'node:os';
import type { Text } from '../learn/text.ts';
import { pad } from './cells.ts';
import { styled } from './style.ts';

export function machineLines(width: number, t: (text: Text) => string): string[] {
  const rows: [string, string][] = [
    [t({ en: 'kernel', zh: '内核' }), `Linux ${release()}`],
    [t({ en: 'hostname', zh: '主机名' }), hostname()],
    [t({ en: 'user', zh: '用户' }), `uid ${process.getuid?.()} gid ${process.getgid?.()}`],
    [t({ en: 'this process', zh: '本进程' }), `PID ${process.pid}`],
    [t({ en: 'processes', zh: '进程数' }), String(readdirSync('/proc').filter((name) => /^\d+$/.test(name)).length)],
    [t({ en: 'root', zh: '根目录' }), readlinkSync('/proc/self/root')],
    [t({ en: 'mounts', zh: '挂载数' }), String(readFileSync('/proc/self/mountinfo', 'utf8').split('\n').length - 1)],
  ];
  const names = readdirSync('/proc/self/ns').filter((name) => !name.endsWith('_for_children'));
  const namespaces = names.map((name): [string, string] => [name, readlinkSync(`/proc/self/ns/${name}`)]);
  const row = ([name, value]: [string, string]) =>
    `${styled('dim', pad(name, 14))} ${pad(value, width - 15).trimEnd()}`;
  return [
    styled('bold', t({ en: 'This machine now', zh: '这台机器此刻' })),
    '',
    ...rows.map(row),
    '',
    styled('bold', t({ en: 'Its namespaces (/proc/self/ns)', zh: '它的 namespace（/proc/self/ns）' })),
    '',
    ...namespaces.map(row),
  ];
}
