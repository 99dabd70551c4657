// An archive that is packed, with gzip for example: the machine's own program unpacks it meanwhile.
//
//     pull → feeder → pipe → gzip -dc → pipe → whoever reads the archive
//
// The feeder is a process of its own, so that writing to the one pipe and reading from the other never wait for each other.
// Both end with the process that reads. The program is looked for in folders of the host, by a process that has the host's
// root: one that an image brings is never executed (CVE-2026-41567).

import { existsSync } from 'node:fs';
import { F_SETFD, O_CLOEXEC, PR_SET_PDEATHSIG, SIGKILL } from '../linux/constants.ts';
import { close, dup3, fcntl, pipe2, read, write } from '../linux/files.ts';
import { fork } from '../linux/fork.ts';
import { _exit, execve, exitCode, prctl, waitpid } from '../linux/process.ts';
import { resetSignals } from '../linux/signals.ts';
import type { Pull } from './reader.ts';

/** What archives may be packed with, by their first bytes; the name is that of the program, too. */
const PACKERS: readonly (readonly [magic: string, name: string])[] = [
  ['1f8b', 'gzip'],
  ['425a68', 'bzip2'],
  ['fd377a585a00', 'xz'],
  ['28b52ffd', 'zstd'],
];
const LONGEST_MAGIC = 6;

const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin'];

/** The bytes of the archive, whether they come packed or not. @throws Error when they are damaged, or nothing unpacks them. */
export function unpacked(pull: Pull): Pull {
  const begin = beginning(pull);
  const magic = begin.subarray(0, LONGEST_MAGIC).toString('hex');
  const [, name] = PACKERS.find(([each]) => magic.startsWith(each)) ?? [];
  const all = after(begin, pull);
  return name === undefined ? all : throughProgram(name, all);
}

/** As much as tells how it is packed, or all there is. */
function beginning(pull: Pull): Buffer {
  let begin: Buffer = Buffer.alloc(0);
  while (begin.length < LONGEST_MAGIC) {
    const bytes = pull();
    if (bytes === undefined) break;
    begin = Buffer.concat([begin, bytes]);
  }
  return begin;
}

function after(begin: Buffer, pull: Pull): Pull {
  let rest: Buffer | undefined = begin.length > 0 ? begin : undefined;
  return () => {
    const bytes = rest ?? pull();
    rest = undefined;
    return bytes;
  };
}

function throughProgram(name: string, pull: Pull): Pull {
  const path = FOLDERS.map((folder) => `${folder}/${name}`).find((each) => existsSync(each));
  if (path === undefined) throw new Error(`the archive is packed with ${name}, which this machine does not have`);
  const [packedEnd, feederEnd] = pipe2(O_CLOEXEC);
  const [ourEnd, programEnd] = pipe2(O_CLOEXEC);
  const program = inChild(() => {
    dup3(packedEnd, 0);
    dup3(programEnd, 1);
    fcntl(2, F_SETFD, 0); // Node has marked it close-on-exec
    resetSignals();
    execve(path, [name, '-dc'], []);
  });
  close(packedEnd);
  close(programEnd);
  const feeder = inChild(() => {
    close(ourEnd);
    for (let bytes = pull(); bytes !== undefined; bytes = pull()) writeAll(feederEnd, bytes);
  });
  close(feederEnd);
  let hasEnded = false;
  return () => {
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    const count = hasEnded ? 0 : read(ourEnd, buffer);
    if (count > 0) return buffer.subarray(0, count);
    if (hasEnded) return undefined;
    hasEnded = true;
    close(ourEnd);
    const [fed, code] = [feeder, program].map((pid) => exitCode(waitpid(pid).status));
    if (code !== 0) throw new Error(`${name} could not unpack the archive (exit code ${code}): it is damaged`);
    if (fed !== 0) throw new Error('the archive could not be read to its end');
    return undefined;
  };
}

const READ_BYTES = 256 * 1024;

/** @returns the child's pid. It ends when the work is done, has failed, or we have ended. */
function inChild(work: () => void): number {
  const pid = fork();
  if (pid !== 0) return pid;
  let code = FAILED;
  try {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    work();
    code = 0;
  } finally {
    _exit(code);
  }
}

const FAILED = 125;

function writeAll(fd: number, bytes: Buffer): void {
  for (let rest = bytes; rest.length > 0; ) rest = rest.subarray(write(fd, rest));
}
