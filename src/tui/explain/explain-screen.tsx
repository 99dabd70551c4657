// Screen: the system calls of a start, as they happen; each can be opened. And the same start as a shell script.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Box, Text } from 'ink';
import { useState } from 'react';
import { hardWrap, linesOf } from '../cells.ts';
import { useRoom, useSurroundings, useText } from '../context.tsx';
import type { Key } from '../keys.tsx';
import { ARROWS, moved } from '../moving.ts';
import { Lines, type Scroll, useScroll } from '../pane.tsx';
import { Screen } from '../screen.tsx';
import { SearchField } from '../search-field.tsx';
import { type Call, isMaking } from './call.ts';
import { CallList } from './call-list.tsx';
import { detailLines } from './detail.ts';
import { toScript } from './script.ts';
import { type Trace, useTrace } from './use-trace.ts';

type View = 'calls' | 'detail' | 'script';

export function ExplainScreen() {
  const trace = useTrace();
  const [words, setWords] = useState('box true');
  return <Explained {...{ trace, words, setWords }} />;
}

interface Props {
  trace: Trace;
  /** Behind `slipway run --rm`. */
  words: string;
  setWords(words: string): void;
}

export function Explained({ trace, words, setWords }: Props) {
  const t = useText();
  const { course } = useSurroundings();
  const { columns, rows, isWide } = useRoom();
  const [view, setView] = useState<View>('calls');
  const [isAll, setAll] = useState(false);
  const [at, select] = useState(0);
  const [edited, edit] = useState<string>();
  const [message, setMessage] = useState<string>();
  const calls = isAll ? trace.calls : trace.calls.filter(isMaking);
  const call = calls[Math.min(at, calls.length - 1)];
  const list = words.split(/\s+/).filter(Boolean);
  const isBeside = isWide && call !== undefined && view !== 'script';
  const width = isBeside ? Math.floor(columns * 0.45) : columns;
  const lines =
    view === 'script' ? scriptLines(trace.calls, list, width - 3) : call ? detailLines(call, width - 3, t) : [];
  const scroll = useScroll(lines.length, rows - HEAD_ROWS, false, { name: `${view} ${at}`, line: 0 });
  const run = () => {
    select(0);
    setMessage(undefined);
    trace.start(list);
  };
  const save = () => {
    const file = join(course.workspace ?? process.cwd(), 'by-hand.sh');
    try {
      writeFileSync(file, toScript(trace.calls, list), { mode: 0o755 });
      setMessage(t({ en: `Written to ${file}`, zh: `已写入 ${file}` }));
    } catch (error) {
      setMessage((error as Error).message);
    }
  };
  const r: Key = { key: 'r', does: { en: 'run', zh: '运行' }, run };
  const script: Key = {
    key: 's',
    does: view === 'script' ? { en: 'calls', zh: '系统调用' } : { en: 'as a script', zh: '脚本' },
    run: () => setView(view === 'script' ? 'calls' : 'script'),
  };
  const back: Key = {
    key: 'Esc',
    does: { en: 'back', zh: '返回' },
    press: (_, pressed) => pressed.escape,
    run: () => setView('calls'),
  };
  const choose: Key = { ...ARROWS, run: (input, pressed) => select(moved(at, calls.length, pressed, input)) };
  const page: Key = {
    key: 'PgDn',
    does: { en: 'ten further (PgUp: back)', zh: '下移十行（PgUp 上移）' },
    press: (_, pressed) => pressed.pageUp || pressed.pageDown,
    run: (_, { pageUp }) => select(Math.max(0, Math.min(calls.length - 1, at + (pageUp ? -10 : 10)))),
    isMinor: true,
  };
  const open: Key = {
    key: 'Enter',
    does: view === 'detail' ? { en: 'close', zh: '关闭' } : { en: 'open', zh: '打开' },
    press: (_, pressed) => pressed.return,
    run: () => setView(view === 'detail' ? 'calls' : 'detail'),
  };
  const filter: Key = {
    key: 'f',
    does: isAll ? { en: 'the important', zh: '只看重要的' } : { en: 'all calls', zh: '全部调用' },
    run: () => setAll(!isAll),
  };
  const change: Key = { key: 'e', does: { en: 'other command', zh: '换个命令' }, run: () => edit(words) };
  const keys: Key[] =
    view === 'script'
      ? [r, script, { key: 'w', does: { en: 'write to a file', zh: '写入文件' }, run: save }, back, ...scroll.keys]
      : view === 'detail'
        ? [r, choose, ...scroll.keys.slice(1), open, filter, script, change, back]
        : [r, choose, page, open, filter, script, change];
  return (
    <Screen screen="explain" keys={keys} isTyping={edited !== undefined}>
      {edited === undefined ? (
        <Head trace={trace} words={words} message={message} shown={calls.length} />
      ) : (
        <SearchField
          value={edited}
          prompt="$ slipway run --rm "
          isActive
          onChange={edit}
          onEnd={(text) => {
            if (text.trim()) setWords(text);
            edit(undefined);
          }}
        />
      )}
      <Body {...{ view, calls, at, isBeside, pane: { lines, scroll, width } }} />
    </Screen>
  );
}

function scriptLines(calls: readonly Call[], words: readonly string[], width: number): string[] {
  return toScript(calls, words)
    .split('\n')
    .flatMap((line) => hardWrap(line, width));
}

/** The command, and how far it is. */
function Head({
  trace,
  words,
  message,
  shown,
}: {
  trace: Trace;
  words: string;
  message: string | undefined;
  shown: number;
}) {
  const t = useText();
  const { calls, isRunning, exitCode, output } = trace;
  const said = linesOf(output).at(-1);
  const state = isRunning
    ? t({ en: 'running …', zh: '运行中……' })
    : exitCode === undefined
      ? t({ en: 'r runs it, and shows every system call', zh: '按 r 运行，并显示每个系统调用' })
      : t({
          en: `${calls.length} calls, ${shown} shown, exit code ${exitCode}`,
          zh: `共 ${calls.length} 个调用，显示 ${shown} 个，退出码 ${exitCode}`,
        });
  return (
    <Box flexShrink={0} height={2} flexDirection="column" paddingX={1}>
      <Text wrap="truncate" color="cyan">{`$ slipway run --rm ${words}`}</Text>
      <Text wrap="truncate" dimColor>
        {message ?? [state, exitCode !== undefined && said].filter(Boolean).join(' · ')}
      </Text>
    </Box>
  );
}

const HEAD_ROWS = 2;

interface BodyProps {
  view: View;
  calls: readonly Call[];
  at: number;
  pane: { lines: readonly string[]; scroll: Scroll; width: number };
  isBeside: boolean;
}

/** The list, the opened call, or both; or the script. */
function Body({ view, calls, at, pane: { lines, scroll, width }, isBeside }: BodyProps) {
  const { columns } = useRoom();
  const pane = (
    <Box paddingLeft={1}>
      <Lines lines={lines} scroll={scroll} width={width - 1} />
    </Box>
  );
  if (view === 'script' || (view === 'detail' && !isBeside)) return pane;
  return (
    <Box>
      <CallList calls={calls} at={at} rows={scroll.rows} columns={isBeside ? columns - width : columns} />
      {isBeside ? pane : null}
    </Box>
  );
}
