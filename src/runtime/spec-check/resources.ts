// config.json's `linux.resources`: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#control-groups

import type { Words } from './words.ts';

export function resourcesSchema(words: Words) {
  const { z, whole } = words;
  return z.object({
    devices: z.array(deviceRuleSchema(words)).optional(),
    memory: memorySchema(words).optional(),
    cpu: cpuSchema(words).optional(),
    pids: z.object({ limit: whole }).optional(),
    blockIO: blockIOSchema(words).optional(),
    hugepageLimits: z.array(hugepageSchema(words)).optional(),
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
    swappiness: whole.min(0).max(100).optional(),
    disableOOMKiller: z.boolean().optional(),
  });
}

function cpuSchema({ z, limit, uint64, list }: Words) {
  return z.object({
    shares: uint64.optional(),
    quota: limit.optional(),
    period: uint64.optional(),
    realtimeRuntime: uint64.optional(),
    realtimePeriod: uint64.optional(),
    cpus: list.optional(),
    mems: list.optional(),
  });
}

function blockIOSchema(words: Words) {
  const { z, whole, uint64 } = words;
  const weight = whole.min(10).max(1000);
  const throttles = z.array(z.object({ major: whole, minor: whole, rate: uint64 })).optional();
  return z.object({
    weight: weight.optional(),
    weightDevice: z.array(z.object({ major: whole, minor: whole, weight })).optional(),
    throttleReadBpsDevice: throttles,
    throttleWriteBpsDevice: throttles,
    throttleReadIOPSDevice: throttles,
    throttleWriteIOPSDevice: throttles,
  });
}

function hugepageSchema({ z, uint64 }: Words) {
  return z.object({ pageSize: z.string().regex(/^\d+[KMG]B$/, 'is no page size such as 2MB'), limit: uint64 });
}
