// `./slipway` runs the sources as they are now, and V8 takes the code that was compiled ahead for them, in a copy of the
// checkout whose files can be edited.

import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

const CHECKOUT = resolve(import.meta.dirname, '../..');
const COPIED = ['slipway', 'scripts', 'src', 'package.json', 'package-lock.json'];

const checkout = mkdtempSync(join(tmpdir(), 'slipway-start-'));
const bundle = join(checkout, '.cache/slipway.bundle');
const probe = join(checkout, 'probe.cjs');

beforeAll(() => {
  for (const name of COPIED) {
    cpSync(join(CHECKOUT, name), join(checkout, name), { recursive: true, preserveTimestamps: true });
  }
  symlinkSync(join(CHECKOUT, 'node_modules'), join(checkout, 'node_modules'));
  const says = 'if (options?.cachedData) say(this.cachedDataRejected ? "code refused" : "code taken");';
  const script = `class extends vm.Script { constructor(text, options) { super(text, options); ${says} } }`;
  writeFileSync(
    probe,
    `const vm = require('node:vm');
    const say = (text) => require('node:fs').writeSync(2, text + '\\n');
    vm.Script = ${script};
    for (const name of ['stdin', 'stdout', 'stderr']) {
      const { get } = Object.getOwnPropertyDescriptor(process, name);
      Object.defineProperty(process, name, { get: () => (say('process.' + name), get()) });
    }`,
  );
});

afterAll(() => rmSync(checkout, { recursive: true }));

/** What `slipway version` says, and whether V8 took the code. It shall do without Node's streams, which take long to load. */
function start(): { stdout: string; stderr: string } {
  const env = { ...process.env, NODE_OPTIONS: `--require ${probe}` };
  const { stdout, stderr } = spawnSync(join(checkout, 'slipway'), ['version'], { env, encoding: 'utf8' });
  return { stdout, stderr };
}

const version = expect.stringMatching(/^slipway \d/);

beforeEach(() => {
  expect(start().stdout).toEqual(version);
});

test('the code that was compiled ahead is taken', () => {
  expect(start()).toEqual({ stdout: version, stderr: 'code taken\n' });
});

test('a source that was edited is run at the next start', () => {
  appendFileSync(join(checkout, 'src/cli/main.ts'), "\nconsole.log('edited');\n");
  expect(start().stdout).toContain('edited\n');
  cpSync(join(CHECKOUT, 'src/cli/main.ts'), join(checkout, 'src/cli/main.ts'));
  expect(start().stdout).toEqual(version);
});

test('other flags of V8 have it compiled anew', () => {
  const script = join(checkout, 'slipway');
  const edited = readFileSync(script, 'utf8').replace(' --no-opt ', ' --no-opt --stack-size=900 --no-use-ic ');
  writeFileSync(script, edited);
  expect(edited).toContain('--no-use-ic');
  expect(start()).toEqual({ stdout: version, stderr: 'code taken\n' });
});

test.each([
  ['empty', ''],
  ['torn', '{"sources":["slip'],
  ['of another make', '{}\nprogram'],
])('a bundle that is %s is made anew', (_, text) => {
  writeFileSync(bundle, text);
  expect(start()).toEqual({ stdout: version, stderr: 'code taken\n' });
});

test('where it cannot be made, the sources are run', () => {
  rmSync(join(checkout, '.cache'), { recursive: true });
  writeFileSync(join(checkout, '.cache'), 'a file');
  expect(start()).toEqual({ stdout: version, stderr: expect.not.stringContaining('code') });
  rmSync(join(checkout, '.cache'));
});

test('the bundle is ASCII, as it is read; esbuild escapes all but regular expressions', () => {
  const bytes = readFileSync(bundle);
  const begin = bytes.indexOf('\n') + 1;
  const { length } = JSON.parse(bytes.toString('utf8', 0, begin));
  const program = bytes.toString('utf8', begin, begin + length);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is these.
  expect(/.{0,60}[^\x00-\x7f].{0,20}/.exec(program)?.[0]).toBeUndefined();
});
