// Devices: which may be opened and made. On v1 by a list, on v2 by a program in the kernel.

import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { O_RDWR, S_IFCHR } from '../../../src/linux/constants.ts';
import { ERRNO } from '../../../src/linux/errno.ts';
import { SyscallError } from '../../../src/linux/errors.ts';
import { mknod, open } from '../../../src/linux/files.ts';
import type { DeviceRule } from '../../../src/oci.ts';
import { type Check, end, inCgroup, startIn } from './check.ts';

const NOTHING: DeviceRule = { allow: false, access: 'rwm' };
const allow = (major: number, minor: number, access: string): DeviceRule => ({
  allow: true,
  type: 'c',
  major,
  minor,
  access,
});

/** What `attempt` ends with in a container that has these rules: 0 or the errno. */
function errnoOf(rules: DeviceRule[], attempt: () => unknown): number {
  let code = -1;
  inCgroup({ devices: rules }, (cgroup) => {
    const child = startIn(cgroup, () => {
      try {
        attempt();
        return 0;
      } catch (error) {
        return error instanceof SyscallError ? error.errno : 99;
      }
    });
    code = end(child).exited ?? -1;
  });
  return code;
}

/** A folder that is no longer there afterwards, on a file system that takes device nodes. */
function inFolder(body: (folder: string) => void): void {
  const folder = mkdtempSync(join(process.cwd(), '.cache-check-'));
  try {
    body(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const openNull = () => open('/dev/null', O_RDWR);
const openZero = () => open('/dev/zero', O_RDWR);
const readZero = () => open('/dev/zero', 0);

export const devicesChecks: Check[] = [
  {
    name: 'a device that is allowed can be opened, any other gives EPERM',
    run: () => {
      const rules = [NOTHING, allow(1, 3, 'rwm')];
      assert.equal(errnoOf(rules, openNull), 0);
      assert.equal(errnoOf(rules, openZero), ERRNO.EPERM);
      assert.equal(errnoOf([], openZero), 0);
    },
  },
  {
    name: 'reading alone can be allowed, also in two rules that only together suffice',
    run: () => {
      assert.equal(errnoOf([NOTHING, allow(1, 5, 'r')], readZero), 0);
      assert.equal(errnoOf([NOTHING, allow(1, 5, 'r')], openZero), ERRNO.EPERM);
      assert.equal(errnoOf([NOTHING, allow(1, 5, 'r'), allow(1, 5, 'w')], openZero), 0);
    },
  },
  {
    name: 'making a node and opening it are allowed one by one',
    run: () =>
      inFolder((folder) => {
        const rules = [NOTHING, allow(1, 5, 'm')];
        const path = join(folder, 'node');
        assert.equal(
          errnoOf(rules, () => mknod(path, S_IFCHR | 0o666, 1, 7)),
          ERRNO.EPERM,
        );
        assert.equal(
          errnoOf(rules, () => mknod(path, S_IFCHR | 0o666, 1, 5)),
          0,
        );
        assert.equal(
          errnoOf(rules, () => open(path, 0)),
          ERRNO.EPERM,
        );
      }),
  },
  {
    name: 'a rule without numbers is for all of its kind',
    run: () => {
      const rules: DeviceRule[] = [NOTHING, { allow: true, type: 'c', access: 'rwm' }];
      assert.equal(errnoOf(rules, openZero), 0);
      assert.equal(errnoOf([NOTHING, { allow: true, type: 'b', access: 'rwm' }], openZero), ERRNO.EPERM);
    },
  },
  {
    name: 'where all is allowed, single devices can be denied',
    run: () => {
      const rules: DeviceRule[] = [{ allow: true }, { ...allow(1, 5, 'w'), allow: false }];
      assert.equal(errnoOf(rules, openNull), 0);
      assert.equal(errnoOf(rules, openZero), ERRNO.EPERM);
      assert.equal(errnoOf(rules, readZero), 0);
    },
  },
  {
    name: 'on v2 a later rule takes back a part of an earlier one',
    needs: ['v2'],
    run: () => {
      const rules: DeviceRule[] = [
        NOTHING,
        { allow: true, type: 'c', major: 1 },
        { ...allow(1, 5, 'rwm'), allow: false },
      ];
      assert.equal(errnoOf(rules, openNull), 0);
      assert.equal(errnoOf(rules, openZero), ERRNO.EPERM);
    },
  },
  {
    name: 'on v1, which would silently not do that, it is refused',
    needs: ['v1'],
    run: () => {
      const rules: DeviceRule[] = [
        NOTHING,
        { allow: true, type: 'c', major: 1 },
        { ...allow(1, 5, 'rwm'), allow: false },
      ];
      assert.throws(
        () => errnoOf(rules, openZero),
        /takes back a part of "allow c 1:\* rwm", which cgroup v1 cannot do/,
      );
    },
  },
];
