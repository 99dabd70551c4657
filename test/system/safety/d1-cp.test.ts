// D1, D5, D8: whatever a container, or an archive, has put in the way, `cp` stays inside the container's root on the one
// side and inside the destination on the other (CVE-2018-15664, CVE-2026-17106), and executes nothing of the container's.

import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { scratch, slipway } from '../slipway.ts';
import { until } from '../until.ts';
import { hasGcc, putProgram, rootfs, WITHOUT_GCC } from './traps.ts';

const host = scratch('host');
const secret = join(host, 'secret');
const here = scratch('here');
const cp = (...words: string[]) => slipway(['cp', ...words], { cwd: here });
const look = async (script: string) => (await slipway(['exec', 'd1', 'sh', '-c', script])).stdout;
/** Nothing of the host's has changed. */
const isWell = () => {
  expect(readdirSync(host)).toEqual(['secret']);
  expect(readFileSync(secret, 'utf8')).toBe('of the host');
};

beforeAll(async () => {
  writeFileSync(secret, 'of the host');
  writeFileSync(join(here, 'file'), 'evil');
  await slipway(['run', '-d', '--name', 'd1', '-v', '/vol', 'box', 'sleep', '1000']);
});
afterAll(() => slipway(['rm', '-f', '-v', 'd1', 'race', 'traps']));

describe('D1: a link of the container', () => {
  const links = [
    ['absolute', () => host],
    ['with dots', () => `../../../../../../../../../..${host}`],
    ['through /proc', () => `/proc/1/root${host}`],
    ['through a descriptor', () => '/proc/self/fd/3'],
  ] as const;
  test.each(links)('(%s) leads no file out, neither at the end nor on the way', async (_, target) => {
    for (const place of ['', '/vol']) {
      await look(`rm -rf ${place}/trap; ln -s ${target()} ${place}/trap`);
      await cp('file', `d1:${place}/trap/secret`);
      await cp('file', `d1:${place}/trap/new`);
      await cp('file', `d1:${place}/trap`);
      isWell();
    }
  });

  test.each(links)('(%s) lets nothing in, with -L neither', async (_, target) => {
    await look(`rm -rf /trap /to; ln -s ${target()} /trap; ln -s ${target()}/secret /to`);
    for (const words of [['d1:/trap/secret'], ['d1:/trap/.'], ['-L', 'd1:/to'], ['-L', 'd1:/trap']]) {
      const { stdout } = await cp(...words, '-');
      expect(stdout).not.toContain('of the host');
    }
  });

  test('is not written through when a file takes its place', async () => {
    await look(`ln -sfn ${secret} /dst; mkdir -p /d; ln -sfn ${secret} /d/file`);
    await cp('file', 'd1:/d');
    expect(await look('test -L /d/file || cat /d/file')).toBe('evil');
    isWell();
  });
});

describe('D1: a folder that is exchanged with a link', () => {
  test.skipIf(!hasGcc)(`never leads out, in both directions${WITHOUT_GCC}`, async () => {
    const root = rootfs();
    putProgram(root, 'swap', SWAP);
    mkdirSync(join(root, 'w/dir'), { recursive: true });
    writeFileSync(join(root, 'w/dir/secret'), 'of the container');
    symlinkSync(host, join(root, 'w/link'));
    await slipway(['run', '-d', '--name', 'race', '--rootfs', root, '/swap', '/w/dir', '/w/link']);
    await until('the exchange', async () => (await slipway(['logs', 'race'])).stdout.includes('ready'));
    for (let round = 0; round < 25; round++) {
      await cp('file', 'race:/w/dir/');
      const { stdout } = await cp('race:/w/dir/.', '-');
      expect(stdout).not.toContain('of the host');
      isWell();
    }
    await slipway(['rm', '-f', 'race']); // or it would be exchanged between two looks
    expect(existsSync(join(root, 'w/dir/file')) || existsSync(join(root, 'w/link/file'))).toBe(true);
  });
});

/** Exchanges its two words for ever. */
const SWAP = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include <sys/syscall.h>
int main(int count, char **words) {
  puts("ready"); fflush(stdout);
  for (;;) syscall(SYS_renameat2, AT_FDCWD, words[1], AT_FDCWD, words[2], 2);
}`;

/** An archive by Python's tarfile, which writes what it is told. @param body lines that call add(name, …) */
function archive(body: string): Buffer {
  const script = `
import io, sys, tarfile
t = tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.PAX_FORMAT)
def add(name, type=tarfile.REGTYPE, link='', data=b'', **more):
    i = tarfile.TarInfo(name); i.type = type; i.linkname = link; i.size = len(data)
    for key, value in more.items(): setattr(i, key, value)
    t.addfile(i, io.BytesIO(data))
LINK, SYM, DIR, CHR = tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE
${body}
t.close()`;
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script]);
  if (status !== 0) throw new Error(String(stderr));
  return stdout;
}

describe('D1: an archive from stdin', () => {
  const put = (input: Buffer) => slipway(['cp', '-', 'd1:/in'], { input });
  const fresh = () => look('rm -rf /in; mkdir /in');

  test.each([
    ['a name with dots', () => `add('../../../..${host}/new', data=b'x')`, 'leads out of its folder'],
    ['the folder above', () => `add('..', type=SYM, link='/')`, 'leads out of its folder'],
    [
      'a link in place of the folder',
      () => `add('./', type=SYM, link='${host}')`,
      'take the place of the whole folder',
    ],
    ['a hard link that leads out', () => `add('x', type=LINK, link='../../..${secret}')`, 'leads out of its folder'],
    ['a hard link to nothing', () => `add('x', type=LINK, link='${secret}')`, 'which is not there'],
    ['a type that nobody knows', () => `add('x', type=b'Z')`, 'entries of type "Z" are not understood'],
    ['a file with holes by notes', () => `add('x', pax_headers={'GNU.sparse.major': '1'})`, 'holes'],
  ])('with %s is refused', async (_, body, sentence) => {
    await fresh();
    const { code, stderr } = await put(archive(body()));
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(sentence) });
    isWell();
    expect(await look('ls -A /in')).toBe('');
  });

  test('goes through its own links only inside', async () => {
    await fresh();
    const lines = [
      `add('out', type=SYM, link='${host}')`,
      `add('out/new', data=b'inside')`,
      `add('up', type=SYM, link='../../../../../..${host}')`,
      `add('up/new2', data=b'inside')`,
      `add('hard', type=LINK, link='out')`,
      `add('hard/new3', data=b'inside')`,
    ];
    await put(archive(lines.join('\n')));
    isWell();
    expect(await look(`cd ${host}; cat new new2 new3`)).toBe('insideinsideinside');
    expect(await look('readlink /in/hard')).toBe(`${host}\n`);
  });

  test('has long names, ends of lines in them, and large numbers', async () => {
    await fresh();
    const lines = [
      `add('line\\nend', data=b'1')`,
      `add('${'deep/'.repeat(60)}end', data=b'2', mode=0o4711, mtime=-1.5)`,
      `add('big', data=b'3', uid=3000000000)`,
    ];
    expect(await slipway(['cp', '-a', '-', 'd1:/in'], { input: archive(lines.join('\n')) })).toMatchObject({ code: 0 });
    expect(await look(`cd /in; cat line*; cat ${'deep/'.repeat(60)}end; stat -c %u big`)).toBe('123000000000\n');
  });

  test('that says more than it has is refused', async () => {
    await fresh();
    const { stderr } = await put(archive(`add('x', data=b'y' * 5000)`).subarray(0, 2000));
    expect(stderr).toContain('the archive ends in the midst of an entry');
    expect((await put(Buffer.alloc(2000, 'garbage'))).stderr).toContain('this is no tar archive, or a damaged one');
    expect(await put(Buffer.alloc(0))).toEqual({ code: 0, stdout: '', stderr: '' });
  });
});

describe('D8: on the way out', () => {
  test('links stay as they are, and nothing goes through those that the destination has', async () => {
    await look(`mkdir -p /evil/a; ln -sfn ${secret} /evil/file; echo x >/evil/a/secret`);
    const out = join(here, 'out');
    expect(await cp('d1:/evil', 'out')).toMatchObject({ code: 0 });
    expect(readlinkSync(join(out, 'file'))).toBe(secret);
    mkdirSync(join(here, 'second/evil'), { recursive: true });
    symlinkSync(host, join(here, 'second/evil/a'));
    const { stderr } = await cp('d1:/evil', 'second');
    expect(stderr).toBe('slipway: cannot overwrite non-directory "a" with directory "evil/a/"\n');
    isWell();
  });
});

test('D2, D3: nothing that the image has is executed', async () => {
  const root = rootfs();
  for (const name of ['tar', 'ps', 'gzip', 'unpigz', 'xz', 'zstd']) {
    writeFileSync(join(root, 'bin', name), '#!/bin/sh\n: >/marker\n', { mode: 0o755 });
  }
  await slipway(['create', '--name', 'traps', '--rootfs', root, 'true']);
  await cp('file', 'traps:/');
  expect(existsSync(join(root, 'file'))).toBe(true);
  await cp('traps:/bin', '-');
  for (const packer of ['gzip', 'xz']) {
    const { stdout: input } = spawnSync('tar', ['-C', here, '-c', `--${packer}`, 'file']);
    rmSync(join(root, 'file'));
    expect(await slipway(['cp', '-', 'traps:/'], { input })).toMatchObject({ code: 0 });
    expect(existsSync(join(root, 'file'))).toBe(true);
  }
  expect(existsSync(join(root, 'marker'))).toBe(false);
});
