// One screen: its frame, its keys and those that every screen has.

import { useApp } from 'ink';
import { type ReactNode, useState } from 'react';
import type { Place } from './context.tsx';
import { useSurroundings } from './context.tsx';
import { Frame, SCREENS } from './frame.tsx';
import { AllKeys, type Key, useKeys } from './keys.tsx';

interface Props {
  screen: Place['screen'];
  title?: string;
  keys: readonly Key[];
  /** While letters are typed into a field, keys are none. */
  isTyping?: boolean;
  children: ReactNode;
}

export function Screen({ screen, title = '', keys, isTyping = false, children }: Props) {
  const [isHelp, setHelp] = useState(false);
  const { exit } = useApp();
  const { go } = useSurroundings();
  const common: Key[] = [
    {
      key: '1-4',
      does: { en: 'the four screens', zh: '切换四个界面' },
      press: (input) => /^[1-4]$/.test(input),
      run: (input) => go({ screen: SCREENS[Number(input) - 1]?.screen ?? 'course' }),
      isMinor: true,
    },
    { key: '?', does: { en: 'all keys', zh: '全部按键' }, run: () => setHelp(true) },
    {
      key: 'q',
      does: { en: 'quit', zh: '退出' },
      press: (input, { ctrl }) => input === 'q' || (ctrl && input === 'c'),
      run: () => exit(),
    },
  ];
  const all = [...keys, ...common];
  useKeys(all, !isHelp && !isTyping);
  const back: Key = {
    key: '?',
    does: { en: 'back', zh: '返回' },
    press: () => true,
    run: (input, { ctrl }) => (ctrl && input === 'c' ? exit() : setHelp(false)),
  };
  useKeys([back], isHelp);
  return (
    <Frame screen={screen} title={title} keys={isHelp ? [back] : all}>
      {isHelp ? <AllKeys keys={all} /> : children}
    </Frame>
  );
}
