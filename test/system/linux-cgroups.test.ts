// cgroups on the real kernel: what each mistake is told as, and the program that decides about devices.

import { describe, expect, test } from 'vitest';
import { detectHierarchies } from '../../src/cgroups/detect.ts';
import { attachDeviceProgram, loadDeviceProgram } from '../../src/linux/bpf.ts';
import { AT_FDCWD, AT_REMOVEDIR, O_CLOEXEC, O_DIRECTORY } from '../../src/linux/constants.ts';
import { close, mkdir, open, readText, unlinkat, writeText } from '../../src/linux/files.ts';
import { inChild } from '../in-child.ts';
import { isMissing } from '../linux/missing.ts';
import { asNobody, failure } from './provoke.ts';

describe('a cgroup', () => {
  const hierarchies = detectHierarchies();
  const v2 = hierarchies.find(({ version }) => version === 2);
  const withPids = hierarchies.find(({ controllers }) => controllers.includes('pids'));

  /** Calls `use` with a new cgroup, whose processes have ended when it is removed. */
  function withCgroup(mountPoint: string, use: (folder: string) => void): void {
    const folder = `${mountPoint}/slipway-test-${process.pid}`;
    mkdir(folder, 0o755);
    try {
      use(folder);
    } finally {
      unlinkat(AT_FDCWD, folder, AT_REMOVEDIR);
    }
  }

  const inCgroup = (folder: string, work: () => void) => () =>
    inChild(() => {
      writeText(`${folder}/cgroup.procs`, '0');
      work();
    });

  test.skipIf(isMissing('pids controller', withPids !== undefined))('EINVAL for a value that is none', () => {
    withCgroup(withPids?.mountPoint ?? '', (folder) => {
      expect(() => writeText(`${folder}/pids.max`, 'many')).toThrow(
        failure('write', 'EINVAL', { hint: 'outside of what this controller', lesson: '05-cgroups' }),
      );
    });
  });

  test('ENOENT for a file of a controller that is not here', () => {
    withCgroup(hierarchies[0]?.mountPoint ?? '', (folder) => {
      expect(() => writeText(`${folder}/nosuch.max`, '1')).toThrow(
        failure('openat', 'ENOENT', { hint: 'cgroup.controllers', lesson: '05-cgroups' }),
      );
    });
  });

  test('EBUSY for removing it with a process inside', () => {
    withCgroup(hierarchies[0]?.mountPoint ?? '', (folder) => {
      expect(inCgroup(folder, () => unlinkat(AT_FDCWD, folder, AT_REMOVEDIR))).toThrow(
        failure('unlinkat', 'EBUSY', { hint: 'still has processes', lesson: '05-cgroups' }),
      );
    });
  });

  test.skipIf(isMissing('cgroup v2', v2 !== undefined))(
    'ENOENT for switching on what the parent does not pass down',
    () => {
      withCgroup(v2?.mountPoint ?? '', (folder) => {
        const missing = ['cpu', 'memory', 'io', 'pids'].find(
          (name) => !readText(`${folder}/cgroup.controllers`).includes(name),
        );
        if (missing === undefined) return; // all are there
        expect(() => writeText(`${folder}/cgroup.subtree_control`, `+${missing}`)).toThrow(
          failure('write', 'ENOENT', { hint: 'not switched on', lesson: '05-cgroups' }),
        );
      });
    },
  );

  /** Two instructions of eBPF, 8 bytes each: put the answer into r0, and return it. */
  const deviceProgram = (answer: number) => Buffer.from([0xb7, 0, 0, 0, answer, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0]);

  test.skipIf(isMissing('cgroup v2', v2 !== undefined))('a program decides about devices', () => {
    withCgroup(v2?.mountPoint ?? '', (folder) => {
      const fd = open(folder, O_DIRECTORY | O_CLOEXEC);
      const openNull = inCgroup(folder, () => close(open('/dev/null', O_CLOEXEC)));
      attachDeviceProgram(fd, loadDeviceProgram(deviceProgram(1)));
      openNull();
      attachDeviceProgram(fd, loadDeviceProgram(deviceProgram(0)));
      expect(openNull).toThrow(expect.objectContaining({ call: 'openat', code: 'EPERM' }));
      close(fd);
    });
  });

  test('EINVAL for a program that the verifier refuses, EPERM for an ordinary user', () => {
    const endless = deviceProgram(1).subarray(0, 8);
    expect(() => loadDeviceProgram(endless)).toThrow(
      failure('bpf', 'EINVAL', { hint: 'verifier', lesson: '05-cgroups' }),
    );
    expect(() => asNobody(() => loadDeviceProgram(deviceProgram(1)))).toThrow(failure('bpf', 'EPERM'));
  });

  const passed = v2 && readText(`${v2.mountPoint}/cgroup.subtree_control`).trim().split(' ')[0];
  test.skipIf(isMissing('controller passed down by cgroup v2', !!passed))(
    'EBUSY for processes in a cgroup that is no leaf',
    () => {
      withCgroup(v2?.mountPoint ?? '', (folder) => {
        expect(inCgroup(folder, () => writeText(`${folder}/cgroup.subtree_control`, `+${passed}`))).toThrow(
          failure('write', 'EBUSY', { hint: 'processes only in leaves', lesson: '05-cgroups' }),
        );
      });
    },
  );
});
