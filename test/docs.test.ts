// The documents: their links lead somewhere, the commands they name exist, and both languages say the same.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findCommand } from '../src/cli/commands.ts';

const repository = resolve(import.meta.dirname, '..');
const files = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(repository, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);

function read(file: string): string {
  return readFileSync(join(repository, file), 'utf8');
}

describe.each(files)('%s', (file) => {
  test('has links that lead to files', () => {
    const targets = [...read(file).matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, target = '']) => target);
    const local = targets.filter((target) => !/^https?:/.test(target));
    expect(local.filter((target) => !existsSync(join(repository, dirname(file), target)))).toEqual([]);
  });

  test('names commands that there are', () => {
    const named = [...read(file).matchAll(/(?:\.|path\/to|`)\/?slipway ([a-z]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => findCommand(name) === undefined)).toEqual([]);
  });
});

const chinese = files.filter((file) => file.endsWith('.zh-CN.md'));

test.each(chinese)('%s has the headings, tables and commands of the English one', (file) => {
  const shape = (text: string) => text.match(/^(#+ |\|| {4})/gm);
  expect(shape(read(file))).toEqual(shape(read(file.replace('.zh-CN', ''))));
});
