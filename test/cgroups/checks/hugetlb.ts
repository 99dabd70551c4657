// Huge pages.

import { strict as assert } from 'node:assert';
import { existsSync, writeFileSync } from 'node:fs';
import { readFile } from '../../../src/cgroups/files.ts';
import { bind, call } from '../../../src/linux/door.ts';
import { type Check, end, inCgroup, startIn } from './check.ts';

const PAGE = 2 * 1024 * 1024;
const mmap = bind('intptr_t mmap(uintptr_t address, size_t length, int protection, int flags, int fd, long offset)');
const READ_WRITE = 3;
const PRIVATE_ANONYMOUS_HUGETLB = 0x40022;

/** 0, or 1 when the kernel does not give that many huge pages. */
function takePages(count: number): number {
  try {
    call(
      'mmap',
      () => '',
      () => mmap(0, count * PAGE, READ_WRITE, PRIVATE_ANONYMOUS_HUGETLB, -1, 0),
    );
    return 0;
  } catch {
    return 1;
  }
}

export const hugetlbChecks: Check[] = [
  {
    name: 'a limit on huge pages is handed to the kernel',
    run: () =>
      inCgroup({ hugepageLimits: [{ pageSize: '2MB', limit: 3 * PAGE }] }, (cgroup) => {
        const part = cgroup.parts.find(({ controllers }) => controllers.includes('hugetlb'));
        assert.ok(part);
        for (const word of ['hugetlb.2MB', 'hugetlb.2MB.rsvd']) {
          assert.equal(readFile(part, `${word}.${part.version === 1 ? 'limit_in_bytes' : 'max'}`), `${3 * PAGE}`);
        }
      }),
  },
  {
    name: 'a program gets as many huge pages as its limit, and not one more',
    needs: ['own machine'],
    run: () => {
      writeFileSync('/proc/sys/vm/nr_hugepages', '8');
      inCgroup({ hugepageLimits: [{ pageSize: '2MB', limit: 2 * PAGE }] }, (cgroup) => {
        assert.deepEqual(end(startIn(cgroup, () => takePages(2))), { exited: 0 });
        assert.deepEqual(end(startIn(cgroup, () => takePages(3))), { exited: 1 });
      });
      writeFileSync('/proc/sys/vm/nr_hugepages', '0');
    },
  },
  {
    name: 'a size of page that this kernel does not have is an error that names the file',
    run: () => {
      assert.ok(!existsSync('/sys/kernel/mm/hugepages/hugepages-3072kB'));
      assert.throws(
        () => inCgroup({ hugepageLimits: [{ pageSize: '3MB', limit: 0 }] }, () => {}),
        /cannot set hugetlb\.3MB\./,
      );
    },
  },
];
