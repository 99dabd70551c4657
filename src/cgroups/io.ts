// Block I/O (blkio on v1, io on v2): a weight among others, and a limit in bytes or operations per second per disk.
//
//     v1 blkio.throttle.read_bps_device   "8:0 1048576"
//     v2 io.max                           "8:0 rbps=1048576"
//     v1 blkio.bfq.weight  500            v2 io.bfq.weight  500   or   io.weight  "default 5000"

import type { BlockIO, Resources, Throttle } from '../oci.ts';
import { type Setting, setting } from './setting.ts';

type ThrottleList =
  | 'throttleReadBpsDevice'
  | 'throttleWriteBpsDevice'
  | 'throttleReadIOPSDevice'
  | 'throttleWriteIOPSDevice';

const THROTTLES: { list: ThrottleList; v1: string; v2: string }[] = [
  { list: 'throttleReadBpsDevice', v1: 'blkio.throttle.read_bps_device', v2: 'rbps' },
  { list: 'throttleWriteBpsDevice', v1: 'blkio.throttle.write_bps_device', v2: 'wbps' },
  { list: 'throttleReadIOPSDevice', v1: 'blkio.throttle.read_iops_device', v2: 'riops' },
  { list: 'throttleWriteIOPSDevice', v1: 'blkio.throttle.write_iops_device', v2: 'wiops' },
];

/** The kernel has the file only while an I/O scheduler that knows weights is there. */
const NO_WEIGHT = 'an I/O weight (no scheduler of this kernel knows one: bfq would)';
const noWeightFor = (disk: string) => `an I/O weight for the disk ${disk} (its scheduler knows none: bfq would)`;

export function ioV1({ blockIO = {} }: Resources): Setting[] {
  return [
    ...setting('blkio.bfq.weight', blockIO.weight || undefined, NO_WEIGHT),
    ...weights(blockIO, 'blkio.bfq.weight_device', (weight) => weight),
    ...leafWeights(blockIO),
    ...throttles(blockIO, ({ v1 }, { major, minor, rate }) => setting(v1, `${major}:${minor} ${rate}`)),
  ];
}

/** Which of the two weights counts is decided by the disk's scheduler, so both are written. */
export function ioV2({ blockIO = {} }: Resources): Setting[] {
  return [
    ...setting('io.bfq.weight', blockIO.weight || undefined, NO_WEIGHT),
    ...setting('io.weight', blockIO.weight ? `default ${weightV2(blockIO.weight)}` : undefined, NO_WEIGHT),
    ...weights(blockIO, 'io.bfq.weight', (weight) => weight),
    ...weights(blockIO, 'io.weight', weightV2),
    ...leafWeights(blockIO),
    ...throttles(blockIO, ({ v2 }, { major, minor, rate }) =>
      setting('io.max', `${major}:${minor} ${v2}=${rateV2(rate)}`),
    ),
  ];
}

function throttles(
  blockIO: BlockIO,
  toSetting: (kind: (typeof THROTTLES)[number], throttle: Throttle) => Setting[],
): Setting[] {
  return THROTTLES.flatMap((kind) => (blockIO[kind.list] ?? []).flatMap((throttle) => toSetting(kind, throttle)));
}

function weights({ weightDevice = [] }: BlockIO, file: string, scale: (weight: number) => number): Setting[] {
  return weightDevice.flatMap(({ major, minor, weight }) =>
    weight === undefined ? [] : setting(file, `${major}:${minor} ${scale(weight)}`, noWeightFor(`${major}:${minor}`)),
  );
}

const NO_LEAF = 'an I/O weight against child cgroups (leafWeight: it went with the scheduler CFQ in Linux 5.0)';

function leafWeights({ leafWeight, weightDevice = [] }: BlockIO): Setting[] {
  const devices = weightDevice.flatMap(({ major, minor, leafWeight: weight }) =>
    !weight ? [] : setting('blkio.leaf_weight_device', `${major}:${minor} ${weight}`, NO_LEAF),
  );
  return [...setting('blkio.leaf_weight', leafWeight || undefined, NO_LEAF), ...devices];
}

/** 0 takes a limit away, for which v2 has a word. */
function rateV2(rate: number): string {
  return rate === 0 ? 'max' : String(rate);
}

/** 10 to 1000 becomes 1 to 10000, end to end. */
export function weightV2(weight: number): number {
  return 1 + Math.floor(((weight - 10) * 9999) / 990);
}
