import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { O_CLOEXEC } from '../../../src/linux/constants.ts';
import { close, open } from '../../../src/linux/files.ts';
import {
  fgetxattr,
  flistxattr,
  fremovexattr,
  fsetxattr,
  lgetxattr,
  llistxattr,
  lremovexattr,
  lsetxattr,
} from '../../../src/linux/xattr.ts';
import { plant } from '../../unionfs/trees.ts';
import { useScratch } from './scratch.ts';

const scratch = useScratch();

const file = () => join(plant(scratch(), { file: 'x' }), 'file');

describe('extended attributes', () => {
  it.each([0, 1, 255, 256, 257, 65_536])('a value of %i bytes is read back as it was written', (size) => {
    const path = file();
    const value = Buffer.from(Array.from({ length: size }, (_, index) => index % 256)); // with zero bytes in it
    lsetxattr(path, 'trusted.note', value);
    expect(lgetxattr(path, 'trusted.note')).toEqual(value);
  });

  it('one that is not there is undefined, and cannot be removed', () => {
    const path = file();
    expect(lgetxattr(path, 'user.none')).toBeUndefined();
    expect(() => lremovexattr(path, 'user.none')).toThrow('ENODATA');
  });

  it('a file that is not there is an error', () => {
    expect(() => lgetxattr('/nowhere', 'user.note')).toThrow('ENOENT');
    expect(() => llistxattr('/nowhere')).toThrow('ENOENT');
  });

  it('a file system that has none gives none', () => {
    expect(lgetxattr('/proc/self/status', 'user.note')).toBeUndefined();
    expect(llistxattr('/proc/self/status')).toEqual([]);
  });

  it('the names are listed, and the later value counts', () => {
    const path = file();
    for (const name of ['user.a', 'user.b', 'user.a']) lsetxattr(path, name, `value of ${name}`);
    lsetxattr(path, 'user.a', 'new');
    expect(llistxattr(path).sort()).toEqual(['user.a', 'user.b']);
    expect(lgetxattr(path, 'user.a')?.toString()).toBe('new');
    lremovexattr(path, 'user.a');
    expect(llistxattr(path)).toEqual(['user.b']);
  });

  it('the attributes of a link are its own', () => {
    const folder = plant(scratch(), { file: 'x', link: '-> file' });
    lsetxattr(join(folder, 'link'), 'trusted.note', 'of the link');
    expect(lgetxattr(join(folder, 'file'), 'trusted.note')).toBeUndefined();
    expect(llistxattr(join(folder, 'link'))).toEqual(['trusted.note']);
  });

  it('an open file will do', () => {
    const fd = open(file(), O_CLOEXEC);
    fsetxattr(fd, 'user.note', 'n');
    expect([fgetxattr(fd, 'user.note')?.toString(), flistxattr(fd)]).toEqual(['n', ['user.note']]);
    fremovexattr(fd, 'user.note');
    expect(fgetxattr(fd, 'user.note')).toBeUndefined();
    close(fd);
  });
});
