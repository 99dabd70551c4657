// config.json's `linux.seccomp`: https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#seccomp

import type { Seccomp, Spec } from '../../oci.ts';
import { FLAGS } from '../../security/seccomp-flags.ts';
import { notifyMistakes } from '../../security/seccomp-notify.ts';
import type { Words } from './words.ts';

const ACTIONS = 'ALLOW ERRNO KILL KILL_PROCESS KILL_THREAD TRAP TRACE LOG NOTIFY'
  .split(' ')
  .map((name) => `SCMP_ACT_${name}`);
const OPERATORS = 'NE LT LE EQ GE GT MASKED_EQ'.split(' ').map((name) => `SCMP_CMP_${name}`);

/** Those of other machines are no mistake: nothing runs here that makes such calls. */
const ARCHITECTURES =
  `X86 X86_64 X32 ARM AARCH64 MIPS MIPS64 MIPS64N32 MIPSEL MIPSEL64 MIPSEL64N32 PPC PPC64 PPC64LE S390
  S390X PARISC PARISC64 RISCV64 LOONGARCH64 M68K SH SHEB`
    .split(/\s+/)
    .map((name) => `SCMP_ARCH_${name}`);

export function seccompSchema(words: Words) {
  const { z, text, whole } = words;
  return z.object({
    defaultAction: z.enum([...ACTIONS, '']),
    defaultErrnoRet: whole.min(0).max(4095).optional(),
    architectures: z.array(z.enum(ARCHITECTURES)).optional(),
    flags: z.array(z.enum([...FLAGS.keys()])).optional(),
    listenerPath: text.optional(),
    listenerMetadata: z.string().optional(),
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

export function seccompMistakes({ linux: { seccomp } = {} }: Spec): string[] {
  if (!seccomp) return [];
  return [...emptyMistakes(seccomp), ...errnoMistakes(seccomp), ...notifyMistakes(seccomp)].map(
    (mistake) => `linux.seccomp.${mistake}`,
  );
}

/** Some engines write an empty profile where there is to be none. */
function emptyMistakes({ defaultAction, syscalls = [] }: Seccomp): string[] {
  return (defaultAction as string) === '' && syscalls.length > 0 ? ['defaultAction: it is missing'] : [];
}

/** Which actions can give a number: the errno, or what the tracer is told. */
function errnoMistakes({ defaultAction, defaultErrnoRet, syscalls = [] }: Seccomp): string[] {
  const takesNone = (action: string) => action !== 'SCMP_ACT_ERRNO' && action !== 'SCMP_ACT_TRACE';
  const rules = syscalls.flatMap(({ action, errnoRet }, index) =>
    errnoRet !== undefined && takesNone(action) ? [`syscalls[${index}].errnoRet: ${action} has none`] : [],
  );
  const isWrong = defaultErrnoRet !== undefined && takesNone(defaultAction);
  return isWrong ? [`defaultErrnoRet: ${defaultAction} has none`, ...rules] : rules;
}
