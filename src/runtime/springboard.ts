// The last jump into a container's program, for a node that is not sealed (seal.ts): an ordinary user's.
//
// When a process calls execve, its /proc/self/exe is what it still is: node. An image whose program is the link
// /proc/self/exe, or a script that begins with #!/proc/self/exe, would have node started anew, this time as the
// container's program with the container's libraries, which hold the file of a node that belongs to the user, and could
// write to it (CVE-2019-5736). So node first becomes a program of two hundred bytes that is written here, byte by byte,
// into a file in memory, sealed against every change. All it does is to call execve itself:
//
//     fcntl(channel, F_SETFD, FD_CLOEXEC)   EBADF: it was not us who started it, exit; another failure: close(channel)
//     execve(argv[0], argv + 1, envp)
//     write(channel, &errno, 4)             only when that has failed
//     exit_group(127)

import {
  F_ADD_SEALS,
  F_SEAL_GROW,
  F_SEAL_SEAL,
  F_SEAL_SHRINK,
  F_SEAL_WRITE,
  F_SETFD,
  FD_CLOEXEC,
  MFD_ALLOW_SEALING,
  MFD_CLOEXEC,
  MFD_EXEC,
} from '../linux/constants.ts';
import { isErrno, machine } from '../linux/door.ts';
import { fcntl, memfd_create, write } from '../linux/files.ts';
import { execveat } from '../linux/process.ts';

/** A program in memory that is open, and the channel on which it tells that it failed. */
export interface Springboard {
  fd: number;
  channelFd: number;
}

export function makeSpringboard(channelFd: number): Springboard {
  const fd = createExecutable('slipway');
  write(fd, springboardElf(channelFd));
  fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);
  return { fd, channelFd };
}

/** A kernel before 6.3 does not know MFD_EXEC, and needs none. */
function createExecutable(name: string): number {
  const flags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  try {
    return memfd_create(name, flags | MFD_EXEC);
  } catch (error) {
    if (isErrno(error, 'EINVAL')) return memfd_create(name, flags);
    throw error;
  }
}

/** Becomes `path` by way of the springboard. Returns only by an error of the springboard itself. */
export function jump({ fd, channelFd }: Springboard, path: string, argv: string[], envp: string[]): void {
  fcntl(channelFd, F_SETFD, 0); // the springboard needs it, and has it closed by its own execve
  execveat(fd, [path, ...argv], envp);
}

const HEADER_SIZE = 64;
const SEGMENT_SIZE = 56;
const ADDRESS = 0x400000;

/** An executable of one segment (man 5 elf): the two headers, and the machine code behind them. */
export function springboardElf(channelFd: number, forMachine = machine): Buffer {
  const code = forMachine === 'x86_64' ? x86Code(channelFd) : armCode(channelFd);
  const begin = HEADER_SIZE + SEGMENT_SIZE;
  const elf = Buffer.concat([Buffer.alloc(begin), code]);
  elf.write('\x7fELF\x02\x01\x01', 'latin1'); // 64 bits, little-endian
  elf.writeUInt16LE(2, 16); // e_type: at a fixed address
  elf.writeUInt16LE(forMachine === 'x86_64' ? 62 : 183, 18); // e_machine
  elf.writeUInt32LE(1, 20); // e_version
  elf.writeBigUInt64LE(BigInt(ADDRESS + begin), 24); // e_entry
  elf.writeBigUInt64LE(BigInt(HEADER_SIZE), 32); // e_phoff
  elf.writeUInt16LE(HEADER_SIZE, 52); // e_ehsize
  elf.writeUInt16LE(SEGMENT_SIZE, 54); // e_phentsize
  elf.writeUInt16LE(1, 56); // e_phnum
  const segment = elf.subarray(HEADER_SIZE);
  segment.writeUInt32LE(1, 0); // p_type: to be loaded
  segment.writeUInt32LE(5, 4); // p_flags: readable and executable
  segment.writeBigUInt64LE(BigInt(ADDRESS), 16); // p_vaddr
  segment.writeBigUInt64LE(BigInt(ADDRESS), 24); // p_paddr
  segment.writeBigUInt64LE(BigInt(elf.length), 32); // p_filesz
  segment.writeBigUInt64LE(BigInt(elf.length), 40); // p_memsz
  segment.writeBigUInt64LE(0x10000n, 48); // p_align: the largest page there is
  return elf;
}

/** At the start the stack holds argc, argv[0], argv[1] … 0, envp[0] … 0. */
function x86Code(channelFd: number): Buffer {
  const [eax, edx, esi, edi] = [0xb8, 0xba, 0xbe, 0xbf];
  const set = (register: number, value: number) => [register, value, value >> 8, value >> 16, value >> 24]; // mov
  const syscall = [0x0f, 0x05];
  return Buffer.from([
    ...[set(edi, channelFd), set(esi, F_SETFD), set(edx, FD_CLOEXEC), set(eax, 72), syscall].flat(), // fcntl
    ...[0x85, 0xc0], // test eax, eax
    ...[0x74, 17], // jz: to argv[0]
    ...[0x83, 0xf8, 0xf7], // cmp eax, -9                EBADF
    ...[0x74, 62], // je: to exit_group
    ...[set(edi, channelFd), set(eax, 3), syscall].flat(), // close
    ...[0x48, 0x8b, 0x7c, 0x24, 0x08], // mov rdi, [rsp+8]       argv[0]
    ...[0x48, 0x8d, 0x74, 0x24, 0x10], // lea rsi, [rsp+16]      &argv[1]
    ...[0x48, 0x8b, 0x04, 0x24], // mov rax, [rsp]               argc
    ...[0x48, 0x8d, 0x14, 0xc6], // lea rdx, [rsi+rax*8]         envp
    ...[set(eax, 59), syscall].flat(), // execve
    ...[0xf7, 0xd8], // neg eax
    ...[0x89, 0x04, 0x24], // mov [rsp], eax
    ...[0x48, 0x89, 0xe6], // mov rsi, rsp
    ...[set(edi, channelFd), set(edx, 4), set(eax, 1), syscall].flat(), // write
    ...[set(edi, 127), set(eax, 231), syscall].flat(), // exit_group
  ]);
}

/** The same for arm64, whose instructions are words of 32 bits. */
function armCode(channelFd: number): Buffer {
  const set = (register: number, value: number) => 0xd2800000 | (value << 5) | register; // mov
  const [x0, x1, x2, x8] = [0, 1, 2, 8];
  const svc = 0xd4000001;
  const words = [
    ...[set(x0, channelFd), set(x1, F_SETFD), set(x2, FD_CLOEXEC), set(x8, 25), svc], // fcntl
    0xb40000c0, // cbz x0: to argv[0]
    0xb100241f, // cmn x0, #9               EBADF
    0x54000220, // b.eq: to exit_group
    ...[set(x0, channelFd), set(x8, 57), svc], // close
    0xf94007e0, // ldr x0, [sp, #8]         argv[0]
    0x910043e1, // add x1, sp, #16          &argv[1]
    0xf94003e2, // ldr x2, [sp]             argc
    0x8b020c22, // add x2, x1, x2, lsl #3   envp
    ...[set(x8, 221), svc], // execve
    0x4b0003e0, // neg w0, w0
    0xb90003e0, // str w0, [sp]
    0x910003e1, // mov x1, sp
    ...[set(x0, channelFd), set(x2, 4), set(x8, 64), svc], // write
    ...[set(x0, 127), set(x8, 94), svc], // exit_group
  ];
  return Buffer.from(Uint32Array.from(words).buffer);
}
