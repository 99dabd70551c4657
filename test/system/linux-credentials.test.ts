import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  capget,
  capset,
  getegid,
  geteuid,
  getgid,
  getuid,
  SECCOMP_SET_MODE_FILTER,
  seccomp,
  setgid,
  setgroups,
  setregid,
  setresuid,
  setreuid,
  setuid,
} from '../../src/linux/credentials.ts';
import { getpid, prctl, setsid } from '../../src/linux/process.ts';
import { inChild } from '../in-child.ts';

describe.runIf(process.getuid?.() === 0)('as root', () => {
  test('setuid and setgid give everything up', () => {
    const ids = inChild(() => {
      setgroups([]);
      setgid(65534);
      setuid(65533);
      return { ids: [getuid(), geteuid(), getgid(), getegid()], effective: String(capget().effective) };
    });
    expect(ids).toEqual({ ids: [65533, 65533, 65534, 65534], effective: '0' });
    expect(process.getuid?.()).toBe(0);
  });

  test('setreuid and setregid change the effective id alone', () => {
    const ids = inChild(() => {
      setregid(-1, 65534);
      setreuid(-1, 65533);
      return [getuid(), geteuid(), getgid(), getegid()];
    });
    expect(ids).toEqual([0, 65533, 0, 65534]);
  });

  test('there is no way back', () => {
    const back = () =>
      inChild(() => {
        setresuid(65533, 65533, 65533);
        setuid(0);
      });
    expect(back).toThrow(expect.objectContaining({ call: 'setuid', code: 'EPERM', args: '0', lesson: '09-run' }));
  });

  test('setgroups tells the kernel all of them', () => {
    const groups = inChild(() => {
      setgroups([1, 2, 4_000_000_000]);
      return /Groups:\t(.*)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]?.trim();
    });
    expect(groups).toBe('1 2 4000000000');
  });

  test('capset takes and keeps', () => {
    const masks = inChild(() => {
      capset({ effective: 1n << 5n, permitted: (1n << 5n) | (1n << 38n), inheritable: 0n });
      const { effective, permitted } = capget();
      return [String(effective), String(permitted)];
    });
    expect(masks).toEqual([String(1n << 5n), String((1n << 5n) | (1n << 38n))]);
    const grow = () =>
      inChild(() => {
        capset({ effective: 0n, permitted: 0n, inheritable: 0n });
        capset({ effective: 0n, permitted: 1n, inheritable: 0n });
      });
    expect(grow).toThrow(
      expect.objectContaining({
        code: 'EPERM',
        args: '{version: _LINUX_CAPABILITY_VERSION_3, pid: 0}, {effective: 0, permitted: 1<<CAP_CHOWN, inheritable: 0}',
      }),
    );
  });
});

describe('seccomp', () => {
  const [BPF_LD_W_ABS, BPF_JEQ, BPF_RET] = [0x20, 0x15, 0x06];
  const [ALLOW, ERRNO_77] = [0x7fff0000, 0x00050000 + 77];
  const SYS_setsid = process.arch === 'arm64' ? 157 : 112;

  /** struct sock_filter: u16 code, u8 jump if true, u8 jump if false, u32 value. */
  function instruction(code: number, jumpTrue: number, jumpFalse: number, value: number): Buffer {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt16LE(code, 0);
    bytes.writeUInt8(jumpTrue, 2);
    bytes.writeUInt8(jumpFalse, 3);
    bytes.writeUInt32LE(value, 4);
    return bytes;
  }

  const refuseSetsid = Buffer.concat([
    instruction(BPF_LD_W_ABS, 0, 0, 0),
    instruction(BPF_JEQ, 0, 1, SYS_setsid),
    instruction(BPF_RET, 0, 0, ERRNO_77),
    instruction(BPF_RET, 0, 0, ALLOW),
  ]);

  test('loads a filter that the kernel obeys', () => {
    const run = () =>
      inChild(() => {
        prctl(38, 1); // PR_SET_NO_NEW_PRIVS
        seccomp(SECCOMP_SET_MODE_FILTER, 0, refuseSetsid);
        getpid();
        setsid();
      });
    expect(run).toThrow(expect.objectContaining({ call: 'setsid', errno: 77 }));
  });

  test('EINVAL for a program that does not end', () => {
    const run = () =>
      inChild(() => {
        prctl(38, 1);
        seccomp(SECCOMP_SET_MODE_FILTER, 0, instruction(BPF_LD_W_ABS, 0, 0, 0));
      });
    expect(run).toThrow(
      expect.objectContaining({
        code: 'EINVAL',
        args: 'SECCOMP_SET_MODE_FILTER, 0, {len: 1, filter: …}',
        lesson: '09-run',
      }),
    );
  });

  test('EACCES without no_new_privs', () => {
    const run = () =>
      inChild(() => {
        if (getuid() === 0) setuid(65534);
        seccomp(SECCOMP_SET_MODE_FILTER, 0, refuseSetsid);
      });
    expect(run).toThrow(expect.objectContaining({ code: 'EACCES', hint: expect.stringContaining('NO_NEW_PRIVS') }));
  });
});
