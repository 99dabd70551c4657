// Helpers for tests that provoke, on the real kernel, the errors that learners meet.

import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { afterAll, expect } from 'vitest';
import { PR_SET_DUMPABLE } from '../../src/linux/constants.ts';
import { setgroups, setresgid, setresuid } from '../../src/linux/credentials.ts';
import { chdir, mount } from '../../src/linux/mount.ts';
import { prctl } from '../../src/linux/process.ts';
import { inChild, inMountNamespace } from '../in-child.ts';

/** What a failure must be: a SyscallError with these facts, a hint, and a lesson. */
export function failure(call: string, code: string, facts: { hint?: string; lesson?: string; args?: string } = {}) {
  return expect.objectContaining({
    name: 'SyscallError',
    call,
    code,
    ...(facts.args ? { args: facts.args } : {}),
    hint: facts.hint ? expect.stringContaining(facts.hint) : expect.stringMatching(/.+/),
    lesson: facts.lesson ?? expect.stringMatching(/^0\d-/),
  });
}

/** Runs `work` in a child that has become nobody. */
export function asNobody<T>(work: () => T): T {
  return inChild(() => {
    becomeNobody();
    return work();
  });
}

export function becomeNobody(): void {
  setgroups([]);
  setresgid(65534, 65534, 65534);
  setresuid(65534, 65534, 65534);
  prctl(PR_SET_DUMPABLE, 1); // else /proc/self belonged to root
}

/** A folder for one test file, which everybody may enter; deleted after its last test. */
export function scratchFolder(): string {
  const folder = mkdtempSync('/tmp/linux-');
  chmodSync(folder, 0o755);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `work` on an empty tmpfs over `folder`, in a mount namespace of its own, with that as the current folder. */
export function onTmpfs<T>(folder: string, work: () => T): T {
  return inMountNamespace(() => {
    mount('tmpfs', folder, 'tmpfs', 0);
    chdir(folder);
    return work();
  });
}

export function makeFolders(...names: string[]): void {
  for (const name of names) mkdirSync(name);
}

/** `works`, or the errno's name. */
export function tryIt(work: () => void): string {
  try {
    work();
    return 'works';
  } catch (error) {
    return (error as { code: string }).code;
  }
}

/** The smallest program that asks for a loader: an ELF header, and one program header that names it (man 5 elf). */
export function programWithLoader(loader: string): Buffer {
  const [headerSize, programHeaderSize] = [64, 56];
  const elf = Buffer.concat([Buffer.alloc(headerSize + programHeaderSize), Buffer.from(`${loader}\0`)]);
  const [PT_INTERP, ET_EXEC, EM_X86_64, EM_AARCH64] = [3, 2, 62, 183];
  elf.write('\x7fELF\x02\x01\x01', 0, 'latin1'); // 64 bits, little-endian, version 1
  elf.writeUInt16LE(ET_EXEC, 16);
  elf.writeUInt16LE(process.arch === 'arm64' ? EM_AARCH64 : EM_X86_64, 18);
  elf.writeUInt32LE(1, 20);
  elf.writeBigUInt64LE(BigInt(headerSize), 32); // where the program headers are
  elf.writeUInt16LE(headerSize, 52);
  elf.writeUInt16LE(programHeaderSize, 54);
  elf.writeUInt16LE(1, 56); // how many
  elf.writeUInt32LE(PT_INTERP, headerSize);
  elf.writeBigUInt64LE(BigInt(headerSize + programHeaderSize), headerSize + 8); // where the name is
  elf.writeBigUInt64LE(BigInt(loader.length + 1), headerSize + 32); // how long
  return elf;
}
