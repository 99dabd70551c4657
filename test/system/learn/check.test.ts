// `slipway check`, as root and as an ordinary user: what is said of an exercise that is solved, unsolved, broken, or wild.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkExercise } from '../../../src/learn/check.ts';
import { homeOf, SLIPWAY, slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { Learner } from './workspaces.ts';

const LESSON = '02-chroot';

describe.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
] as const)('check, as %s', (_, user) => {
  let learner: Learner;
  beforeAll(() => {
    learner = new Learner(user);
  });

  test('fails for the exercise as it is shipped, and says what was seen', async () => {
    const { code, stdout, stderr } = await learner.does('check', '2');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^Checking 02-chroot\/exercise\.ts …$/m);
    expect(stdout).toMatch(/^✗ .*\n {4}seen {5}.*\//m);
    expect(stdout).toContain('`slipway hint 02`');
    expect(learner.progress()).toMatch(/^goal 02-chroot \S+$/m);
  });

  test('passes for the solution, and the lesson is done until it breaks', async () => {
    learner.solve(LESSON);
    const { code, stdout } = await learner.does('check', 'chroot');
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).not.toContain('✗');
    expect(stdout).toContain('02-chroot is done.');
    expect(learner.progress()).toMatch(/^02-chroot done$/m);
    learner.write(LESSON, '');
    expect((await learner.does('check')).code).toBe(1);
    expect(learner.progress()).not.toMatch(/done/);
  });

  test('tells of a failed call: the line, the errno, its meaning, the lesson, in both languages', async () => {
    learner.write(LESSON, "  chroot('/nowhere');");
    const { stdout } = await learner.does('check', '2');
    const lines = readFileSync(learner.file(LESSON), 'utf8').split('\n');
    const line = `02-chroot/exercise.ts:${lines.findIndex((text) => text.includes('/nowhere')) + 1}`;
    expect(stdout).toContain('chroot("/nowhere"): no such file or directory (ENOENT)');
    expect(stdout).toContain('meaning  There is no such folder.');
    expect(stdout).toContain(`where    ${line}`);
    expect(stdout).toContain('lesson   02-chroot');
    const chinese = await learner.does('check', '--lang', 'zh');
    expect(chinese.stdout).toContain('chroot("/nowhere")：没有这个文件或目录 (ENOENT)');
    expect(chinese.stdout).toContain('含义     没有这个目录。');
    expect(chinese.stdout).toContain(`位置     ${line}`);
  });

  test('tells a failure once, although each goal has folders of its own', async () => {
    learner.write(LESSON, "  chroot(rootfs + '/nowhere');");
    const { stdout } = await learner.does('check', '2');
    expect(stdout.match(/ENOENT/g)).toHaveLength(1);
    expect(stdout.match(/as above/g)?.length).toBe((stdout.match(/^✗/gm)?.length ?? 0) - 1);
  });

  test.each([
    ['chroot(rootfs)];', /SyntaxError/],
    ['nochroot();', /ReferenceError: nochroot is not defined/],
    ["throw 'a word';", /Error: a word/],
    ["execve('/nowhere', [], env);", /execve \/nowhere: no such file or directory \(ENOENT\)/],
    ['_exit(3);', /ended with 3 before its command ran/],
    ["execve('/bin/sh', ['sh', '-c', 'kill -9 $$'], env);", /killed by SIGKILL/],
    ["process.kill(-1, 'SIGKILL');", /killed the check itself/],
    ['for (const all = []; ; ) all.push(Buffer.alloc(1 << 24, 1));', /used up the memory|Failed to allocate memory/],
  ])('tells of %s, and shows no stack', async (line, told) => {
    learner.write(LESSON, `  ${line}`);
    const { code, stdout, stderr } = await learner.does('check', '2');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(told);
    expect(stdout).not.toMatch(/^\s+at |mistake in/m);
  });

  test('tells a failure once, though each goal has a folder of its own and some titles take two lines', async () => {
    learner.write(LESSON, '  chroot(rootfs);\n  chdir(rootfs);');
    const { stdout } = await learner.does('check', '2');
    expect(stdout.match(/chdir\("/g)).toHaveLength(1);
    expect(stdout).toContain('begins in the new root');
    expect(stdout.match(/^ {4}as above$/gm)).toHaveLength(5);
  });

  test('says what runs in place of the command', async () => {
    learner.write(LESSON, "  execve('/bin/sleep', ['sleep', '1000'], env);");
    const { stdout } = await learner.does('check', '2');
    expect(stdout).toContain('its command did not run within 10 s; what runs is: sleep 1000');
  });

  test('gives up on a program that hangs, and leaves none of it behind', async () => {
    learner.write(LESSON, '  fork(); for (;;);');
    const { code, stdout } = await learner.does('check', '2');
    expect(code).toBe(1);
    expect(stdout).toContain('its command did not run within');
    expect(stdout.match(/did not run within/g)).toHaveLength(1);
  });

  test('lets no goal pass when a fork bomb has left no process to start the program in', async () => {
    learner.write(LESSON, '  for (;;) fork();');
    const { code, stdout, stderr } = await learner.does('check', '2');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/\(EAGAIN\)|did not run within|was killed/); // which of them, the bomb decides
    expect(stdout).not.toMatch(/✓|mistake in/);
  });

  test('stands a program that prints without end, and shows the last of it, cut to size', async () => {
    const line = "'12345678'.repeat(1 << 10) + '\\n'";
    learner.write(LESSON, `  for (;;) process.getBuiltinModule('node:fs').writeSync(1, ${line});`);
    const { code, stdout, stderr } = await learner.does('check', '2');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toContain('its command did not run within');
    expect(stdout).toMatch(/^ {2}12345678/m);
    expect(stdout.length).toBeLessThan(10_000);
  });

  test('shows what the program printed, and JSON to programs', async () => {
    learner.write(LESSON, "  console.log('here I am');");
    expect((await learner.does('check', '2')).stdout).toMatch(/^Your program printed:\n {2}here I am$/m);
    const { code, stdout } = await learner.does('check', LESSON, '--json', '--lang=zh');
    const said = JSON.parse(stdout);
    expect(code).toBe(1);
    expect(said).toMatchObject({ lesson: LESSON, file: learner.file(LESSON), ok: false });
    expect(said.goals[0]).toMatchObject({ name: 'root', ok: false, title: expect.stringMatching(/根/) });
    expect(said.output).toContain('here I am');
  });

  test('leaves no container behind', async () => {
    expect((await learner.does('ps', '-qa')).stdout).toBe('');
  });
});

describe('a check', () => {
  const before = { ...process.env };
  beforeAll(() => {
    Object.assign(process.env, homeOf());
  });
  afterAll(() => {
    process.env = before;
  });

  test('is ended at its time limit, and told so', async () => {
    const learner = new Learner();
    learner.write(LESSON, "  process.kill(-1, 'SIGSTOP');");
    const { ok, results } = await checkExercise(LESSON, learner.file(LESSON), { seconds: 2 });
    expect(ok).toBe(false);
    expect(results[0]?.seen?.en).toContain('longer than 2 s');
  });

  test('can be called off', async () => {
    const learner = new Learner();
    learner.write(LESSON, '  for (;;);');
    const controller = new AbortController();
    const run = checkExercise(LESSON, learner.file(LESSON), { signal: controller.signal });
    controller.abort(new Error('called off'));
    await expect(run).rejects.toThrow('called off');
    expect(readdirSync(join(homeOf().SLIPWAY_ROOT, 'containers'))).toEqual([]);
  });
});

test('init works where Slipway’s folder is read-only, as it is in the guard', async () => {
  const command = `! touch ${SLIPWAY} 2>/dev/null && ${SLIPWAY} init /tmp/mine && cd /tmp/mine && cat 02-chroot/exercise.ts`;
  for (const user of [undefined, ordinaryUser()]) {
    const { code, stdout } = await slipway(['guard', 'sh', '-c', command], { user });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('TODO') });
  }
});
