// The speaker's notes of a step, below the slide.

import { Box, Text } from 'ink';
import { wrapLine } from '../../learn/wrap.ts';
import { useSurroundings, useText } from '../context.tsx';

const NONE = { en: 'No notes for this step.', zh: '这一步没有讲稿。' };

/** With the line above them; they never take more than half of the screen. */
export function notesRows(text: string, columns: number, rows: number): number {
  return Math.min(linesOf(text || NONE.en, columns).length + 1, Math.floor(rows / 2));
}

function linesOf(text: string, columns: number): string[] {
  return text.split('\n').flatMap((line) => wrapLine(line, columns - 4));
}

export function Notes({ text, columns, rows }: { text: string; columns: number; rows: number }) {
  const t = useText();
  const { isPlain } = useSurroundings();
  const lines = linesOf(text || t(NONE), columns);
  if (isPlain) return <Text>{`${t({ en: 'Notes: ', zh: '讲稿：' })}${text || t(NONE)}`}</Text>;
  return (
    <Box flexDirection="column" height={rows} flexShrink={0} overflow="hidden">
      <Text color="yellow">{`╌╌ ${t({ en: 'notes', zh: '讲稿' })} ${'╌'.repeat(Math.max(0, columns - 10))}`}</Text>
      {lines.slice(0, rows - 1).map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <Text key={index} wrap="truncate">{`  ${line}`}</Text>
      ))}
    </Box>
  );
}
