import {
  lstatSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  AT_EMPTY_PATH,
  AT_FDCWD,
  AT_REMOVEDIR,
  AT_SYMLINK_NOFOLLOW,
  CLOSE_RANGE_CLOEXEC,
  F_DUPFD_CLOEXEC,
  F_GETFD,
  F_GETFL,
  F_SETFD,
  F_SETFL,
  FD_CLOEXEC,
  LOCK_EX,
  LOCK_NB,
  LOCK_SH,
  LOCK_UN,
  O_APPEND,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_RDONLY,
  O_RDWR,
  O_WRONLY,
  PROC_SUPER_MAGIC,
  RENAME_EXCHANGE,
  RENAME_NOREPLACE,
  RESOLVE_BENEATH,
  RESOLVE_NO_SYMLINKS,
  S_IFIFO,
  S_IFLNK,
  S_IFREG,
} from '../../src/linux/constants.ts';
import {
  close,
  close_range,
  dup3,
  fchmod,
  fchmodat,
  fcntl,
  flock,
  fstat,
  fstatat,
  fstatfs,
  fsync,
  getcwd,
  linkat,
  mkdirat,
  mknod,
  open,
  openat,
  openat2,
  pipe2,
  read,
  readAll,
  readlinkat,
  readText,
  renameat2,
  statfs,
  symlinkat,
  tryRead,
  tryWrite,
  umask,
  unlinkat,
  utimensat,
  write,
  writeText,
} from '../../src/linux/files.ts';

let folder: string;
let dirfd: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  dirfd = open(folder, O_DIRECTORY | O_CLOEXEC);
});

afterEach(() => {
  close(dirfd);
  rmSync(folder, { recursive: true });
});

describe('open', () => {
  test('makes a file with the permission that the umask leaves', () => {
    const before = umask(0o027);
    close(openat(dirfd, 'file', O_WRONLY | O_CREAT | O_EXCL, 0o666));
    expect(umask(before)).toBe(0o027);
    expect(statSync(join(folder, 'file')).mode & 0o777).toBe(0o640);
  });

  test('knows this machine’s O_DIRECTORY and O_NOFOLLOW', () => {
    writeFileSync(join(folder, 'file'), '');
    symlinkat('file', dirfd, 'link');
    expect(() => openat(dirfd, 'file', O_DIRECTORY)).toThrow(expect.objectContaining({ code: 'ENOTDIR' }));
    expect(() => openat(dirfd, 'link', O_NOFOLLOW)).toThrow(expect.objectContaining({ code: 'ELOOP' }));
    const link = openat(dirfd, 'link', O_PATH | O_NOFOLLOW);
    expect(fstat(link).type).toBe(S_IFLNK);
    expect(readlinkat(link, '')).toBe('file');
    close(link);
  });

  test('shows its flags in the error', () => {
    const args = 'AT_FDCWD, "/missing", O_RDONLY|O_CLOEXEC|O_PATH';
    expect(() => open('/missing', O_PATH | O_CLOEXEC)).toThrow(expect.objectContaining({ call: 'openat', args }));
    const made = 'AT_FDCWD, "/missing/x", O_WRONLY|O_CREAT, 0600';
    expect(() => open('/missing/x', O_WRONLY | O_CREAT, 0o600)).toThrow(expect.objectContaining({ args: made }));
  });
});

describe('openat2', () => {
  test('walks as told', () => {
    mkdirat(dirfd, 'inner', 0o755);
    symlinkat('inner', dirfd, 'link');
    close(openat2(dirfd, 'link', { flags: O_PATH }));
    expect(() => openat2(dirfd, 'link', { flags: O_PATH, resolve: RESOLVE_NO_SYMLINKS })).toThrow(
      expect.objectContaining({
        code: 'ELOOP',
        args: `${dirfd}<${folder}>, "link", {flags: O_RDONLY|O_PATH, resolve: RESOLVE_NO_SYMLINKS}, 24`,
      }),
    );
    expect(() => openat2(dirfd, '..', { flags: O_PATH, resolve: RESOLVE_BENEATH })).toThrow(
      expect.objectContaining({ code: 'EXDEV', hint: expect.stringContaining('out of the root') }),
    );
  });
});

describe('reading and writing', () => {
  test('moves bytes', () => {
    const fd = openat(dirfd, 'file', O_RDWR | O_CREAT, 0o600);
    expect(write(fd, Buffer.from('häuser'))).toBe(7);
    fsync(fd);
    close(fd);
    expect(readText(join(folder, 'file'))).toBe('häuser');
  });

  test('reads a file of the kernel that has no size, and a long one, to the end', () => {
    expect(readText('/proc/self/mountinfo')).toBe(readFileSync('/proc/self/mountinfo', 'utf8'));
    const long = 'ä'.repeat(100_000);
    writeFileSync(join(folder, 'long'), long);
    expect(readText(join(folder, 'long'))).toBe(long);
  });

  test('writeText writes into a file that is there, and makes none', () => {
    writeFileSync(join(folder, 'file'), 'before');
    writeText(join(folder, 'file'), 'AFTER!');
    expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('AFTER!');
    expect(() => writeText(join(folder, 'missing'), 'x')).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  test('tryRead and tryWrite answer with an errno', () => {
    const [readEnd, writeEnd] = pipe2(O_CLOEXEC | O_NONBLOCK);
    const buffer = Buffer.alloc(10);
    expect(tryRead(readEnd, buffer)).toBe(-11); // EAGAIN
    expect(tryWrite(writeEnd, Buffer.from('abc'))).toBe(3);
    expect(tryRead(readEnd, buffer)).toBe(3);
    close(readEnd);
    expect(tryWrite(writeEnd, buffer)).toBe(-32); // EPIPE
    close(writeEnd);
    expect(tryRead(writeEnd, buffer)).toBe(-9); // EBADF
  });
});

describe('names in a folder', () => {
  test('are linked, renamed and removed', () => {
    writeFileSync(join(folder, 'a'), 'A');
    linkat(dirfd, 'a', dirfd, 'b');
    expect(fstatat(dirfd, 'b')).toMatchObject({ nlink: 2, type: S_IFREG, size: 1, ino: fstatat(dirfd, 'a').ino });
    expect(() => renameat2(dirfd, 'a', dirfd, 'b', RENAME_NOREPLACE)).toThrow(
      expect.objectContaining({
        code: 'EEXIST',
        args: `${dirfd}<${folder}>, "a", ${dirfd}<${folder}>, "b", RENAME_NOREPLACE`,
      }),
    );
    writeFileSync(join(folder, 'c'), 'C');
    renameat2(dirfd, 'a', dirfd, 'c', RENAME_EXCHANGE);
    expect([readText(join(folder, 'a')), readText(join(folder, 'c'))]).toEqual(['C', 'A']);
    unlinkat(dirfd, 'a');
    mkdirat(dirfd, 'inner', 0o700);
    expect(() => unlinkat(dirfd, 'inner')).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    unlinkat(dirfd, 'inner', AT_REMOVEDIR);
    expect(() => fstatat(dirfd, 'inner')).toThrow(expect.objectContaining({ code: 'ENOENT', call: 'statx' }));
  });

  test('mknod makes a FIFO', () => {
    mknod(join(folder, 'fifo'), S_IFIFO | 0o600);
    expect(lstatSync(join(folder, 'fifo')).isFIFO()).toBe(true);
    const args = `AT_FDCWD, ${JSON.stringify(join(folder, 'fifo'))}, S_IFIFO|0600`;
    expect(() => mknod(join(folder, 'fifo'), S_IFIFO | 0o600)).toThrow(
      expect.objectContaining({ code: 'EEXIST', call: 'mknod', args }),
    );
  });

  test('symlinks keep a target that no path has', () => {
    symlinkat('/nowhere/with space', dirfd, 'link');
    expect(readlinkat(dirfd, 'link')).toBe('/nowhere/with space');
  });

  test('permissions change', () => {
    const fd = openat(dirfd, 'file', O_RDWR | O_CREAT, 0o600);
    fchmod(fd, 0o4711);
    expect(fstat(fd).mode & 0o7777).toBe(0o4711);
    fchmodat(dirfd, 'file', 0o640);
    expect(fstat(fd).mode & 0o7777).toBe(0o640);
    close(fd);
  });

  test.each([981_173_106_000_000_007n, 0n, -1n])('the time of the last change is set to %d ns', (mtimeNs) => {
    symlinkat('file', dirfd, 'link');
    const link = openat(dirfd, 'link', O_PATH | O_NOFOLLOW);
    const { atimeMs } = lstatSync(join(folder, 'link'));
    utimensat(link, '', mtimeNs, AT_EMPTY_PATH);
    expect(fstat(link).mtimeNs).toBe(mtimeNs);
    expect(lstatSync(join(folder, 'link')).atimeMs).toBe(atimeMs);
    close(link);
  });

  test('refuses a name with a zero byte', () => {
    expect(() => mkdirat(dirfd, 'a\0b', 0o700)).toThrow('"a\\u0000b" has a zero byte in it');
  });
});

test('fstat tells what Node tells', () => {
  const ours = fstatat(AT_FDCWD, '/dev/null', AT_SYMLINK_NOFOLLOW);
  const node = statSync('/dev/null', { bigint: true });
  expect(ours).toMatchObject({
    mode: Number(node.mode),
    ino: node.ino,
    mtimeNs: node.mtimeNs,
    rdevMajor: 1,
    rdevMinor: 3,
  });
});

test('statfs tells the file system', () => {
  expect(statfs('/proc').type).toBe(PROC_SUPER_MAGIC);
  const { type, bsize, blocks } = statfsSync(folder);
  expect(fstatfs(dirfd)).toMatchObject({ type, blockSize: bsize, blocks });
  expect(() => statfs('/missing')).toThrow(expect.objectContaining({ code: 'ENOENT', args: '"/missing", …' }));
});

describe('flock', () => {
  test('two open files of one path exclude each other', () => {
    const first = openat(dirfd, 'lock', O_RDWR | O_CREAT, 0o600);
    const second = openat(dirfd, 'lock', O_RDONLY);
    flock(first, LOCK_EX);
    expect(() => flock(second, LOCK_SH | LOCK_NB)).toThrow(
      expect.objectContaining({
        code: 'EAGAIN',
        args: `${second}<${folder}/lock>, LOCK_SH|LOCK_NB`,
        hint: 'Another process has the lock.',
      }),
    );
    flock(first, LOCK_UN);
    flock(second, LOCK_EX | LOCK_NB);
    close(first);
    close(second);
  });
});

describe('descriptors', () => {
  test('pipe2 makes two ends that execve closes', () => {
    const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
    expect([fcntl(readEnd, F_GETFD), fcntl(writeEnd, F_GETFD)]).toEqual([FD_CLOEXEC, FD_CLOEXEC]);
    write(writeEnd, Buffer.from('through'));
    close(writeEnd);
    expect(readAll(readEnd)).toBe('through');
    close(readEnd);
  });

  test('dup3 makes one the same as another', () => {
    const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
    const copy = fcntl(writeEnd, F_DUPFD_CLOEXEC, 100);
    expect(copy).toBeGreaterThanOrEqual(100);
    dup3(writeEnd, copy);
    expect(fcntl(copy, F_GETFD)).toBe(0);
    expect(readlinkSync(`/proc/self/fd/${copy}`)).toBe(readlinkSync(`/proc/self/fd/${writeEnd}`));
    expect(() => dup3(copy, copy)).toThrow(expect.objectContaining({ code: 'EINVAL', args: `${copy}, ${copy}, 0` }));
    for (const fd of [readEnd, writeEnd, copy]) close(fd);
    expect(() => close(copy)).toThrow(expect.objectContaining({ code: 'EBADF' }));
  });

  test('fcntl changes flags', () => {
    const [readEnd, writeEnd] = pipe2(O_CLOEXEC);
    fcntl(readEnd, F_SETFD, 0);
    expect(fcntl(readEnd, F_GETFD)).toBe(0);
    fcntl(writeEnd, F_SETFL, fcntl(writeEnd, F_GETFL) | O_NONBLOCK | O_APPEND);
    expect(fcntl(writeEnd, F_GETFL) & (O_NONBLOCK | O_APPEND)).toBe(O_NONBLOCK | O_APPEND);
    close(readEnd);
    close(writeEnd);
    expect(() => fcntl(readEnd, F_SETFL, O_NONBLOCK)).toThrow(
      expect.objectContaining({ args: `${readEnd}, F_SETFL, O_RDONLY|O_NONBLOCK` }),
    );
  });

  test('close_range marks or closes a range', () => {
    const fds = [500, 501, 502];
    for (const fd of fds) dup3(dirfd, fd);
    close_range(500, 502, CLOSE_RANGE_CLOEXEC);
    expect(fds.map((fd) => fcntl(fd, F_GETFD))).toEqual([FD_CLOEXEC, FD_CLOEXEC, FD_CLOEXEC]);
    close_range(500, 501);
    expect(() => fcntl(501, F_GETFD)).toThrow(expect.objectContaining({ code: 'EBADF' }));
    close(502);
  });
});

test('getcwd tells the current folder', () => {
  expect(getcwd()).toBe(process.cwd());
});

test('read gives 0 at the end', () => {
  const fd = open('/dev/null', O_RDONLY);
  expect(read(fd, Buffer.alloc(10))).toBe(0);
  close(fd);
});
