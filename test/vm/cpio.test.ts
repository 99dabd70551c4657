// The writer of the archive that the virtual machine starts from, checked by another program's reader.

import { execFileSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Cpio } from '../../scripts/vm/cpio.ts';

test('busybox unpacks what was put in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cpio-'));
  try {
    const archive = new Cpio();
    archive.file('/a/b/file', 'five!', 0o640);
    archive.file('/a/b/bytes', Buffer.from([0, 1, 2, 3]), 0o755, 1234);
    archive.file('/empty', '');
    archive.link('/link', '/a/b/file');
    archive.folder('/tmp', 0o1777);
    archive.writeTo(join(folder, 'archive'));
    execFileSync('busybox', ['cpio', '-idm', '-F', 'archive'], { cwd: folder, stdio: 'ignore' });
    expect(readFileSync(join(folder, 'a/b/file'), 'utf8')).toBe('five!');
    expect(readFileSync(join(folder, 'a/b/bytes'))).toEqual(Buffer.from([0, 1, 2, 3]));
    expect(readFileSync(join(folder, 'empty'), 'utf8')).toBe('');
    expect(readlinkSync(join(folder, 'link'))).toBe('/a/b/file');
    expect(lstatSync(join(folder, 'a/b/bytes'))).toMatchObject({ mode: 0o100755, mtimeMs: 1_234_000 });
    expect(lstatSync(join(folder, 'tmp')).mode).toBe(0o041777);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
