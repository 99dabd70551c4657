// Up and down in a list, by arrows or as in vi.

import type { Key as Pressed } from 'ink';
import type { Key } from './keys.tsx';

export const ARROWS: Omit<Key, 'run'> = {
  key: '↑↓',
  does: { en: 'choose', zh: '选择' },
  press: (input, { upArrow, downArrow }) => upArrow || downArrow || input === 'j' || input === 'k',
};

/** Where the choice is after such a key. It stops at both ends. */
export function moved(at: number, length: number, { upArrow }: Pressed, input = ''): number {
  const next = at + (upArrow || input === 'k' ? -1 : 1);
  return Math.max(0, Math.min(length - 1, next));
}
