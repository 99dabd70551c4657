// The conformance suite: it lets pass what runs containers as it should, and catches what does not, each by its own goal.

import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { assemble } from '../../../src/chroot/assemble.ts';
import { planBox } from '../../../src/chroot/box-plan.ts';
import { conform } from '../../../src/learn/conform/conform.ts';
import { CONFORM_GOALS } from '../../../src/learn/conform/goals.ts';
import { HOME } from '../../../src/learn/home.ts';
import { solutionFile } from '../../../src/learn/workspace.ts';
import { homeOf, scratch, slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { BROKEN, type Change, IMPORTS } from './broken-runs.ts';

Object.assign(process.env, homeOf());
const SOLUTION = solutionFile('09-run');
const NAMES = CONFORM_GOALS.map(({ name }) => name);

const PROGRAMS = {
  slipway: ['slipway', 'run', '--rm', '-i', '--rootfs', '{}:O'],
  'the solution of lesson 09': [SOLUTION, 'run'],
};

describe.each(Object.entries(PROGRAMS))('%s', (_, command) => {
  test('reaches every goal as root', async () => {
    const { code, stdout } = await slipway(['conform', '--all', '--json', '--', ...command]);
    const { ok, goals } = JSON.parse(stdout);
    expect(goals.filter((goal: { ok: boolean }) => !goal.ok)).toEqual([]);
    expect(goals.map(({ name }: { name: string }) => name)).toEqual(NAMES);
    expect([code, ok]).toEqual([0, true]);
  });

  test('reaches every goal as an ordinary user, who has no cgroup to limit', async () => {
    const { code, stdout } = await slipway(['conform', '--json', '--', ...command], { user: ordinaryUser() });
    const { goals } = JSON.parse(stdout) as { goals: { name: string; ok: boolean; leftOut?: string }[] };
    expect(goals.filter(({ ok }) => !ok)).toEqual([]);
    expect(goals.filter(({ leftOut }) => leftOut).map(({ name }) => name)).toEqual(['memory', 'pids', 'cpu']);
    expect(code).toBe(0);
  });
});

/** A program made of the solution by these changes. */
function programWith(changes: readonly Change[]): string {
  const folder = scratch('broken');
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(HOME, join(folder, 'node_modules/slipway'));
  const text = changes.reduce(exchange, readFileSync(SOLUTION, 'utf8'));
  writeFileSync(join(folder, 'my-run.ts'), text + IMPORTS);
  return join(folder, 'my-run.ts');
}

function exchange(text: string, [old, by]: Change): string {
  expect(text.split(old), `"${old}" stands once in the solution`).toHaveLength(2);
  return text.replace(old, () => by);
}

async function missed(command: readonly string[], image?: string): Promise<string[]> {
  const results = await conform(command, { times: 1, image });
  expect(results.filter(({ ours }) => ours)).toEqual([]);
  return results.filter(({ ok }) => !ok).map(({ goal }) => goal);
}

describe('a program that is broken on purpose is caught by its goal alone', () => {
  test.each(Object.entries(BROKEN))('%s', async (goal, changes) => {
    expect(await missed([programWith(changes), 'run'])).toEqual([goal]);
  });

  test('binary', async () => {
    const script = join(scratch('wrapper'), 'my-run');
    writeFileSync(
      script,
      `#!/bin/bash\nexec > >(stdbuf -o0 tr -d '\\377')\nexec ${HOME}/scripts/node.sh ${SOLUTION} "$@"\n`,
    );
    chmodSync(script, 0o755);
    expect(await missed([script, 'run'])).toEqual(['binary']);
  });

  test('for each goal there is one', () => {
    expect([...Object.keys(BROKEN), 'binary'].toSorted()).toEqual(NAMES.toSorted());
  });
});

describe('a program that takes an image', () => {
  const words = ['conform', '--json', '--image', 'box', '--', 'slipway', 'run', '--rm', '-i'];

  test.each([
    ['root', undefined],
    ['an ordinary user', ordinaryUser()],
  ])('can reach every goal, as %s', async (_, user) => {
    const { code, stdout } = await slipway(words, { user });
    const { goals } = JSON.parse(stdout) as { goals: { name: string; ok: boolean; leftOut?: string }[] };
    expect(goals.map(({ name }) => name)).toEqual(NAMES);
    expect(goals.filter(({ ok }) => !ok)).toEqual([]);
    expect(goals.filter(({ leftOut }) => leftOut).map(({ name }) => name)).toEqual(
      user ? ['memory', 'pids', 'cpu'] : [],
    );
    expect(code).toBe(0);
  });

  test.each([['whiteout'], ['root'], ['escape']])('is caught when it breaks %s', async (goal) => {
    expect(await missed([programWith(BROKEN[goal] ?? []), 'run'], folderImage())).toEqual([goal]);
  });

  test('is caught when it leaves the root of the machine', async () => {
    expect(await missed(['chroot'], '/')).toEqual(expect.arrayContaining(['root', 'whiteout']));
  });
});

/** What the solution's `run` takes for an image: a folder that is the same for all of its containers. */
function folderImage(): string {
  const folder = mkdtempSync('/var/tmp/slipway-image-'); // not in /tmp, of which the guard has its own
  images.push(folder);
  assemble(folder, planBox({}).entries);
  return folder;
}

const images: string[] = [];
afterAll(() => {
  for (const folder of images) rmSync(folder, { recursive: true });
});

describe('slipway conform', () => {
  test('leaves out what the program has no option for, and with --all is not content with that', async () => {
    const program = programWith([
      ["volume: list('SOURCE", "bind: list('SOURCE"],
      ['of values.volume)', 'of values.bind)'],
      [", { short: 'v' }", ''],
    ]);
    const { code, stdout } = await slipway(['conform', '--lang', 'zh', '--', program, 'run']);
    expect(stdout).toMatch(/^– .*（-v 来源:目标） ?（没有问：/m);
    expect(code).toBe(0);
    expect((await slipway(['conform', '--all', '--', program, 'run'])).code).toBe(1);
  });

  test('asks every goal of a program whose child fails, and tells of its error', async () => {
    const program = programWith([['  pivot(root);', "  throw new Error('no way');"]]);
    const results = await conform([program, 'run'], { times: 1 });
    expect(results.filter(({ report }) => !report?.message.includes('no way')).map(({ goal }) => goal)).toEqual([]);
  });

  test('says in a sentence that there is no such program', async () => {
    const { code, stderr } = await slipway(['conform', '--', 'no-such-program', 'run']);
    expect(stderr).toBe('slipway: there is no program "no-such-program"\n');
    expect(code).toBe(125);
  });

  test('knows chroot for a program of this shape, and for less than a container', async () => {
    const { code, stdout } = await slipway(['conform', '--json', '--', 'chroot']);
    const { goals } = JSON.parse(stdout) as { goals: { name: string; ok: boolean }[] };
    const reached = goals.filter(({ ok }) => ok).map(({ name }) => name);
    expect(reached).toEqual(expect.arrayContaining(['exit-code', 'streams', 'stdin', 'binary', 'root', 'processes']));
    const missed = goals.filter(({ ok }) => !ok).map(({ name }) => name);
    expect(missed).toEqual(['mnt', 'uts', 'ipc', 'pid', 'net', 'cgroup', 'dev', 'user', 'whiteout']);
    expect(code).toBe(1);
  });

  test('does not blame an option for a program that runs nothing', async () => {
    const { stdout } = await slipway(['conform', '--json', '--', 'false']);
    const { goals } = JSON.parse(stdout) as { goals: { name: string; leftOut?: string; seen?: string }[] };
    expect(goals.find(({ name }) => name === 'volume')).toMatchObject({
      seen: expect.stringContaining('ended with 1'),
    });
    expect(goals.filter(({ leftOut }) => leftOut)).toEqual([]);
  });

  test('tells of a program that does nothing at all', async () => {
    const { code, stdout } = await slipway(['conform', '--', 'true']);
    expect(stdout).toMatch(/^✗ its command is PID 1$/m);
    expect(code).toBe(1);
  });
});
