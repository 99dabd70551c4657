// A bar that is filled in part. Half cells make it twice as fine.

import { Text } from 'ink';
import { useSurroundings } from './context.tsx';

export function Bar({ part, width, color = 'green' }: { part: number; width: number; color?: string }) {
  const { isPlain } = useSurroundings();
  if (isPlain) return null;
  const { full, empty } = barOf(part, width);
  return (
    <Text>
      <Text color={color}>{full}</Text>
      <Text dimColor>{empty}</Text>
    </Text>
  );
}

/** @param part 0 to 1; more is as much as 1. */
export function barOf(part: number, width: number): { full: string; empty: string } {
  const halves = Math.round(Math.min(1, Math.max(0, part)) * width * 2);
  const full = '━'.repeat(halves >> 1) + (halves & 1 ? '╸' : '');
  return { full, empty: '─'.repeat(Math.max(0, width - full.length)) };
}
