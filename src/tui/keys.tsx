// The keys of a screen: one table says what is shown at the bottom, what ? lists, and what a key does.

import { Box, type Key as Pressed, Text, useWindowSize } from 'ink';
import stringWidth from 'string-width';
import type { Text as Words } from '../learn/text.ts';
import { COMMA, useSurroundings, useText } from './context.tsx';
import { useListener } from './keyboard.tsx';

export interface Key {
  /** As it is shown: `r`, `↑↓`, `Enter`. */
  key: string;
  /** What it does, in a word or two. */
  does: Words;
  /** Which presses are meant; without it the key's own character. */
  press?: (input: string, pressed: Pressed) => boolean;
  run(input: string, pressed: Pressed): void;
  /** Not shown at the bottom, only by ?. */
  isMinor?: boolean;
}

/** On, to what comes next. */
export const NEXT: Pick<Key, 'key' | 'press'> = {
  key: '→',
  press: (input, { rightArrow, return: enter }) => rightArrow || enter || input === 'n',
};

/** Listens to the keys of a table; the first that fits is run. */
export function useKeys(keys: readonly Key[], isActive = true): void {
  useListener((...pressed) => {
    const hit = keys.find(({ key, press }) => (press ? press(...pressed) : pressed[0] === key));
    hit?.run(...pressed);
  }, isActive);
}

/** The most important keys, as many as there is room for; ? is always among them. */
export function KeyBar({ keys }: { keys: readonly Key[] }) {
  const { columns } = useWindowSize();
  const { isPlain } = useSurroundings();
  const t = useText();
  const shown = keys.filter(({ isMinor }) => !isMinor);
  if (isPlain) return <Text>{shown.map(({ key, does }) => `${key} ${t(does)}`).join(t(COMMA))}</Text>;
  return (
    <Box height={1} overflow="hidden">
      {fitting(shown, columns, t).map(({ key, does }) => (
        <Text key={key}>
          <Text bold color="cyan">
            {` ${key}`}
          </Text>
          <Text dimColor>{` ${t(does)} `}</Text>
        </Text>
      ))}
    </Box>
  );
}

/** Those that fit, the last ones (? and q) before those in the middle. */
function fitting(keys: readonly Key[], columns: number, t: (text: Words) => string): Key[] {
  const width = ({ key, does }: Key) => stringWidth(` ${key} ${t(does)} `);
  const [front, back] = [keys.slice(0, -2), keys.slice(-2)];
  let room = columns - back.reduce((sum, key) => sum + width(key), 0);
  const fits = front.filter((key) => {
    room -= width(key);
    return room >= 0;
  });
  return [...fits, ...back];
}

/** All keys, in place of the screen. */
export function AllKeys({ keys }: { keys: readonly Key[] }) {
  const t = useText();
  const width = Math.max(...keys.map(({ key }) => stringWidth(key)));
  return (
    <Box flexDirection="column" paddingX={2} paddingY={1}>
      {keys.map(({ key, does }) => (
        <Text key={key}>
          <Text bold color="cyan">
            {key + ' '.repeat(width - stringWidth(key))}
          </Text>
          {`   ${t(does)}`}
        </Text>
      ))}
    </Box>
  );
}
