// The parser of command lines, with a table of flags of every kind.

import { describe, expect, test } from 'vitest';
import { asIs, later, list, parseBoolean, switchOn, toggle, value, valueOr } from '../../src/cli/flag-kinds.ts';
import { parseFlags, UsageError } from '../../src/cli/flags.ts';
import { mistake } from '../mistake.ts';

const TABLE = {
  interactive: toggle('…', { short: 'i' }),
  tty: toggle('…', { short: 't' }),
  rm: toggle('…'),
  proxy: switchOn('…'),
  env: list('NAME=value', '…', asIs, { short: 'e' }),
  name: value('NAME', '…', asIs),
  network: valueOr('MODE', '…', asIs, 'none', { alias: 'net' }),
  number: value(
    'N',
    '…',
    (text) => {
      if (!/^\d+$/.test(text)) throw new Error('no number');
      return Number(text);
    },
    { short: 'n' },
  ),
  explain: {
    argument: 'FORMAT',
    alone: 'text',
    help: '…',
    begin: undefined as string | undefined,
    take: (_: unknown, text: string) => text,
  },
  detach: later('it comes later', { short: 'd' }),
};

const BEGIN = {
  interactive: false,
  tty: false,
  rm: false,
  proxy: true,
  env: [],
  name: undefined,
  network: 'none',
  number: undefined,
  explain: undefined,
  detach: undefined,
};

describe('a command line', () => {
  test.each<[string[], object, string[]]>([
    [[], {}, []],
    [['box'], {}, ['box']],
    [['-i', 'box'], { interactive: true }, ['box']],
    [['-it', 'box'], { interactive: true, tty: true }, ['box']],
    [['-ti'], { interactive: true, tty: true }, []],
    [['--rm', '--interactive', 'box'], { rm: true, interactive: true }, ['box']],
    [['--rm=false', '--rm'], { rm: true }, []],
    [['--rm', '--rm=0'], { rm: false }, []],
    [['--rm', 'false'], { rm: true }, ['false']],
    [['-i=false', 'box'], { interactive: false }, ['box']],
    [['-it=false', 'box'], { interactive: true, tty: false }, ['box']],
    [['--proxy=false'], { proxy: false }, []],
    [['-e', 'A=1', '-eB=2', '-e=C=3', '--env', 'D=4', '--env=E=5'], { env: ['A=1', 'B=2', 'C=3', 'D=4', 'E=5'] }, []],
    [['-ite', 'A=1'], { interactive: true, tty: true, env: ['A=1'] }, []],
    [['-iteA=1', 'x'], { interactive: true, tty: true, env: ['A=1'] }, ['x']],
    [['-e', '-i'], { env: ['-i'] }, []],
    [['--name', '--rm'], { name: '--rm' }, []],
    [['--name='], { name: '' }, []],
    [['--name=a=b'], { name: 'a=b' }, []],
    [['--name', 'a', '--name', 'b'], { name: 'b' }, []],
    [['--name=two\nlines'], { name: 'two\nlines' }, []],
    [['--network', 'host'], { network: 'host' }, []],
    [['--net', 'host'], { network: 'host' }, []],
    [['--net=host'], { network: 'host' }, []],
    [['-n', '5'], { number: 5 }, []],
    [['-n5'], { number: 5 }, []],
    [['-n=5'], { number: 5 }, []],
    [['--explain', 'box'], { explain: 'text' }, ['box']],
    [['--explain=json', 'box'], { explain: 'json' }, ['box']],
    [['box', '-i', '--rm'], {}, ['box', '-i', '--rm']],
    [['-i', '--', '-t', 'box'], { interactive: true }, ['-t', 'box']],
    [['--', '--'], {}, ['--']],
    [['-', '-i'], {}, ['-', '-i']],
    [['', '-i'], {}, ['', '-i']],
  ])('%j', (argv, values, rest) => {
    expect(parseFlags(TABLE, argv)).toEqual({ values: { ...BEGIN, ...values }, rest });
  });

  test('is left as it was', () => {
    const argv = ['-i', 'box'];
    parseFlags(TABLE, argv);
    expect(argv).toEqual(['-i', 'box']);
    expect(TABLE.env.begin).toEqual([]);
  });

  test.each([
    [['--nam', 'x'], 'unknown flag: --nam. Did you mean --name?'],
    [['--nmae=x'], 'unknown flag: --nmae. Did you mean --name?'],
    [['--nett'], 'unknown flag: --nett. Did you mean --net?'],
    [['--something-else'], 'unknown flag: --something-else'],
    [['--toString'], 'unknown flag: --toString'],
    [['--=x'], 'unknown flag: --'],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
    [['-itx'], "unknown shorthand flag: 'x' in -itx"],
    [['--name'], 'flag needs an argument: --name'],
    [['-e'], "flag needs an argument: 'e' in -e"],
    [['-ie'], "flag needs an argument: 'e' in -ie"],
    [['-n', 'x'], 'invalid argument "x" for "-n, --number" flag: no number'],
    [['--number='], 'invalid argument "" for "-n, --number" flag: no number'],
    [['--rm=maybe'], 'invalid argument "maybe" for "--rm" flag: "maybe" is neither true nor false'],
    [['-d'], 'it comes later'],
    [['--detach=true'], 'it comes later'],
  ])('%j is a mistake of the user’s', (argv, sentence) => {
    expect(mistake(() => parseFlags(TABLE, argv))).toBe(sentence);
    expect(() => parseFlags(TABLE, argv)).toThrow(UsageError);
  });

  test('does not hide a mistake of ours', () => {
    const broken = { x: value('X', '…', () => (undefined as unknown as string).length) };
    expect(() => parseFlags(broken, ['--x', '1'])).toThrow(TypeError);
  });
});

test('true and false are what Go reads as such', () => {
  expect(['1', 't', 'T', 'true', 'TRUE', 'True'].map(parseBoolean)).toEqual(Array(6).fill(true));
  expect(['0', 'f', 'F', 'false', 'FALSE', 'False'].map(parseBoolean)).toEqual(Array(6).fill(false));
  for (const text of ['', 'yes', 'no', 'tRUE', '2']) expect(mistake(() => parseBoolean(text))).toContain('neither');
});
