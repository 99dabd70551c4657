// config.json's `linux.resources`: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#control-groups

import { isLimit } from '../../cgroups/apply.ts';
import type { Spec } from '../../oci.ts';
import type { Words } from './words.ts';

export function resourcesSchema(words: Words) {
  const { z, limit, uint32 } = words;
  return z.object({
    devices: z.array(deviceRuleSchema(words)).optional(),
    memory: memorySchema(words).optional(),
    cpu: cpuSchema(words).optional(),
    pids: z.object({ limit: limit.optional() }).optional(),
    blockIO: blockIOSchema(words).optional(),
    hugepageLimits: z.array(hugepageSchema(words)).optional(),
    network: z.object({ classID: uint32.optional(), priorities: z.array(prioritySchema(words)).optional() }).optional(),
    rdma: z.record(z.string(), rdmaSchema(words)).optional(),
    unified: z.record(z.string(), z.string()).optional(),
  });
}

function deviceRuleSchema({ z, whole }: Words) {
  return z.object({
    allow: z.boolean(),
    type: z.enum(['a', 'c', 'b']).optional(),
    major: whole.optional(),
    minor: whole.optional(),
    access: z
      .string()
      .regex(/^[rwm]{1,3}$/, 'is not made of r, w and m')
      .optional(),
  });
}

function memorySchema({ z, limit, whole }: Words) {
  return z.object({
    limit: limit.optional(),
    reservation: limit.optional(),
    swap: limit.optional(),
    kernel: limit.optional(),
    kernelTCP: limit.optional(),
    swappiness: whole.min(0).max(100).optional(),
    disableOOMKiller: z.boolean().optional(),
    useHierarchy: z.boolean().optional(),
    checkBeforeUpdate: z.boolean().optional(),
  });
}

function cpuSchema({ z, limit, uint64, list }: Words) {
  return z.object({
    shares: uint64.optional(),
    quota: limit.optional(),
    burst: uint64.optional(),
    period: uint64.optional(),
    realtimeRuntime: limit.optional(),
    realtimePeriod: uint64.optional(),
    cpus: list.optional(),
    mems: list.optional(),
    idle: z.literal([0, 1]).optional(),
  });
}

function blockIOSchema(words: Words) {
  const { z, whole, uint64 } = words;
  // 0 leaves it open, as engines write it.
  const weight = whole
    .refine((value) => value === 0 || (value >= 10 && value <= 1000), 'is not from 10 to 1000')
    .optional();
  const weights = z
    .object({ major: whole, minor: whole, weight, leafWeight: weight })
    .refine((one) => one.weight !== undefined || one.leafWeight !== undefined, 'has neither weight nor leafWeight');
  const throttles = z.array(z.object({ major: whole, minor: whole, rate: uint64 })).optional();
  return z.object({
    weight,
    leafWeight: weight,
    weightDevice: z.array(weights).optional(),
    throttleReadBpsDevice: throttles,
    throttleWriteBpsDevice: throttles,
    throttleReadIOPSDevice: throttles,
    throttleWriteIOPSDevice: throttles,
  });
}

function hugepageSchema({ z, uint64 }: Words) {
  return z.object({ pageSize: z.string().regex(/^\d+[KMG]B$/, 'is no page size such as 2MB'), limit: uint64 });
}

function prioritySchema({ z, text, uint32 }: Words) {
  return z.object({ name: text.min(1), priority: uint32 });
}

function rdmaSchema({ z, uint32 }: Words) {
  return z
    .object({ hcaHandles: uint32.optional(), hcaObjects: uint32.optional() })
    .refine((limits) => Object.keys(limits).length > 0, 'has neither hcaHandles nor hcaObjects');
}

/** Limits that belong together. */
export function resourceMistakes({ linux: { resources = {} } = {} }: Spec): string[] {
  const { memory: { limit = 0, swap = 0 } = {}, cpu: { quota = 0, burst = 0 } = {}, unified = {} } = resources;
  const noLimits = Object.keys(unified).filter((file) => !isLimit(file));
  return [
    ...noLimits.map((file) => `linux.resources.unified: "${file}" is no limit`),
    ...(limit > 0 && swap > 0 && swap < limit
      ? [`linux.resources.memory.swap: ${swap} bytes of memory and swap together are less than the ${limit} of memory`]
      : []),
    ...(quota > 0 && burst > quota ? [`linux.resources.cpu.burst: ${burst} is more than the quota, ${quota}`] : []),
  ];
}
