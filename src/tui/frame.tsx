// What is around every screen: the names of the screens above, the keys below.

import { Box, Text, useWindowSize } from 'ink';
import type { ReactNode } from 'react';
import type { Text as Words } from '../learn/text.ts';
import { type Place, useSurroundings, useText } from './context.tsx';
import { type Key, KeyBar } from './keys.tsx';

export const SCREENS: readonly { screen: Exclude<Place['screen'], 'lesson' | 'present'>; name: Words }[] = [
  { screen: 'course', name: { en: 'Course', zh: '课程' } },
  { screen: 'assemble', name: { en: 'Assemble', zh: '组装' } },
  { screen: 'explain', name: { en: 'Explain', zh: '剖析' } },
  { screen: 'inspect', name: { en: 'Inspect', zh: '观察' } },
];

interface Props {
  screen: Place['screen'];
  /** Behind the name of the screen: `02 Another root · 3/7`. */
  title?: string;
  keys: readonly Key[];
  children: ReactNode;
}

export function Frame({ screen, title = '', keys, children }: Props) {
  const { columns, rows } = useWindowSize();
  const { isPlain } = useSurroundings();
  if (isPlain) return <PlainFrame {...{ screen, title, keys, children }} />;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Head screen={screen} title={title} />
      <Text dimColor>{'─'.repeat(columns)}</Text>
      <Box flexGrow={1} flexShrink={1} overflow="hidden" flexDirection="column">
        {children}
      </Box>
      <Text dimColor>{'─'.repeat(columns)}</Text>
      <KeyBar keys={keys} />
    </Box>
  );
}

function Head({ screen, title }: { screen: Place['screen']; title: string }) {
  const t = useText();
  const active = screen === 'lesson' ? 'course' : screen;
  return (
    <Box justifyContent="space-between">
      <Box flexShrink={0}>
        {SCREENS.map(({ screen: each, name }, index) => (
          <Text key={each} bold={each === active} dimColor={each !== active} color={each === active ? 'cyan' : ''}>
            {` ${each === active ? '▸' : ' '}${index + 1} ${t(name)} `}
          </Text>
        ))}
      </Box>
      <Text wrap="truncate" bold>
        {`${title} `}
      </Text>
    </Box>
  );
}

/** Says where we are and which keys there are, in sentences. */
function PlainFrame({ screen, title, keys, children }: Props) {
  const t = useText();
  const name = SCREENS.find((each) => each.screen === screen)?.name;
  return (
    <Box flexDirection="column">
      <Text>{[name && t(name), title].filter(Boolean).join(t({ en: ': ', zh: '：' }))}</Text>
      {children}
      <KeyBar keys={keys} />
    </Box>
  );
}
