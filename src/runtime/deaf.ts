// Why Ctrl-C may do nothing: the first process of a PID namespace gets from outside only the signals that it has a
// handler for, and SIGKILL and SIGSTOP (man 7 pid_namespaces). `sleep` has none, and so it sleeps on.

import { readFileSync } from 'node:fs';
import { SIGNALS } from '../linux/constants.ts';

/** By which people mean to end a program. */
const ENDING: readonly number[] = [SIGNALS.SIGHUP, SIGNALS.SIGINT, SIGNALS.SIGQUIT, SIGNALS.SIGTERM];

/** True when this signal should end process `pid`, seen from the host, and the kernel is going to throw it away. */
export function isDeafTo(pid: number, signal: number): boolean {
  if (!ENDING.includes(signal)) return false;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const numbers = /^NSpid:\s*(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
    const caught = BigInt(`0x${/^SigCgt:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? 'ffffffffffffffff'}`);
    return numbers.length > 1 && numbers.at(-1) === '1' && ((caught >> BigInt(signal - 1)) & 1n) === 0n;
  } catch {
    return false; // it has just ended
  }
}

/** The sentence for its user. @param cure what ends it all the same. */
export function deafSentence(signal: number, cure: string): string {
  const name = Object.entries(SIGNALS).find(([, number]) => number === signal)?.[0] ?? `signal ${signal}`;
  return `the program takes no notice of ${name}: PID 1 gets only signals that it has a handler for. ${cure}`;
}

/** @param container the name of one of the engine's. */
export function deafCure(container: string): string {
  return `End it with \`slipway rm -f ${container}\`; next time, --init puts a small init in front`;
}
