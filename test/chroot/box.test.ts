// ensureBox: a finished layer, the same one until a program changes, whatever happens on the way.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ensureBox } from '../../src/chroot/box.ts';
import { readElf } from '../../src/chroot/elf.ts';
import { inImage, listImage } from './in-image.ts';
import { temporaryFolders } from './temporary.ts';

const newFolder = temporaryFolders();
const TOOLS = { without: ['busybox'] };

describe.each([
  ['with busybox', {}],
  ['without busybox', TOOLS],
  ['without busybox, ps and hostname', { without: ['busybox', 'ps', 'hostname'] }],
])('the image %s', (_, options) => {
  const image = ensureBox(newFolder(), options);

  test('can do what a box must', () => {
    for (const name of ['sh', 'ls', 'ps', 'id', 'hostname', 'cat', 'mount']) {
      const path = inImage(image, `/bin/${name}`) ?? inImage(image, `/usr/bin/${name}`);
      expect(path, name).toBeDefined();
      expect(statSync(path ?? '').mode & 0o111, name).toBe(0o111);
    }
  });

  test('has the loader and every library that a program or a library in it needs', () => {
    const names = new Set(listImage(image).map((path) => basename(path)));
    for (const path of elfFiles(image)) {
      const { interpreter, needed } = readElf(join(image, path));
      if (interpreter !== undefined) expect(inImage(image, interpreter), `${interpreter} for ${path}`).toBeDefined();
      for (const name of needed) expect(names.has(basename(name)), `${name} for ${path}`).toBe(true);
    }
  });

  test('has no link that leads nowhere', () => {
    for (const path of listImage(image)) expect(inImage(image, path), path).toBeDefined();
  });

  test('shares no file with the machine, has no setuid bit, and belongs to us', () => {
    for (const path of listImage(image)) {
      const stat = lstatSync(join(image, path));
      expect(stat.nlink, path).toBe(1);
      expect(stat.uid, path).toBe(process.geteuid?.());
      if (stat.isFile()) expect(stat.mode & 0o7022, path).toBe(0);
    }
  });
});

function elfFiles(image: string): string[] {
  const files = listImage(image).filter((path) => lstatSync(join(image, path)).isFile());
  return files.filter((path) => readFileSync(join(image, path)).toString('latin1', 0, 4) === '\x7fELF');
}

describe('a second use', () => {
  test('gives the same layer, and touches nothing', () => {
    const layers = newFolder();
    const first = ensureBox(layers, TOOLS);
    rmSync(join(layers, 'box.lock')); // nor does it need the lock
    const before = readdirSync(layers).map((name) => `${name} ${statSync(join(layers, name)).ctimeMs}`);
    expect(ensureBox(layers, TOOLS)).toBe(first);
    expect(readdirSync(layers).map((name) => `${name} ${statSync(join(layers, name)).ctimeMs}`)).toEqual(before);
  });

  test('with a box.json that is damaged or gone finds the layer again', () => {
    const layers = newFolder();
    const first = ensureBox(layers, TOOLS);
    const { ino } = statSync(first);
    for (const damage of ['', '{"key"', 'null', '{}', '[]']) {
      writeFileSync(join(layers, 'box.json'), damage);
      expect(ensureBox(layers, TOOLS), damage).toBe(first);
    }
    rmSync(join(layers, 'box.json'));
    expect(ensureBox(layers, TOOLS)).toBe(first);
    expect(statSync(first).ino).toBe(ino);
  });

  test('for other options gives another layer', () => {
    const layers = newFolder();
    const first = ensureBox(layers, TOOLS);
    const second = ensureBox(layers, { without: ['busybox', 'ps'] });
    expect(second).not.toBe(first);
    expect(ensureBox(layers, TOOLS)).toBe(first);
  });

  test('when the layer is gone makes it again', () => {
    const layers = newFolder();
    const first = ensureBox(layers, TOOLS);
    rmSync(first, { recursive: true });
    expect(ensureBox(layers, TOOLS)).toBe(first);
    expect(existsSync(join(first, 'etc/passwd'))).toBe(true);
  });
});

describe('a changed program gives another layer, and the old one stays for those who use it', () => {
  /** A machine of two programs, and what ensureBox says of it. */
  function machine() {
    const programs = newFolder();
    chmodSync(programs, 0o755);
    for (const name of ['sh', 'ls']) copyFileSync(`/bin/${name}`, join(programs, name));
    const layers = newFolder();
    return { programs, ensure: () => ensureBox(layers, { programFolders: [programs] }) };
  }

  test.each<[string, (programs: string) => void]>([
    [
      'replaced',
      (programs) => {
        copyFileSync('/bin/cat', join(programs, 'new'));
        renameSync(join(programs, 'new'), join(programs, 'ls'));
      },
    ],
    ['written to', (programs) => writeFileSync(join(programs, 'sh'), 'x', { flag: 'a' })],
    ['only newer', (programs) => utimesSync(join(programs, 'sh'), 1, 1)],
    ['added', (programs) => copyFileSync('/bin/cat', join(programs, 'cat'))],
    ['taken away', (programs) => rmSync(join(programs, 'ls'))],
  ])('%s', (_, change) => {
    const { programs, ensure } = machine();
    const first = ensure();
    change(programs);
    const second = ensure();
    expect(second).not.toBe(first);
    expect(existsSync(join(first, 'etc/passwd'))).toBe(true);
    expect(ensure()).toBe(second);
  });

  test('a file that does not matter gives the same', () => {
    const { programs, ensure } = machine();
    const first = ensure();
    writeFileSync(join(programs, 'a-game'), '');
    expect(ensure()).toBe(first);
  });
});

describe('several processes', () => {
  const script = join(import.meta.dirname, 'ensure-box.ts');

  /** Another process that says where the layer is. */
  function start(layers: string): ChildProcess {
    return spawn(process.execPath, ['--no-warnings', script, layers], { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  async function answerOf(child: ChildProcess): Promise<string> {
    let answer = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      answer += text;
    });
    await once(child, 'close');
    return answer;
  }

  test('that want it at once get the same, whole layer', async () => {
    const layers = newFolder();
    const answers = await Promise.all(Array.from({ length: 6 }, () => answerOf(start(layers))));
    const expected = ensureBox(layers, TOOLS);
    expect(answers).toEqual(Array.from({ length: 6 }, () => `${expected} whole\n`));
    expect(readdirSync(layers).sort()).toEqual([basename(expected), 'box.json', 'box.lock']);
  });

  test('one that was killed in the middle leaves a folder, which the next one takes away', async () => {
    const layers = await killInTheMiddle();
    const layer = ensureBox(layers, TOOLS);
    expect(readdirSync(layers).sort()).toEqual([basename(layer), 'box.json', 'box.lock']);
    expect(existsSync(join(layer, 'etc/os-release'))).toBe(true);
  });

  /** @returns a folder of layers with an unfinished one in it. */
  async function killInTheMiddle(): Promise<string> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const layers = newFolder();
      const child = start(layers);
      const ended = once(child, 'close');
      while (child.exitCode === null && !unfinished(layers)) await new Promise(setImmediate);
      child.kill('SIGKILL');
      await ended;
      if (unfinished(layers)) return layers;
    }
    throw new Error('no assembly could be caught in the middle');
  }

  function unfinished(layers: string): boolean {
    return readdirSync(layers).some((name) => /^box-.*\.tmp$/.test(name));
  }
});
