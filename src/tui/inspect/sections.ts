// What is shown of a container, as lines: namespaces, limits against use, mounts, changes.

import type { Text } from '../../learn/text.ts';
import { wrapLine } from '../../learn/wrap.ts';
import { barOf } from '../bar.tsx';
import { hardWrap, pad } from '../cells.ts';
import { styled } from '../style.ts';
import type { Facts } from './facts.ts';
import { type Sample, sparkline } from './history.ts';

type Translate = (text: Text) => string;

export interface Section {
  title: Text;
  lines(facts: Facts, samples: readonly Sample[], look: { width: number; t: Translate; isPlain: boolean }): string[];
}

export const SECTIONS: readonly Section[] = [
  { title: { en: 'limits and use', zh: '限制与用量' }, lines: limitLines },
  { title: { en: 'namespaces', zh: 'namespace' }, lines: (facts, _, { t }) => namespaceLines(facts, t) },
  { title: { en: 'changes', zh: '改动' }, lines: (facts, _, { t, width }) => changeLines(facts, t, width) },
  { title: { en: 'mounts', zh: '挂载' }, lines: (facts, _, { width }) => mountLines(facts, width) },
];

function namespaceLines({ namespaces }: Facts, t: Translate): string[] {
  return namespaces.map(({ kind, inside, isShared }) => {
    const words = isShared
      ? t({ en: '✗ shared with the host', zh: '✗ 与宿主机共享' })
      : t({ en: '✓ its own', zh: '✓ 独立' });
    return styled(isShared ? 'red' : 'green', `${pad(kind, 7)} ${pad(inside, 22)} ${words}`);
  });
}

const MEGABYTE = 1 << 20;

function limitLines(
  { stats, cpus: allowed }: Facts,
  samples: readonly Sample[],
  { width, t, isPlain }: { width: number; t: Translate; isPlain: boolean },
): string[] {
  const now = samples.at(-1);
  if (stats === undefined || now === undefined) {
    return wrapLine(
      t({
        en: 'It has no cgroup of its own: nothing limits it, and nothing counts what it uses.',
        zh: '它没有自己的 cgroup：没有限制，也没有用量统计。',
      }),
      width,
    );
  }
  const unlimited = t({ en: 'no limit', zh: '不限' });
  const of = (limit: number, show: (value: number) => string) => (Number.isFinite(limit) ? show(limit) : unlimited);
  const megabytes = (bytes: number) => `${(bytes / MEGABYTE).toFixed(1)} MB`;
  const rows: [string, number, number, string][] = [
    [t({ en: 'processors', zh: 'CPU' }), now.cpus, allowed, `${now.cpus.toFixed(2)} / ${of(allowed, String)}`],
    [
      t({ en: 'memory', zh: '内存' }),
      now.memoryBytes,
      stats.memory.limitBytes,
      `${megabytes(now.memoryBytes)} / ${of(stats.memory.limitBytes, megabytes)}`,
    ],
    [t({ en: 'processes', zh: '进程' }), now.pids, stats.pids.limit, `${now.pids} / ${of(stats.pids.limit, String)}`],
  ];
  const chart = Math.max(10, Math.min(30, width - 45));
  const bars = rows.map(([name, used, limit, text]) => {
    const { full, empty } = barOf(Number.isFinite(limit) ? used / limit : 0, chart);
    const bar = isPlain ? '' : `${styled(used / limit > 0.9 ? 'red' : 'green', full)}${styled('dim', empty)} `;
    return `${pad(name, 11)} ${bar}${text}`;
  });
  const counts = t({
    en: `throttled ${stats.cpu.throttledPeriods} of ${stats.cpu.periods} periods, peak ${megabytes(stats.memory.peakBytes)}, killed for want of memory: ${stats.memory.oomKills}`,
    zh: `被限流 ${stats.cpu.throttledPeriods} / ${stats.cpu.periods} 个周期，内存峰值 ${megabytes(stats.memory.peakBytes)}，因内存不足被杀 ${stats.memory.oomKills} 次`,
  });
  return [...bars, ...(isPlain ? [] : charts(samples, allowed, chart, t)), ...wrapLine(counts, width)];
}

/** The last seconds, the newest at the right. */
function charts(samples: readonly Sample[], allowed: number, width: number, t: Translate): string[] {
  const cpus = samples.map((each) => each.cpus);
  const full = Number.isFinite(allowed) ? allowed : Math.max(1, ...cpus);
  const throttled = samples.map((each) => each.throttled);
  return [
    `${pad(t({ en: 'use', zh: '用量' }), 11)} ${styled('green', sparkline(cpus, full, width))}`,
    `${pad(t({ en: 'throttled', zh: '限流' }), 11)} ${styled('red', sparkline(throttled, 1, width))}`,
  ];
}

const SIGNS = { added: '+', changed: '~', deleted: '-' } as const;
const COLOURS = { added: 'green', changed: 'yellow', deleted: 'red' } as const;

function changeLines({ changes }: Facts, t: Translate, width: number): string[] {
  if (changes === undefined)
    return [t({ en: 'Its root is a folder: changes go right into it.', zh: '它的根是普通目录：改动直接写进去。' })];
  if (changes.length === 0) return [t({ en: 'Nothing was changed.', zh: '没有改动。' })];
  return changes.flatMap(({ kind, path }) =>
    hardWrap(`${SIGNS[kind]} ${path}`, width).map((line) => styled(COLOURS[kind], line)),
  );
}

function mountLines({ mounts }: Facts, width: number): string[] {
  const target = Math.max(10, Math.min(40, width - 30));
  return mounts.map((mount) =>
    pad(`${pad(mount.target, target)} ${pad(mount.type, 8)} ${mount.options}`, width).trimEnd(),
  );
}
