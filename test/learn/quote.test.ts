import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { quote } from '../../src/learn/quote.ts';
import { mistake } from '../mistake.ts';

describe('a quote', () => {
  test('is a declaration from its comment to its end', () => {
    expect(quote('src/learn/text.ts', 'both')).toBe(
      [
        '/** Both languages at once, for words that need no translation. */',
        'export function both(text: string): Text {',
        '  return { en: text, zh: text };',
        '}',
      ].join('\n'),
    );
  });

  test('can be a single line', () => {
    expect(quote('src/learn/text.ts', 'Language')).toBe('export type Language = keyof Text;');
  });

  test('can be a step of a function, up to the empty line behind it', () => {
    const source = readFileSync('src/runtime/run.ts', 'utf8') + readFileSync('src/runtime/init.ts', 'utf8');
    const name = /step\('([\w-]+)'\)/.exec(source)?.[1] as string;
    const file = readFileSync('src/runtime/run.ts', 'utf8').includes(`step('${name}')`) ? 'run' : 'init';
    const text = quote(`src/runtime/${file}.ts`, `step:${name}`);
    expect(text).toContain(`step('${name}')`);
    expect(text).not.toMatch(/^\s*$/m);
    expect(text).toMatch(/^\S/m);
  });

  test.each(['gone', 'bot', 'step:gone'])('of what is not there (any more) is an error: %s', (name) => {
    expect(mistake(() => quote('src/learn/text.ts', name))).toMatch(/text\.ts declares no .*a lesson quotes it/);
  });

  test('of a file that is gone is an error', () => {
    expect(() => quote('src/learn/gone.ts', 'x')).toThrow('ENOENT');
  });
});
