import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const module = join(import.meta.dirname, '../../src/linux/start-block.ts');

test('what a process was started with is gone from its memory, and it goes on', () => {
  const script = `
    const { readFileSync } = await import('node:fs');
    const { eraseStartBlock } = await import(${JSON.stringify(module)});
    const read = (name) => readFileSync('/proc/self/' + name, 'latin1');
    const holds = () => [read('environ').includes('a secret'), read('cmdline').includes('an argument')];
    const before = holds();
    eraseStartBlock();
    console.log(JSON.stringify({ before, after: holds(), env: process.env.SECRET ?? null, argv: process.argv.at(-1) }));`;
  const args = ['--no-warnings', '--input-type=module-typescript', '-e', script, 'an argument'];
  const { stdout, stderr } = spawnSync(process.execPath, args, { env: { SECRET: 'a secret' }, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual({ before: [true, true], after: [false, false], env: null, argv: 'an argument' });
});
