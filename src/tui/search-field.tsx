// A line to type a word into. Enter keeps it, Esc takes it away.

import { Box, Text } from 'ink';
import { useListener } from './keyboard.tsx';

interface Props {
  value: string;
  prompt?: string;
  isActive: boolean;
  onChange(value: string): void;
  onEnd(value: string): void;
}

export function SearchField({ value, prompt = '/', isActive, onChange, onEnd }: Props) {
  useListener((input, { return: enter, escape: escaped, backspace, delete: deleted, ctrl, meta }) => {
    if (enter) onEnd(value);
    else if (escaped || (ctrl && input === 'c')) onEnd('');
    else if (backspace || deleted) onChange([...value].slice(0, -1).join(''));
    else if (!ctrl && !meta) onChange(value + input);
  }, isActive);
  return (
    <Box paddingX={2} flexShrink={0}>
      <Text bold>{prompt + value}</Text>
      {isActive ? <Text inverse> </Text> : null}
    </Box>
  );
}
