// D2: once init is in the container's root it opens what it has business with, and loads nothing: neither a library nor a
// file of Node's own, which the image could have put there (CVE-2019-14271).

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SLIPWAY, scratch, spawnOptions } from '../slipway.ts';
import { type Call, readStrace } from '../strace.ts';
import { lacksStrace } from './held.ts';
import { idle } from './idle.ts';

/** What init may open inside. */
const ITS_BUSINESS = [
  /^\/$/,
  /^\.$/,
  /^\/dev\/(null|console|pts\/ptmx)$/,
  /^\/etc\/(passwd|group)$/,
  /^\/proc\/self\/(setgroups|fd\/\d+)$/,
  /^\/proc\/sys\/net\/ipv4\/(ping_group_range|ip_unprivileged_port_start)$/,
  /^\/(proc|sys)\/[\w/-]+$/, // masked and read-only paths, which are opened to be covered
];

/** The paths that the process which is last in the container opens there, before its execve. */
function openedInside(args: string[]): string[] {
  const file = join(scratch('strace'), 'calls');
  const calls = 'trace=open,openat,openat2,execve,execveat,pivot_root';
  const strace = ['-ff', '-s', '4096', '-e', calls, '-o', file, SLIPWAY, ...args];
  const { status, stderr } = spawnSync('strace', strace, { ...spawnOptions({}), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const isOfImage = ({ args: words }: Call) => words.includes('"/etc/passwd"') && words.includes('resolve');
  const inside = [...readStrace(file).values()].filter((each) => each.some(isOfImage));
  expect(inside).toHaveLength(1);
  const all = inside[0] ?? [];
  const begin = all.findIndex(({ call }) => call === 'pivot_root') + 1; // exec's has been cloned in the root: 0
  const program = all.findIndex(
    ({ call, result }, index) => index >= begin && call.startsWith('execve') && result === 0,
  );
  return all
    .slice(begin, program)
    .filter(({ call }) => call.startsWith('open'))
    .map(({ args: words }) => /"((?:[^"\\]|\\.)*)"/.exec(words)?.[1] ?? words);
}

const foreign = (paths: string[]) => paths.filter((path) => !ITS_BUSINESS.some((pattern) => pattern.test(path)));

describe.skipIf(lacksStrace)('D2: inside the root nothing is loaded', () => {
  test.each([
    ['run', ['run', '--rm', 'box', 'true']],
    ['run with a terminal', ['run', '--rm', '-t', '-u', 'nobody', 'box', 'true']],
    ['exec', ['exec', 'd2', 'true']],
    ['exec with a terminal', ['exec', '-t', '-u', 'nobody', 'd2', 'true']],
  ])('by %s', async (_, args) => {
    await using _box = await idle('d2');
    const paths = openedInside(args);
    expect(paths).toContain('/etc/passwd');
    expect(foreign(paths)).toEqual([]);
  });
});
