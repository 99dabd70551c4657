// Block I/O (blkio on v1, io on v2): a weight among others, and a limit in bytes or operations per second per disk.
//
//     v1 blkio.throttle.read_bps_device   "8:0 1048576"
//     v2 io.max                           "8:0 rbps=1048576"

import type { BlockIO, Resources, Throttle } from '../oci.ts';
import { type Setting, setting } from './setting.ts';

const THROTTLES: { list: keyof BlockIO; v1: string; v2: string }[] = [
  { list: 'throttleReadBpsDevice', v1: 'blkio.throttle.read_bps_device', v2: 'rbps' },
  { list: 'throttleWriteBpsDevice', v1: 'blkio.throttle.write_bps_device', v2: 'wbps' },
  { list: 'throttleReadIOPSDevice', v1: 'blkio.throttle.read_iops_device', v2: 'riops' },
  { list: 'throttleWriteIOPSDevice', v1: 'blkio.throttle.write_iops_device', v2: 'wiops' },
];

function throttles(blockIO: BlockIO, list: keyof BlockIO): Throttle[] {
  return (blockIO[list] as Throttle[] | undefined) ?? [];
}

/** The weight's file depends on the I/O scheduler (bfq), so it may be missing. */
export function ioV1({ blockIO = {} }: Resources): Setting[] {
  return [
    ...setting('blkio.bfq.weight', blockIO.weight || undefined, true),
    ...THROTTLES.flatMap(({ list, v1 }) =>
      throttles(blockIO, list).flatMap(({ major, minor, rate }) => setting(v1, `${major}:${minor} ${rate}`)),
    ),
  ];
}

export function ioV2({ blockIO = {} }: Resources): Setting[] {
  return [
    ...setting('io.bfq.weight', blockIO.weight || undefined, true),
    ...setting('io.weight', blockIO.weight ? `default ${weightV2(blockIO.weight)}` : undefined, true),
    ...THROTTLES.flatMap(({ list, v2 }) =>
      throttles(blockIO, list).flatMap(({ major, minor, rate }) => setting('io.max', `${major}:${minor} ${v2}=${rate}`)),
    ),
  ];
}

/** 10 to 1000 becomes 1 to 10000, end to end. */
export function weightV2(weight: number): number {
  return 1 + Math.floor(((weight - 10) * 9999) / 990);
}
