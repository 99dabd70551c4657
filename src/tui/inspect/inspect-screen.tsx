// Screen: the running containers, looked at twice a second; in plain mode, where nobody wants to hear of each change, by a key.

import { Box, Text } from 'ink';
import { useCallback, useEffect, useRef, useState } from 'react';
import { SLIPWAY } from '../../learn/home.ts';
import { useAway } from '../away.ts';
import { pad } from '../cells.ts';
import { useRoom, useSurroundings, useText } from '../context.tsx';
import { handOver } from '../hand-over.ts';
import type { Key } from '../keys.tsx';
import { ARROWS, moved } from '../moving.ts';
import { Lines, useScroll } from '../pane.tsx';
import { Screen } from '../screen.tsx';
import { styled } from '../style.ts';
import { type Facts, lookAtAll } from './facts.ts';
import { type Sample, sampleOf } from './history.ts';
import { SECTIONS } from './sections.ts';

const LOOK_EVERY_MS = 500;
const MOST_SAMPLES = 60;

type Histories = Readonly<Record<string, readonly Sample[]>>;

export function InspectScreen() {
  const { isPlain } = useSurroundings();
  return <Inspected {...useContainers(!isPlain)} />;
}

interface Props {
  /** Undefined before the first look. */
  containers: readonly Facts[] | undefined;
  histories: Histories;
  failure?: string | undefined;
  /** Looks again, at once. */
  look(): void;
}

export function Inspected({ containers = [], histories, failure, look: again }: Props) {
  const t = useText();
  const goAway = useAway();
  const { columns, rows, isWide } = useRoom();
  const { isPlain } = useSurroundings();
  const [at, select] = useState(0);
  const [tab, turn] = useState(0);
  const chosen = Math.min(at, containers.length - 1);
  const facts = containers[chosen];
  const listRows = Math.min(containers.length, Math.max(1, Math.floor(rows / 4)));
  const look = { width: columns - 4, t, isPlain };
  const isEverything = isPlain || (isWide && rows > 35);
  const shown = isEverything ? SECTIONS : SECTIONS.slice(tab, tab + 1);
  const lines = facts
    ? shown.flatMap((section) => [
        ...(isEverything ? ['', styled('bold', t(section.title))] : []),
        ...section.lines(facts, histories[facts.id] ?? [], look),
      ])
    : [];
  const scroll = useScroll(lines.length, rows - listRows - 2);
  const enter = async () => {
    if (facts) {
      await goAway(async () => {
        await handOver(SLIPWAY, ['exec', '-it', facts.id, 'sh']);
      });
    }
  };
  const section: Key = {
    key: '→',
    does: { en: 'next section', zh: '下一项' },
    press: (_, pressed) => pressed.rightArrow || pressed.leftArrow || pressed.tab,
    run: (_, { leftArrow }) => turn((tab + (leftArrow ? SECTIONS.length - 1 : 1)) % SECTIONS.length),
  };
  const r: Key = { key: 'r', does: { en: 'look again', zh: '再看一次' }, run: again };
  const keys: Key[] = facts
    ? [
        { ...ARROWS, run: (input, pressed) => select(moved(chosen, containers.length, pressed, input)) },
        ...(isEverything ? [] : [section]),
        { key: 'x', does: { en: 'a shell in it', zh: '进入它的 shell' }, run: enter },
        ...scroll.keys.slice(1),
      ]
    : [];
  return (
    <Screen screen="inspect" keys={isPlain ? [r, ...keys] : keys}>
      {failure ? <Text color="red">{` ${failure}`}</Text> : null}
      {facts ? null : <Text>{` ${t(NOTHING)}`}</Text>}
      <List containers={containers} chosen={chosen} rows={listRows} columns={columns} />
      {facts ? <Tabs tab={isEverything ? undefined : tab} columns={columns} /> : null}
      <Box paddingLeft={isPlain ? 0 : 2}>
        <Lines lines={lines} scroll={scroll} width={columns - 2} />
      </Box>
    </Screen>
  );
}

const NOTHING = {
  en: 'No container is running. Start one in another terminal: slipway run -it box sh',
  zh: '没有正在运行的容器。在另一个终端里启动一个：slipway run -it box sh',
};

interface ListProps {
  containers: readonly Facts[];
  chosen: number;
  rows: number;
  columns: number;
}

function List({ containers, chosen, rows, columns }: ListProps) {
  const first = Math.max(0, Math.min(chosen - rows + 1, containers.length - rows));
  return (
    <Box flexDirection="column" flexShrink={0}>
      {containers.slice(first, first + rows).map((facts, index) => {
        const isChosen = first + index === chosen;
        const text = `${isChosen ? '❯' : ' '} ${facts.id}  ${pad(facts.name, 20)} ${pad(facts.image, 12)} PID ${facts.pid}  ${facts.command}`;
        return (
          <Text key={facts.id} bold={isChosen} wrap="truncate">
            {pad(text, columns - 1)}
          </Text>
        );
      })}
    </Box>
  );
}

/** The names of the sections, or a line where all are seen. */
function Tabs({ tab, columns }: { tab: number | undefined; columns: number }) {
  const t = useText();
  const { isPlain } = useSurroundings();
  if (isPlain) return null;
  if (tab === undefined) return <Text dimColor>{'╌'.repeat(columns)}</Text>;
  return (
    <Box marginBottom={1} paddingLeft={1} flexShrink={0}>
      {SECTIONS.map(({ title }, index) => (
        <Text key={title.en} bold={index === tab} dimColor={index !== tab}>
          {index === tab ? `[${t(title)}] ` : ` ${t(title)}  `}
        </Text>
      ))}
    </Box>
  );
}

/** Looks, again and again if it goes on, and keeps what was seen of each container. */
function useContainers(goesOn: boolean): Props {
  const [containers, setContainers] = useState<readonly Facts[]>();
  const [histories, setHistories] = useState<Histories>({});
  const [failure, setFailure] = useState<string>();
  const last = useRef<readonly Facts[]>([]);
  const look = useCallback(async () => {
    try {
      const now = await lookAtAll();
      const before = last.current;
      last.current = now;
      setContainers(now);
      setHistories((all) => Object.fromEntries(now.map((facts) => [facts.id, longer(all[facts.id], before, facts)])));
    } catch (error) {
      setFailure((error as Error).message);
    }
  }, []);
  useEffect(() => {
    let timer: NodeJS.Timeout | undefined;
    let isGone = false;
    const lookOn = async () => {
      await look();
      if (goesOn && !isGone) timer = setTimeout(lookOn, LOOK_EVERY_MS);
    };
    lookOn();
    return () => {
      isGone = true;
      clearTimeout(timer);
    };
  }, [look, goesOn]);
  return { containers, histories, failure, look };
}

function longer(samples: readonly Sample[] = [], before: readonly Facts[], facts: Facts): readonly Sample[] {
  const sample = sampleOf(
    before.find(({ id }) => id === facts.id),
    facts,
  );
  return sample === undefined ? samples : [...samples, sample].slice(-MOST_SAMPLES);
}
