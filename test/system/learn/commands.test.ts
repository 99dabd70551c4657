// The other commands of the course: hint, skip, reset, watch, and what is said outside of a workspace.

import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { shippedFile } from '../../../src/learn/workspace.ts';
import { Pty } from '../pty.ts';
import { homeOf, SLIPWAY, scratch, slipway } from '../slipway.ts';
import { until } from '../until.ts';
import { ordinaryUser } from '../users.ts';
import { processesWith } from './host.ts';
import { Learner } from './workspaces.ts';

const LESSON = '02-chroot';
const read = (file: string) => readFileSync(file, 'utf8');

describe('hint', () => {
  test('shows one more each time; the last is the solution', async () => {
    const learner = new Learner();
    const first = await learner.does('hint', '2');
    const total = Number(/^1\/(\d+) /m.exec(first.stdout)?.[1]);
    expect(first.stdout).not.toMatch(/^2\//m);
    for (let tier = 2; tier <= total; tier++) {
      const { stdout } = await learner.does('hint', LESSON);
      expect(stdout.match(/^\d+\/\d+ {2}/gm)).toHaveLength(tier);
      expect(stdout.includes('chroot(rootfs);')).toBe(tier === total);
    }
    expect((await learner.does('hint', '2', '--lang', 'zh')).stdout).toContain('没有更多提示了。');
  });
});

describe('skip', () => {
  test('leaves a lesson out', async () => {
    const learner = new Learner();
    const { code } = await learner.does('skip', '2');
    expect(code).toBe(0);
    expect(learner.progress()).toMatch(/^02-chroot skipped$/m);
  });

  test('goes on from one that is done, which stays so', async () => {
    const learner = new Learner();
    writeFileSync(join(learner.workspace, 'progress.txt'), '01-process done\ncurrent 01-process\n');
    expect(await learner.does('skip')).toMatchObject({ stdout: '01-process is done already. Now: 02-chroot\n' });
    expect(learner.progress()).toMatch(/^01-process done$/m);
  });
});

describe('reset', () => {
  test('asks in a terminal, and does what is answered', async () => {
    const learner = new Learner();
    learner.solve(LESSON);
    for (const [answer, expected] of [
      ['n', 1],
      ['y', 0],
    ] as const) {
      const kept = read(learner.file(LESSON));
      await using terminal = new Pty(['reset', '2'], undefined, { cwd: learner.workspace });
      await terminal.shows('[y/N]');
      await terminal.type(`${answer}\n`);
      expect(await terminal.ended).toBe(expected);
      expect(read(learner.file(LESSON))).toBe(answer === 'n' ? kept : read(shippedFile(LESSON)));
    }
  });

  test('without a terminal wants --yes', async () => {
    const learner = new Learner();
    learner.solve(LESSON);
    expect(await learner.does('reset', '2')).toMatchObject({ code: 125, stderr: expect.stringContaining('--yes') });
    expect(await learner.does('reset', '2', '--yes')).toMatchObject({ code: 0, stderr: '' });
    expect(read(learner.file(LESSON))).toBe(read(shippedFile(LESSON)));
  });
});

describe('watch', () => {
  test('checks at once, and again at each save, however the editor does it', async () => {
    const learner = new Learner();
    const file = learner.file(LESSON);
    await using watch = learner.starts('watch', '2');
    await watch.says(/Checking.*✗.*Waiting/s);
    watch.stdout = '';
    learner.solve(LESSON);
    await watch.says(/Checking.*✓.*done.*Waiting/s);
    watch.stdout = '';
    writeFileSync(`${file}.new`, read(shippedFile(LESSON)));
    renameSync(`${file}.new`, file);
    await watch.says(/Checking.*✗.*Waiting/s);
    expect(learner.progress()).not.toContain('done');
    watch.stdout = '';
    rmSync(file);
    learner.solve(LESSON);
    await watch.says(/Checking.*✓.*Waiting/s);
  });

  test('hears of no file but the current one', async () => {
    const learner = new Learner();
    await using watch = learner.starts('watch', '2');
    await watch.says('Waiting');
    watch.stdout = '';
    writeFileSync(`${learner.file(LESSON)}~`, 'x');
    writeFileSync(`${learner.workspace}/02-chroot/notes.txt`, 'x');
    learner.solve(LESSON);
    await watch.says('Waiting');
    expect(watch.stdout.match(/Checking/g)).toHaveLength(1);
  });

  test('checks what was saved during a check when that has ended', async () => {
    const learner = new Learner();
    await using watch = learner.starts('watch', '2');
    await watch.says('Checking');
    learner.solve(LESSON);
    await watch.says(/✓.*Waiting/s);
  });
});

describe('a check', () => {
  test('is made where progress cannot be written, too', async () => {
    const learner = new Learner();
    learner.solve(LESSON);
    const readOnly = 'mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"; cd "$1"; exec "$2" check 2';
    const words = ['--mount', 'sh', '-c', readOnly, 'sh', learner.workspace, SLIPWAY];
    const { status, stdout, stderr } = spawnSync('unshare', words, {
      encoding: 'utf8',
      env: { ...process.env, ...homeOf() },
    });
    expect(stderr).toMatch(/^slipway: .*progress\.txt cannot be written: EROFS/);
    expect(stdout).toContain('02-chroot is done.');
    expect(status).toBe(0);
  });

  test('that is killed leaves nothing behind', async () => {
    const learner = new Learner();
    learner.write(LESSON, '  for (;;);');
    await using check = learner.starts('check', '2');
    await until('the exercise to run', () => processesWith(learner.file(LESSON)).length > 1);
    check.child.kill('SIGKILL');
    await until('all of it to be gone', () => processesWith(learner.file(LESSON)).length === 0);
    const containers = join(homeOf().SLIPWAY_ROOT, 'containers');
    await until('the guard to be gone', () => readdirSync(containers).length === 0);
  });
});

describe('with sudo', () => {
  test('what root writes in a learner’s workspace is the learner’s', async () => {
    const user = ordinaryUser();
    const learner = new Learner(user);
    rmSync(dirname(learner.file(LESSON)), { recursive: true });
    for (const words of [
      ['init', '.'],
      ['skip', LESSON],
      ['reset', '3', '--yes'],
    ]) {
      expect(await slipway(words, { cwd: learner.workspace })).toMatchObject({ code: 0, stderr: '' });
    }
    const written = ['progress.txt', LESSON, `${LESSON}/exercise.ts`, '03-namespaces/exercise.ts'];
    expect(written.map((path) => statSync(join(learner.workspace, path)).uid)).toEqual(written.map(() => user.uid));
    expect(await learner.does('hint')).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('an exercise that cannot be read', () => {
  test('is no mistake of the check’s', async () => {
    const learner = new Learner(ordinaryUser());
    chmodSync(learner.file(LESSON), 0o000); // root's
    const { code, stderr } = await learner.does('check', '2');
    expect(code).toBe(125);
    expect(stderr).toContain(`${learner.file(LESSON)}: permission denied (EACCES)`);
  });
});

describe('outside of a workspace', () => {
  test.each(['check', 'hint', 'watch', 'skip'])('%s says how to make one', async (command) => {
    const { code, stderr } = await slipway([command], { cwd: scratch('elsewhere') });
    expect(code).toBe(125);
    expect(stderr).toContain('slipway init DIR');
    const chinese = await slipway([command], { cwd: scratch('elsewhere'), env: { LANG: 'zh_CN.UTF-8' } });
    expect(chinese.stderr).toContain('不是课程的工作区');
  });

  test('a word for no lesson is the user’s mistake', async () => {
    const learner = new Learner();
    expect(await learner.does('check', 'chrot')).toMatchObject({
      code: 125,
      stderr: 'slipway: there is no lesson "chrot". Did you mean chroot?\n',
    });
  });
});
