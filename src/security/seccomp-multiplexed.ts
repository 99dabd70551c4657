// socketcall and ipc: two calls of i386 that make many others, by a number that is their first argument.
//
// Who denies `socket` means socketcall(1) too, or a program would get around the rule. The arguments proper lie in
// memory, where no filter can look: of a rule that asks for some, a denial counts for all of its call, and a
// permission for none.

import { type Decision, type Decisions, isPermissive, type Test } from './seccomp-decisions.ts';
import { multiplexed } from './syscalls.ts';

/** The decisions with those for socketcall and ipc. A rule for either of the two itself goes before. */
export function addMultiplexed(decisions: Decisions): Decisions {
  const more = new Map(decisions);
  for (const [name, calls] of Object.entries(multiplexed())) {
    const own = decisions.get(name);
    if (own?.otherwise !== undefined) continue;
    const tests = calls.flatMap((call) => {
      const answer = answerWithoutArguments(decisions.get(call.name));
      return answer === undefined ? [] : [selects(call.number, answer)];
    });
    if (tests.length > 0) more.set(name, { tests: [...(own?.tests ?? []), ...tests] });
  }
  return more;
}

function answerWithoutArguments(decision: Decision | undefined): number | undefined {
  return decision?.tests.find(({ answer }) => !isPermissive(answer))?.answer ?? decision?.otherwise;
}

/** The upper 16 bits are a version, which the kernel takes off. */
function selects(number: number, answer: number): Test {
  return { args: [{ index: 0, op: 'SCMP_CMP_MASKED_EQ', value: 0xffff, valueTwo: number }], answer };
}
