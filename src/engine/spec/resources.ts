// The limits, in the specification's units. Options that were not given leave no trace.

import type { BlockIO, Resources, Throttle } from '../../oci.ts';
import { known } from '../known.ts';
import type { AskedOptions, DeviceRate, DeviceWeight, ResourceOptions } from '../options.ts';
import { deviceRules } from './devices.ts';
import { deviceAt } from './host-devices.ts';

/** Microseconds; what a number of processors is a share of. */
const PERIOD_US = 100_000;

export function makeResources(options: AskedOptions): Resources {
  const { resources } = options;
  const pids = resources.pidsLimit === undefined ? undefined : { limit: resources.pidsLimit || -1 };
  return {
    devices: deviceRules(options),
    ...known({ memory: makeMemory(resources), cpu: makeCpu(resources), pids, blockIO: makeBlockIO(resources) }),
  };
}

/** Without a word on swap a container may swap as much as it has memory, as with Docker. */
function makeMemory(options: ResourceOptions): Resources['memory'] {
  const {
    memory: limit,
    memorySwap,
    memoryReservation: reservation,
    memorySwappiness: swappiness,
    oomKillDisable,
  } = options;
  const swap = memorySwap || (limit === undefined ? undefined : 2 * limit);
  return orNothing({
    ...known({ limit, swap, reservation, swappiness }),
    ...(oomKillDisable ? { disableOOMKiller: true } : {}),
  });
}

/** 1.5 processors are 150 ms of processor time in every 100 ms. */
function makeCpu(options: ResourceOptions): Resources['cpu'] {
  const { cpus } = options;
  const quota = cpus === undefined ? options.cpuQuota : Math.round(cpus * PERIOD_US);
  const period = cpus === undefined ? options.cpuPeriod : PERIOD_US;
  return orNothing(
    known({
      shares: options.cpuShares,
      quota,
      period,
      realtimeRuntime: options.cpuRealtimeRuntime,
      realtimePeriod: options.cpuRealtimePeriod,
      cpus: options.cpusetCpus,
      mems: options.cpusetMems,
    }),
  );
}

function makeBlockIO(options: ResourceOptions): BlockIO | undefined {
  const lists = {
    weightDevice: weights(options.weights),
    throttleReadBpsDevice: throttles(options.readBps),
    throttleWriteBpsDevice: throttles(options.writeBps),
    throttleReadIOPSDevice: throttles(options.readIops),
    throttleWriteIOPSDevice: throttles(options.writeIops),
  };
  return orNothing(known({ weight: options.blkioWeight || undefined, ...lists }));
}

function weights(devices: readonly DeviceWeight[]): BlockIO['weightDevice'] {
  if (devices.length === 0) return undefined;
  return devices.map(({ path, weight }) => {
    const { major, minor } = deviceAt(path);
    return { major, minor, weight };
  });
}

function throttles(rates: readonly DeviceRate[]): Throttle[] | undefined {
  if (rates.length === 0) return undefined;
  return rates.map(({ path, rate }) => {
    const { major, minor } = deviceAt(path);
    return { major, minor, rate };
  });
}

function orNothing<T extends object>(object: T): T | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}
