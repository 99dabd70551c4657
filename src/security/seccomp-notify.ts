// SCMP_ACT_NOTIFY: the kernel asks another process, the agent, what to do with a call, and keeps the caller waiting (man 2
// seccomp_unotify). The agent asks and answers by a descriptor that loading the filter gives, and that the runtime sends it.
//
// Until the agent has it, a call that asks would wait for ever. With `write` init tells the shim where the descriptor is, so
// no profile may ask about that one.

import type { Seccomp } from '../oci.ts';

const ASK = 'SCMP_ACT_NOTIFY';

export function asksAgent({ syscalls = [] }: Seccomp): boolean {
  return syscalls.some(({ action }) => action === ASK);
}

/** What is wrong with the profile's wish for an agent, each with its place in the profile. */
export function notifyMistakes(seccomp: Seccomp): string[] {
  const { defaultAction, syscalls = [], listenerPath, listenerMetadata } = seccomp;
  const writes = syscalls.flatMap(({ action, names }, index) =>
    action === ASK && names.includes('write')
      ? [`syscalls[${index}].names: ${ASK} cannot be for write, by which the agent is told of the container`]
      : [],
  );
  return [
    ...(defaultAction === ASK ? [`defaultAction: ${ASK} can be the action of a rule alone`] : []),
    ...writes,
    ...(asksAgent(seccomp) && !listenerPath ? [`listenerPath: it is missing, and ${ASK} needs an agent's socket`] : []),
    ...(listenerMetadata && !listenerPath ? ['listenerMetadata: it is of no use without listenerPath'] : []),
  ];
}
