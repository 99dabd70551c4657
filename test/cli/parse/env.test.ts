// -e, --env-file and --label-file.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseEnv, readEnvFile, readLabelFile } from '../../../src/cli/parse/env.ts';
import { mistake } from '../../mistake.ts';

const OURS = { PASSED: 'through', EMPTY: '' };

const folder = mkdtempSync(join(tmpdir(), 'slipway-env-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Buffer): string {
  const path = join(folder, 'file');
  writeFileSync(path, content);
  return path;
}

describe('-e', () => {
  test.each([
    ['A=1', 'A=1'],
    ['A=', 'A='],
    ['A=b=c', 'A=b=c'],
    ['A= spaces and\nlines ', 'A= spaces and\nlines '],
    ['PASSED', 'PASSED=through'],
    ['EMPTY', 'EMPTY='],
    ['ABSENT', 'ABSENT'], // takes the image's away
    ['odd name=1', 'odd name=1'],
  ])('%j is %j', (text, entry) => {
    expect(parseEnv(text, OURS)).toBe(entry);
  });

  test.each(['', '=', '=x', 'A=\0'])('%j is refused', (text) => {
    expect(mistake(() => parseEnv(text, OURS))).toBe(`invalid environment variable: ${text}. Write it as NAME=value`);
  });
});

describe('a file of variables', () => {
  test.each<[string, string | Buffer, string[]]>([
    ['is empty', '', []],
    ['has a line each', 'A=1\nB=2\n', ['A=1', 'B=2']],
    ['has no end of line at its end', 'A=1', ['A=1']],
    ['has lines as Windows has them', 'A=1\r\nB=2\r\n', ['A=1', 'B=2']],
    ['begins with a byte order mark', '\uFEFFA=1\n', ['A=1']],
    ['has comments and empty lines', '# no\n\n  # neither\nA=1 # but this\n', ['A=1 # but this']],
    ['has spaces before a name, and in a value', '  A= x  \n', ['A= x  ']],
    ['has quotes, which mean nothing', 'A="x y"\n', ['A="x y"']],
    ['has names alone', 'PASSED\nABSENT\n', ['PASSED=through']],
    ['has values with =', 'A=b=c\n', ['A=b=c']],
  ])('%s', (_, content, entries) => {
    expect(readEnvFile(fileOf(content), OURS)).toEqual(entries);
  });

  test.each<[string, string | Buffer, RegExp]>([
    ['a line without a name', '=x\n', /^invalid file \(.*\): no variable name on line '=x'$/],
    ['a space in a name', 'A B=x\n', /^invalid file \(.*\): variable 'A B' contains whitespaces$/],
    ['a space behind a name', 'A =x\n', /^invalid file \(.*\): variable 'A ' contains whitespaces$/],
    ['bytes that are no text', Buffer.from([0x41, 0x3d, 0xff]), /^the file .* contains invalid utf8 bytes$/],
  ])('may not have %s', (_, content, sentence) => {
    expect(mistake(() => readEnvFile(fileOf(content), OURS))).toMatch(sentence);
  });

  test('has to be there', () => {
    expect(mistake(() => readEnvFile('/no/such', OURS))).toBe('there is no such file or folder');
    expect(mistake(() => readEnvFile('/tmp', OURS))).toBe('it is a folder');
  });
});

test('a file of labels takes nothing from our environment', () => {
  expect(readLabelFile(fileOf('# labels\nname=value\nPASSED\nurl=a=b\n'))).toEqual([
    ['name', 'value'],
    ['PASSED', ''],
    ['url', 'a=b'],
  ]);
});
