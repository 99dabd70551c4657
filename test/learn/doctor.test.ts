// The doctor's judgements, where they need no kernel: what is said of a setting, a version, a distribution, a script.

import { describe, expect, test } from 'vitest';
import { judge } from '../../src/learn/doctor/kernel.ts';
import { commandsOf, lessonsThatRun } from '../../src/learn/doctor/lessons.ts';
import { familyOf, KNOWN, packageOf } from '../../src/learn/doctor/packages.ts';
import { programsIn } from '../../src/learn/doctor/programs.ts';
import { explain } from '../../src/learn/doctor/user-namespaces.ts';
import { lessonNames } from '../../src/learn/lesson.ts';

test.each([
  ['4.19.0-27-amd64', 'bad'],
  ['5.4.0', 'bad'],
  ['5.11.22', 'bad'],
  ['5.12.0', 'good'],
  ['5.15.167.4-microsoft-standard-WSL2', 'good'],
  ['6.1.0-41-cloud-amd64', 'good'],
  ['10.0', 'good'],
])('a kernel %s is %s', (version, state) => {
  expect(judge(version).state).toBe(state);
});

describe('user namespaces that are refused', () => {
  const refusal = { code: 'EPERM', message: 'unshare(CLONE_NEWUSER): operation not permitted (EPERM)' };

  test.each([
    ['user.max_user_namespaces', 0, 'user.max_user_namespaces=15000'],
    ['kernel.unprivileged_userns_clone', 0, 'kernel.unprivileged_userns_clone=1'],
    ['kernel.apparmor_restrict_unprivileged_userns', 1, 'kernel.apparmor_restrict_unprivileged_userns=0'],
  ])('are explained by %s = %d', (name, is, shall) => {
    const { seen, command } = explain(refusal, { [name]: is });
    for (const text of [seen.en, seen.zh]) expect(text).toContain(name);
    expect(command).toMatch(/^(sudo )?sysctl -w /);
    expect(command).toContain(shall);
  });

  test('while every setting allows them, are told with what the kernel said', () => {
    const settings = {
      'user.max_user_namespaces': 1000,
      'kernel.unprivileged_userns_clone': 1,
      'kernel.apparmor_restrict_unprivileged_userns': 0,
    };
    const { seen, command } = explain(refusal, settings);
    expect(seen.en).toContain('EPERM');
    expect(command).toBeUndefined();
  });
});

describe('packages', () => {
  test.each([
    ['ID=debian\n', 'debian'],
    ['NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n', 'debian'],
    ['ID=fedora\n', 'fedora'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'fedora'],
    ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', 'suse'],
    ['ID=arch\n', 'arch'],
    ['ID=alpine\n', undefined],
  ])('of %j are those of %s', (text, family) => {
    expect(familyOf(text)).toBe(family);
  });

  test.each([
    ['ldd', 'libc-bin', 'glibc-common', 'glibc', 'glibc'],
    ['ip', 'iproute2', 'iproute', 'iproute2', 'iproute2'],
    ['ps', 'procps', 'procps-ng', 'procps', 'procps-ng'],
    ['newuidmap', 'uidmap', 'shadow-utils', 'shadow', 'shadow'],
    ['ls', 'coreutils', 'coreutils', 'coreutils', 'coreutils'],
  ])('with %s have the names of each distribution', (program, ...names) => {
    expect((['debian', 'fedora', 'suse', 'arch'] as const).map((family) => packageOf(program, family))).toEqual(names);
  });

  test('are known for every program once', () => {
    expect(KNOWN.length).toBe(new Set(KNOWN).size);
    expect(KNOWN).not.toContain('');
  });
});

describe('programs of a script', () => {
  test('are its words, and not parts of words', () => {
    expect(programsIn('ldd /bin/ls | grep -o x')).toEqual(['grep', 'ldd']);
    expect(programsIn('echo "$(ip -br link)"; unshare --net sh')).toEqual(['unshare', 'ip']);
    expect(programsIn('skip unshared grepped')).toEqual([]);
  });

  test('of a lesson are those of the scripts that it calls, too', () => {
    expect(programsIn(commandsOf('04-pivot-root'))).toContain('ldd'); // make-root.sh
    expect(lessonsThatRun(/type veth/)).toContain('03-namespaces');
  });

  /** What a shell has by itself, what is ours, and what a lesson goes without where it is missing. */
  const OTHERS =
    /^(sh|slipway|slipway-oci|podman|cd|echo|exec|kill|until|do|done|for|in|if|then|else|fi|case|esac|while|trap|wait|\[|:|\.|exit|export|read|set|true|false|test|printf|local|return|shift|break|continue|command|import)$/;

  /** The first word of each command, without arithmetic and without the functions that the script defines. */
  function commandsIn(script: string): string[] {
    const first = /(?:^|[;|&(]|\bdo\b|\bthen\b)\s*([a-z][a-z0-9_-]*)(?=\s|$)/gm;
    const plain = script.replaceAll(/\$\(\(.*?\)\)/g, '');
    const words = [...plain.matchAll(first)].map(([, word = '']) => word);
    return words.filter((word) => !plain.includes(`${word}() {`));
  }

  test.each(lessonNames())('are known in %s', (lesson) => {
    const unknown = commandsIn(commandsOf(lesson)).filter((word) => !KNOWN.includes(word) && !OTHERS.test(word));
    expect([...new Set(unknown)]).toEqual([]);
  });
});
