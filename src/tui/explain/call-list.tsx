// The calls of a start, a line for each.

import { Box, Text } from 'ink';
import { pad } from '../cells.ts';
import { useSurroundings } from '../context.tsx';
import { styled } from '../style.ts';
import type { Call } from './call.ts';
import { resultText } from './detail.ts';

interface Props {
  calls: readonly Call[];
  at: number;
  rows: number;
  columns: number;
}

/** A window on the list in which the chosen call is seen. */
export function CallList({ calls, at, rows, columns }: Props) {
  const { isPlain } = useSurroundings();
  const chosen = Math.min(at, calls.length - 1);
  const first = Math.max(0, Math.min(chosen - Math.floor(rows / 2), calls.length - rows));
  const shown = isPlain ? calls.slice(chosen, chosen + 1) : calls.slice(first, first + rows);
  return (
    <Box flexDirection="column" width={columns} flexShrink={0}>
      {shown.map((call, index) => {
        const isChosen = isPlain || first + index === chosen;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
          <Text key={index} wrap="truncate" inverse={isChosen && !isPlain}>
            {callLine(call, columns - 1, isChosen && !isPlain)}
          </Text>
        );
      })}
    </Box>
  );
}

function callLine(call: Call, width: number, isChosen: boolean): string {
  const head = `${isChosen ? '❯' : ' '}${call.atMs.toFixed(1).padStart(6)} ${pad(call.role, 5)} ${pad(call.step, 10)} `;
  const [front, end] = [`${head}${call.call}(`, `) = ${resultText(call)}`];
  const args = shortened(call.args);
  if (call.result !== -1) return pad(front + args + end, width);
  const failed = pad(front + pad(args, width - front.length - end.length).trimEnd() + end, width); // the errno is seen
  return isChosen ? failed : styled('red', failed);
}

/** Whole ids would fill the line; the open call has them. */
function shortened(args: string): string {
  return args.replaceAll(/([0-9a-f]{8})[0-9a-f]{56}/g, '$1…');
}
