// Block I/O: throttling on a real disk, weights, and what is counted.

import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import type { LimitedCgroup } from '../../../src/cgroups/cgroup.ts';
import { readFile } from '../../../src/cgroups/files.ts';
import type { BlockIO, Throttle } from '../../../src/oci.ts';
import { type Check, end, execIn, hasNeed, inCgroup } from './check.ts';
import { type Disk, EMPTY_DISK, findDisk } from './disk.ts';

const MIB = 1024 * 1024;

function disk(): Disk {
  const found = findDisk(hasNeed('own machine'));
  assert.ok(found, 'there is a disk');
  return found;
}

function limitOf(rate: number): Throttle[] {
  const { major, minor } = disk();
  return [{ major, minor, rate }];
}

function ioFile(cgroup: LimitedCgroup, v1: string, v2: string): string {
  const part = cgroup.parts.find(({ controllers }) => controllers.includes('blkio') || controllers.includes('io'));
  return (part && readFile(part, part.version === 1 ? v1 : v2)) ?? '';
}

/** Runs dd past the page cache. @returns seconds. */
function copy(cgroup: LimitedCgroup, ...options: string[]): number {
  const startedAt = performance.now();
  assert.deepEqual(end(execIn(cgroup, ['dd', ...options, 'status=none'])), { exited: 0 });
  return (performance.now() - startedAt) / 1000;
}

const READ = ['of=/dev/null', 'iflag=direct', 'bs=256k', 'count=16'];
const WRITE = ['if=/dev/zero', `of=${EMPTY_DISK}`, 'oflag=direct', 'bs=256k', 'count=16'];

/** 4 MiB with a limit of 1 MiB a second take 4 seconds; the kernel grants a part of the first second at once. */
function assertThrottled(seconds: number): void {
  assert.ok(seconds > 3 && seconds < 8, `4 MiB at 1 MiB a second took ${seconds} s`);
}

export const ioChecks: Check[] = [
  {
    name: 'reading a disk is throttled to the bytes per second of the limit',
    needs: ['disk'],
    run: () => {
      const { file } = disk();
      inCgroup({}, (cgroup) => assert.ok(copy(cgroup, `if=${file}`, ...READ) < 2.5));
      inCgroup({ blockIO: { throttleReadBpsDevice: limitOf(MIB) } }, (cgroup) => {
        assertThrottled(copy(cgroup, `if=${file}`, ...READ));
      });
    },
  },
  {
    name: 'writing to a disk is throttled to the bytes per second of the limit',
    needs: ['own machine'],
    run: () =>
      inCgroup({ blockIO: { throttleWriteBpsDevice: limitOf(MIB) } }, (cgroup) =>
        assertThrottled(copy(cgroup, ...WRITE)),
      ),
  },
  {
    name: 'reading a disk is throttled to the operations per second of the limit',
    needs: ['disk'],
    run: () =>
      inCgroup({ blockIO: { throttleReadIOPSDevice: limitOf(4) } }, (cgroup) => {
        assertThrottled(copy(cgroup, `if=${disk().file}`, ...READ));
      }),
  },
  {
    name: 'all four limits are handed to the kernel, and 0 takes one away',
    needs: ['disk'],
    run: () => {
      const { major, minor } = disk();
      const all: BlockIO = {
        throttleReadBpsDevice: limitOf(1000),
        throttleWriteBpsDevice: limitOf(2000),
        throttleReadIOPSDevice: limitOf(3000),
        throttleWriteIOPSDevice: limitOf(4000),
      };
      inCgroup({ blockIO: all }, (cgroup) => {
        const text = () => ioFile(cgroup, 'blkio.throttle.read_bps_device', 'io.max');
        const isV2 = text().includes('rbps');
        const limits = isV2 ? 'rbps=1000 wbps=2000 riops=3000 wiops=4000' : '1000';
        assert.equal(text(), `${major}:${minor} ${limits}`);
        cgroup.update({ blockIO: { throttleReadBpsDevice: limitOf(0) } });
        assert.equal(text(), isV2 ? `${major}:${minor} rbps=max wbps=2000 riops=3000 wiops=4000` : '');
      });
    },
  },
  {
    name: 'bytes and operations are counted',
    needs: ['disk'],
    run: () =>
      // On v1 only what a limit looks at is counted, so there is one.
      inCgroup({ blockIO: { throttleReadBpsDevice: limitOf(1000 * MIB) } }, (cgroup) => {
        copy(cgroup, `if=${disk().file}`, ...READ);
        const { readBytes, reads } = cgroup.stats().io;
        assert.ok(readBytes >= 4 * MIB && readBytes < 20 * MIB, `${readBytes} bytes`);
        assert.ok(reads >= 16, `${reads} operations`);
      }),
  },
  {
    name: 'a weight for a disk whose scheduler knows none is left out, and that is said beside a weight for all',
    needs: ['disk'],
    run: () => {
      if (hasNeed('own machine')) writeFileSync('/sys/block/vda/queue/scheduler', 'none');
      const { major, minor } = disk();
      const weightDevice = [{ major, minor, weight: 200 }];
      inCgroup({ blockIO: { weight: 300, weightDevice } }, (cgroup) => {
        const files = [ioFile(cgroup, 'blkio.bfq.weight_device', 'io.bfq.weight'), ioFile(cgroup, '', 'io.weight')];
        const isSet = files.join('\n').includes(`${major}:${minor} `);
        const loss = `an I/O weight for the disk ${major}:${minor} (its scheduler knows none: bfq would)`;
        assert.equal(cgroup.refused.includes(`${loss} cannot be had here: it is left out`), !isSet);
      });
    },
  },
  {
    name: 'a weight is handed to the scheduler bfq',
    needs: ['own machine'],
    run: () => {
      writeFileSync('/sys/block/vda/queue/scheduler', 'bfq');
      inCgroup({ blockIO: { weight: 300 } }, (cgroup) => {
        assert.match(ioFile(cgroup, 'blkio.bfq.weight', 'io.bfq.weight'), /^(default )?300$/);
        assert.deepEqual(cgroup.refused, []);
      });
      const { major, minor } = disk();
      inCgroup({ blockIO: { weightDevice: [{ major, minor, weight: 200 }] } }, (cgroup) => {
        assert.match(ioFile(cgroup, 'blkio.bfq.weight_device', 'io.bfq.weight'), new RegExp(`${major}:${minor} 200`));
      });
    },
  },
  {
    name: 'on v2 a weight is handed to the cost model as well, on its own scale',
    needs: ['v2', 'own machine'],
    run: () =>
      inCgroup({ blockIO: { weight: 1000 } }, (cgroup) =>
        assert.equal(ioFile(cgroup, '', 'io.weight'), 'default 10000'),
      ),
  },
];
