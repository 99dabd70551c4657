// config.json's `linux.seccomp`: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp

import type { Words } from './words.ts';

const ACTIONS = [
  'SCMP_ACT_ALLOW',
  'SCMP_ACT_ERRNO',
  'SCMP_ACT_KILL',
  'SCMP_ACT_KILL_PROCESS',
  'SCMP_ACT_KILL_THREAD',
  'SCMP_ACT_TRAP',
  'SCMP_ACT_TRACE',
  'SCMP_ACT_LOG',
] as const;

const OPERATORS = [
  'SCMP_CMP_NE',
  'SCMP_CMP_LT',
  'SCMP_CMP_LE',
  'SCMP_CMP_EQ',
  'SCMP_CMP_GE',
  'SCMP_CMP_GT',
  'SCMP_CMP_MASKED_EQ',
] as const;

export function seccompSchema(words: Words) {
  const { z, whole } = words;
  return z.object({
    defaultAction: z.enum(ACTIONS),
    defaultErrnoRet: whole.min(0).max(4095).optional(),
    architectures: z.array(z.string()).optional(),
    flags: z.array(z.string()).optional(),
    syscalls: z.array(ruleSchema(words)).optional(),
  });
}

function ruleSchema({ z, whole, uint64 }: Words) {
  const argument = z.object({
    index: whole.min(0).max(5),
    value: uint64,
    valueTwo: uint64.optional(),
    op: z.enum(OPERATORS),
  });
  return z.object({
    names: z.array(z.string()).min(1),
    action: z.enum(ACTIONS),
    errnoRet: whole.min(0).max(4095).optional(),
    args: z.array(argument).optional(),
  });
}
