// While another program has the terminal, our screen is away. Whoever ends us then wants that program to end too, and the
// terminal as it was.

import { setTimeout as sleep } from 'node:timers/promises';
import { useApp } from 'ink';
import { hangUp } from './hand-over.ts';

let away: Promise<void> | undefined;

/** The function that takes our screen away, calls `use`, and brings it back. */
export function useAway(): (use: () => Promise<void>) => Promise<void> {
  const { suspendTerminal } = useApp();
  return async (use) => {
    away = suspendTerminal(() => use().finally(toLineStart));
    await away.finally(() => {
      away = undefined;
    });
  };
}

/** Ink draws from where the cursor is. It may stand behind a prompt: what is typed ahead is echoed before one. */
export function toLineStart(): void {
  process.stdout.write('\r');
}

const PATIENCE_MS = 3000;

/** Ends the program that has the terminal, if there is one, and resolves when the screen is ours again. */
export async function comeBack(): Promise<void> {
  if (away === undefined) return;
  hangUp();
  await Promise.race([away.catch(() => {}), sleep(PATIENCE_MS)]);
  process.stdout.write(LEFT_ON);
}

/** What editors leave on when they are ended so: the mouse (1000 to 1006), marks around what is pasted (2004). */
const LEFT_ON = [1000, 1002, 1003, 1006, 2004].map((mode) => `\x1b[?${mode}l`).join('');
