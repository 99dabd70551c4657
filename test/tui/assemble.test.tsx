// The switches: what they make, and how they look.

import { beforeAll, describe, expect, test } from 'vitest';
import { toContainerOptions } from '../../src/cli/container-options.ts';
import { parseFlags } from '../../src/cli/flags.ts';
import { RUN_FLAGS } from '../../src/cli/run-flags.ts';
import { AssembleScreen } from '../../src/tui/assemble/assemble-screen.tsx';
import { commandLine, toggled, usualChoice } from '../../src/tui/assemble/choice.ts';
import { cloneFlagsOf, codeOf } from '../../src/tui/assemble/code.ts';
import { MECHANISMS, type MechanismName } from '../../src/tui/assemble/mechanisms.ts';
import { Result } from '../../src/tui/assemble/result.tsx';
import { loadMarkdown } from '../../src/tui/markdown.ts';
import { open } from './app.tsx';
import { KEYS } from './screen.ts';

beforeAll(loadMarkdown);

const PLACE = { name: 'ship', folder: '/rootfs' };

/** Every choice that the switches can be moved to. */
function allChoices(): Set<MechanismName>[] {
  const found = new Map<string, Set<MechanismName>>();
  const visit = (choice: Set<MechanismName>) => {
    const key = [...choice].sort().join();
    if (found.has(key)) return;
    found.set(key, choice);
    for (const { name } of MECHANISMS) visit(new Set(toggled(name, choice)));
  };
  visit(new Set(usualChoice()));
  return [...found.values()];
}

describe('the switches', () => {
  test('make a command line that `run` takes, in every combination', () => {
    const choices = allChoices();
    expect(choices.length).toBe(2 ** (MECHANISMS.length - 1));
    for (const choice of choices) {
      const [, ...words] = commandLine(choice, PLACE);
      const { values, rest } = parseFlags(RUN_FLAGS, words);
      const options = toContainerOptions(values, rest, 'run');
      expect(options.command).toEqual(['sh']);
      expect(options.namespaces.pid).toBe(choice.has('pid') ? 'private' : 'host');
    }
  });

  test('say what `run` does by itself with few flags', () => {
    const words = commandLine(usualChoice(), PLACE).join(' ');
    expect(words).toBe('run --rm -it --name ship --memory 64m --cpus 0.5 --pids-limit 64 box sh');
  });

  test.each([
    [['root', 'overlay'], 'box'],
    [['root'], '--rootfs /rootfs'],
    [['overlay'], '--machine'],
    [[], '--rootfs /'],
  ] as const)('choose the root: %j makes %s', (names, words) => {
    const off = MECHANISMS.flatMap((mechanism) => mechanism.without).join(' ');
    expect(commandLine(new Set(names), PLACE).join(' ')).toBe(`run --rm -it --name ship ${off} ${words} sh`);
  });

  test('quote code that is there, in both languages', () => {
    for (const mechanism of MECHANISMS) {
      for (const language of ['en', 'zh'] as const) {
        expect(codeOf(mechanism, usualChoice(), (text) => text[language])).toContain(mechanism.lesson);
      }
    }
  });

  test('name the flags of clone3', () => {
    expect(cloneFlagsOf(new Set(['mnt', 'pid', 'cgroup']))).toBe('CLONE_NEWNS | CLONE_NEWPID');
  });
});

describe('the assemble screen', () => {
  test('switches a mechanism off, and shows what follows', async () => {
    await using screen = open(<AssembleScreen />);
    for (let steps = 0; steps < 3; steps++) await screen.press(KEYS.down);
    expect(screen.frame()).toContain('❯ [x] PID namespace');
    expect(screen.frame()).not.toContain('--pid host');
    await screen.press(' ');
    expect(screen.frame()).toContain('❯ [ ] PID namespace');
    expect(screen.frame()).toMatch(/\$ slipway run .*--pid host/);
    expect(screen.frame()).toContain('Left out: ps shows every process');
    await screen.press('u');
    expect(screen.frame()).toContain('❯ [x] PID namespace');
  });

  test('takes keys that come all at once', async () => {
    await using screen = open(<AssembleScreen />);
    await screen.press(`${KEYS.down.repeat(3)} `);
    await screen.shows('❯ [ ] PID namespace');
    await screen.press('jj j\r');
    await screen.shows('❯ [ ] network namespace');
    expect(screen.frame()).toContain('[ ] IPC namespace');
  });

  test('leaves alone what is always there', async () => {
    await using screen = open(<AssembleScreen />, { language: 'zh' });
    await screen.press(' ');
    expect(screen.frame()).toContain('❯ [x] 挂载 namespace（始终）');
  });

  test.each([
    [80, 24],
    [120, 40],
    [200, 60],
  ])('fits %i columns and %i rows', async (columns, rows) => {
    await using screen = open(<AssembleScreen />, { columns, rows });
    expect(screen.lines().length).toBe(rows);
    expect(screen.frame()).toContain('[x] a seccomp filter');
  });
});

describe('the table after a visit', () => {
  const visit = {
    exitCode: 0,
    said: 'slipway: a limit is left out\n',
    findings: [
      {
        name: 'pid',
        inside: { en: 'pid:[1]', zh: 'pid:[1]' },
        outside: { en: 'pid:[2]', zh: 'pid:[2]' },
        isIsolated: true,
      },
      {
        name: 'uts',
        inside: { en: 'uts:[3]', zh: 'uts:[3]' },
        outside: { en: 'uts:[3]', zh: 'uts:[3]' },
        isIsolated: false,
      },
    ] as const,
  };
  const table = (changes = {}) => (
    <Result visit={{ ...visit, findings: [...visit.findings], ...changes }} back={() => {}} again={() => {}} />
  );

  test.each(['en', 'zh'] as const)('shows what was isolated and what was not (%s)', async (language) => {
    await using screen = open(table(), { language });
    expect(screen.frame()).toMatchSnapshot();
  });

  test('is sentences in plain mode', async () => {
    await using screen = open(table(), { isPlain: true });
    expect(screen.frame()).toMatchSnapshot();
  });

  test('says why a container did not start', async () => {
    await using screen = open(table({ findings: undefined, exitCode: 125, said: 'slipway: no such image\n' }));
    expect(screen.frame()).toContain('It did not start (exit code 125).');
    expect(screen.frame()).toContain('slipway: no such image');
    await using short = open(table({ findings: undefined, exitCode: 0 }));
    expect(short.frame()).toContain('It ended before it could be looked at (exit code 0).');
  });
});
