// Draws the slipway: a ramp of planks, each laid when its lesson is done.

import { Box, Text } from 'ink';
import stringWidth from 'string-width';
import { useSurroundings, useText } from './context.tsx';
import { PLANKS, type Plank } from './plank-list.ts';

export function Planks({ width }: { width: number }) {
  const t = useText();
  return (
    <Box flexDirection="column" width={width} overflow="hidden">
      <Text bold wrap="truncate">
        {t({ en: 'The slipway: what your run has', zh: '船台：你的 run 已有的部件' })}
      </Text>
      <Text> </Text>
      {PLANKS.map((plank) => (
        <Row key={plank.lesson} plank={plank} width={width} />
      ))}
    </Box>
  );
}

function Row({ plank, width }: { plank: Plank; width: number }) {
  const { course } = useSurroundings();
  const t = useText();
  const isLaid = course.stateOf(plank.lesson) === 'done';
  const gives = t(plank.gives);
  const wood = isLaid ? '█▆▆▆▆█' : '┊┄┄┄┄┊';
  const isRoomy = width > 56;
  return (
    <Box>
      <Box flexShrink={0}>
        <Text color={isLaid ? 'yellow' : ''} dimColor={!isLaid}>{`${wood} `}</Text>
      </Box>
      <Text wrap="truncate" dimColor={!isLaid} bold={isLaid}>
        {gives}
        {isRoomy ? <Text dimColor>{`${' '.repeat(Math.max(2, 38 - stringWidth(gives)))}${plank.calls}`}</Text> : null}
      </Text>
    </Box>
  );
}
