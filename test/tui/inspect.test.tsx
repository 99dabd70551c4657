// Running containers: use over time, and how it is shown.

import { describe, expect, test } from 'vitest';
import { type Facts, parseMounts } from '../../src/tui/inspect/facts.ts';
import { type Sample, sampleOf, sparkline } from '../../src/tui/inspect/history.ts';
import { Inspected } from '../../src/tui/inspect/inspect-screen.tsx';
import { open } from './app.tsx';
import { KEYS } from './screen.ts';

const STATS = {
  cpu: { usageNs: 1e9, byProcessorNs: [], userNs: 0, systemNs: 0, periods: 100, throttledPeriods: 50, throttledNs: 0 },
  memory: { bytes: 32 << 20, peakBytes: 48 << 20, limitBytes: 64 << 20, inactiveFileBytes: 0, oomKills: 1, stat: {} },
  pids: { current: 3, limit: Number.POSITIVE_INFINITY },
  io: { readBytes: 0, writeBytes: 0, reads: 0, writes: 0 },
};

const FACTS: Facts = {
  id: '0123456789ab',
  name: 'brave_tern',
  image: 'box',
  command: 'sh',
  pid: 42,
  namespaces: [
    { kind: 'pid', inside: 'pid:[4026532178]', isShared: false },
    { kind: 'net', inside: 'net:[4026531833]', isShared: true },
  ],
  stats: STATS,
  cpus: 0.5,
  mounts: [{ target: '/', type: 'overlay', options: 'rw,relatime' }],
  changes: [
    { path: '/etc/motd', kind: 'added' },
    { path: '/bin/ls', kind: 'deleted' },
  ],
  atMs: 1000,
};

const SAMPLES: Sample[] = [0, 0.25, 0.5].map((cpus) => ({ cpus, throttled: cpus, memoryBytes: 32 << 20, pids: 3 }));
const inspected = (containers: readonly Facts[] = [FACTS]) => (
  <Inspected containers={containers} histories={{ [FACTS.id]: SAMPLES }} look={() => {}} />
);

describe('use', () => {
  test('is what has been counted between two looks', () => {
    const later = {
      ...FACTS,
      atMs: 2000,
      stats: { ...STATS, cpu: { ...STATS.cpu, usageNs: 1.5e9, periods: 110, throttledPeriods: 55 } },
    };
    expect(sampleOf(FACTS, later)).toEqual({ cpus: 0.5, throttled: 0.5, memoryBytes: 32 << 20, pids: 3 });
    expect(sampleOf(undefined, FACTS)).toMatchObject({ cpus: 0 });
    expect(sampleOf(FACTS, { ...FACTS, stats: undefined })).toBeUndefined();
  });

  test('is drawn in columns, the newest at the right', () => {
    expect(sparkline([0, 0.25, 0.5, 9], 0.5, 6)).toBe('   ▄██');
    expect(sparkline([1, 2, 3], 0, 3)).toBe('   ');
  });
});

test('mounts are read by their fields', () => {
  expect(parseMounts('36 35 98:0 /a /mnt rw,noatime master:1 - ext3 /dev/root rw\n')).toEqual([
    { target: '/mnt', options: 'rw,noatime', type: 'ext3' },
  ]);
});

describe('the inspect screen', () => {
  test.each(['en', 'zh'] as const)('shows limits against use (%s)', async (language) => {
    await using screen = open(inspected(), { language });
    expect(screen.frame()).toMatchSnapshot();
  });

  test('turns to namespaces, changes and mounts', async () => {
    await using screen = open(inspected());
    await screen.press(KEYS.right);
    expect(screen.frame()).toContain('✗ shared with the host');
    await screen.press(KEYS.right);
    expect(screen.frame()).toContain('- /bin/ls');
    await screen.press(KEYS.right);
    expect(screen.frame()).toMatch(/\/ +overlay +rw,relatime/);
    await screen.press(KEYS.right);
    expect(screen.frame()).toContain('[limits and use]');
  });

  test('shows everything at once on a large terminal', async () => {
    await using screen = open(inspected(), { columns: 200, rows: 60 });
    expect(screen.frame()).toMatch(/throttled 50[\s\S]*pid:\[4026532178\][\s\S]*\+ \/etc\/motd[\s\S]*overlay/);
  });

  test('chooses among several', async () => {
    await using screen = open(inspected([FACTS, { ...FACTS, id: 'ffff00000000', stats: undefined }]));
    await screen.press(KEYS.down);
    expect(screen.frame()).toContain('❯ ffff00000000');
    expect(screen.frame()).toContain('It has no cgroup of its own');
  });

  test('says what went wrong, and keeps its head', async () => {
    await using screen = open(
      <Inspected containers={[FACTS]} histories={{}} look={() => {}} failure={'a reason '.repeat(20)} />,
    );
    expect(screen.lines()[0]).toContain('Inspect');
    expect(screen.lines()[2]).toMatch(/^ a reason .*…$/);
  });

  test('says nothing before the first look', async () => {
    await using screen = open(<Inspected containers={undefined} histories={{}} look={() => {}} />);
    expect(screen.frame()).not.toContain('No container');
  });

  test('says how to get a container when none runs', async () => {
    await using screen = open(inspected([]));
    expect(screen.frame()).toContain('slipway run -it box sh');
  });
});
