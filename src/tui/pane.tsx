// A pane: lines that are scrolled when there are more than rows, with a bar at its right that shows where we are.

import { Box, type Key as Pressed, Text } from 'ink';
import { useEffect, useState } from 'react';
import { useSurroundings } from './context.tsx';
import type { Key } from './keys.tsx';

export interface Scroll {
  offset: number;
  rows: number;
  length: number;
  keys: Key[];
}

export interface News {
  /** Another name is other news; none, when it is empty. */
  name: string;
  /** Where it begins. */
  line: number;
}

const NO_NEWS: News = { name: '', line: 0 };

/**
 * Keys that scroll, and where they have got to; in plain mode all lines are there, and no keys. `follow` keeps the end in sight, for output that grows.
 * @param news what has just come: it is brought in sight, once.
 */
export function useScroll(length: number, rows: number, follow = false, news: News = NO_NEWS): Scroll {
  const { isPlain } = useSurroundings();
  const [asked, ask] = useState<number>();
  const last = Math.max(0, length - rows);
  const offset = Math.min(asked ?? (follow ? last : 0), last);
  const by = (count: number) => ask(Math.max(0, Math.min(last, offset + count)));
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each
  useEffect(() => {
    if (news.name !== '') ask(news.line);
  }, [news.name]);
  const keys: Key[] = [
    {
      key: '↑↓',
      does: { en: 'scroll', zh: '滚动' },
      press: (input, { upArrow, downArrow }) => upArrow || downArrow || input === 'j' || input === 'k',
      run: (input, { upArrow }) => by(upArrow || input === 'k' ? -1 : 1),
    },
    {
      key: 'Space',
      does: { en: 'a page down (PgUp: up)', zh: '下一页（PgUp 上一页）' },
      press: (input, pressed) => input === ' ' || isPage(pressed),
      run: (_, { pageUp }) => by((rows - 1) * (pageUp ? -1 : 1)),
      isMinor: true,
    },
  ];
  return { offset, rows, length, keys: isPlain ? [] : keys };
}

function isPage({ pageUp, pageDown }: Pressed): boolean {
  return pageUp || pageDown;
}

export function Lines({ lines, scroll, width }: { lines: readonly string[]; scroll: Scroll; width: number }) {
  const { isPlain } = useSurroundings();
  if (isPlain) return <Text>{lines.join('\n')}</Text>;
  const { offset, rows } = scroll;
  const shown = lines.slice(offset, offset + rows);
  return (
    <Box height={rows} width={width} overflow="hidden">
      <Box flexDirection="column" width={width - 1} flexShrink={0}>
        {shown.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <Text key={index} wrap="truncate">
            {line === '' ? ' ' : line}
          </Text>
        ))}
      </Box>
      <ScrollBar {...scroll} />
    </Box>
  );
}

function ScrollBar({ offset, rows, length }: Scroll) {
  if (length <= rows) return null;
  const size = Math.max(1, Math.round((rows * rows) / length));
  const top = Math.round((offset / (length - rows)) * (rows - size));
  const cells = Array.from({ length: rows }, (_, row) => (row >= top && row < top + size ? '┃' : '│'));
  return <Text dimColor>{cells.join('\n')}</Text>;
}
