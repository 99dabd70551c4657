// Screen: a container is put together from switches. Below stands the `slipway run` that they make, beside it the code that
// does it; r hands the terminal to a shell in exactly that container, and then the kernel says what was isolated.

import { Box, Text } from 'ink';
import { useState } from 'react';
import { wrapLine } from '../../learn/wrap.ts';
import { useAway } from '../away.ts';
import { useRoom, useSurroundings, useText } from '../context.tsx';
import type { Key } from '../keys.tsx';
import { useMarkdown } from '../markdown.ts';
import { ARROWS, moved } from '../moving.ts';
import { Lines, useScroll } from '../pane.tsx';
import { Screen } from '../screen.tsx';
import { styled } from '../style.ts';
import { type Choice, commandLine, isFixed, toggled, usualChoice } from './choice.ts';
import { codeOf } from './code.ts';
import { enter, GREETING, type Visit } from './enter.ts';
import { MECHANISMS, type Mechanism } from './mechanisms.ts';
import { Result } from './result.tsx';

export function AssembleScreen() {
  const t = useText();
  const goAway = useAway();
  const { columns, rows, isWide } = useRoom();
  const { isPlain } = useSurroundings();
  const [choice, choose] = useState(usualChoice);
  const [at, select] = useState(0);
  const [visit, setVisit] = useState<Visit>();
  const mechanism = MECHANISMS[at] as Mechanism;
  const command = ['slipway', ...commandLine(choice, { name: 'ship', folder: 'ROOTFS' })].join(' ');
  const commandRows = isPlain ? [`$ ${command}`] : wrapLine(`$ ${command}`, columns - 3, '    ');
  const commandLines = commandRows.map((line) => styled('cyan', line));
  const listWidth = isWide ? 40 : 32;
  const codeWidth = isPlain ? columns : columns - listWidth - 1;
  const codeRows = rows - commandLines.length - 1;
  const code = useMarkdown(codeOf(mechanism, choice, t), codeWidth - 3);
  const scroll = useScroll(code.length, codeRows);
  const run = async () => {
    const result: { visit?: Visit } = {};
    await goAway(async () => {
      result.visit = await enter(choice, wrapLine(t(GREETING), columns).join('\n'));
    });
    setVisit(result.visit);
  };
  if (visit) return <Result visit={visit} back={() => setVisit(undefined)} again={run} />;
  const keys: Key[] = [
    { ...ARROWS, run: (input, pressed) => select(moved(at, MECHANISMS.length, pressed, input)) },
    {
      key: 'Space',
      does: { en: 'on/off', zh: '开/关' },
      press: (input, pressed) => input === ' ' || pressed.return,
      run: () => choose(toggled(mechanism.name, choice)),
    },
    { key: 'r', does: { en: 'run it', zh: '运行' }, run },
    { key: 'u', does: { en: 'as usual', zh: '恢复默认' }, run: () => choose(usualChoice()) },
    {
      key: 'PgDn',
      does: { en: 'scroll the code (PgUp: back)', zh: '滚动代码（PgUp 返回）' },
      press: (_, pressed) => pressed.pageUp || pressed.pageDown,
      run: (input, pressed) => scroll.keys[1]?.run(input, pressed),
      isMinor: true,
    },
  ];
  return (
    <Screen screen="assemble" keys={keys}>
      <Box flexDirection={isPlain ? 'column' : 'row'} flexGrow={1} overflow="hidden">
        <Box flexDirection="column" width={isPlain ? columns : listWidth} flexShrink={0}>
          {MECHANISMS.map((each) => (
            <Switch key={each.name} mechanism={each} choice={choice} isSelected={each === mechanism} />
          ))}
        </Box>
        {isPlain ? null : <Text dimColor>{Array(Math.max(1, codeRows)).fill('│').join('\n')}</Text>}
        <Box paddingLeft={1} width={codeWidth}>
          <Lines lines={code} scroll={scroll} width={codeWidth - 1} />
        </Box>
      </Box>
      <Box flexDirection="column" flexShrink={0} paddingX={1}>
        {isPlain ? null : <Text dimColor>{'╌'.repeat(columns - 2)}</Text>}
        <Text>{commandLines.join('\n')}</Text>
      </Box>
    </Screen>
  );
}

interface SwitchProps {
  mechanism: Mechanism;
  choice: Choice;
  isSelected: boolean;
}

function Switch({ mechanism: { name, title }, choice, isSelected }: SwitchProps) {
  const t = useText();
  const { isPlain } = useSurroundings();
  const isOn = choice.has(name);
  const note = isFixed(name) ? t({ en: ' (always)', zh: '（始终）' }) : '';
  if (isPlain) {
    const state = isOn ? t({ en: 'on', zh: '开' }) : t({ en: 'off', zh: '关' });
    return <Text>{`${isSelected ? '> ' : ''}${t(title)}${t({ en: ': ', zh: '：' })}${state}${note}`}</Text>;
  }
  return (
    <Text wrap="truncate">
      {isSelected ? '❯' : ' '}
      <Text color={isOn ? 'green' : 'red'} dimColor={isFixed(name)}>{` [${isOn ? 'x' : ' '}] `}</Text>
      <Text bold={isSelected} inverse={isSelected}>
        {t(title)}
      </Text>
      <Text dimColor>{note}</Text>
    </Text>
  );
}
