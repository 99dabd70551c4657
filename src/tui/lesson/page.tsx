// A page of a lesson: the text at the left, what the kernel says at the right; on a narrow terminal one above the other.

import { Box, Text } from 'ink';
import { type ReactNode, useState } from 'react';
import type { Lesson, Step } from '../../learn/lesson.ts';
import type { Text as Words } from '../../learn/text.ts';
import { useRoom, useSurroundings, useText } from '../context.tsx';
import type { Key } from '../keys.tsx';
import { useMarkdown } from '../markdown.ts';
import { Lines, type News, type Scroll, useScroll } from '../pane.tsx';
import { Screen } from '../screen.tsx';
import { type Finding, KINDS } from './step.ts';

export interface PageProps {
  lesson: Lesson;
  page: number;
  step: Step | undefined;
  /** Of the whole lesson. */
  keys: readonly Key[];
  /** What was found out when this step was run before. */
  finding: Finding | undefined;
  keep(finding: Finding): void;
}

interface Props extends Pick<PageProps, 'lesson' | 'page' | 'step'> {
  keys: readonly Key[];
  /** Markdown. */
  text: string;
  /** What the kernel says, broken for a width; without it the text has all the room. */
  panel?: Panel;
}

interface Panel {
  lines(width: number): string[];
  news?(width: number): News;
}

/** A page: text and panel, each scrolled on its own; Tab goes from one to the other. */
export function Page({ lesson, page, step, keys, text, panel }: Props) {
  const t = useText();
  const { isPlain } = useSurroundings();
  const { columns, rows, isWide } = useRoom();
  const [chosen, choosePanel] = useState<boolean>();
  const body = rows - HEADING_ROWS;
  const sideBySide = isWide && panel !== undefined;
  const textWidth = sideBySide ? Math.min(100, Math.floor(columns * 0.5)) : Math.min(columns, 100);
  const panelWidth = sideBySide ? columns - textWidth - 3 : columns;
  const textLines = useMarkdown(text, textWidth - 3);
  const panelLines = panel?.lines(panelWidth - 3) ?? [];
  const panelRows = sideBySide ? body : sharedRows(body, textLines.length, panelLines.length, panel !== undefined);
  const textRows = sideBySide ? body : body - panelRows - (panel ? 1 : 0);
  // Unless somebody chooses, the one that has more than can be seen is scrolled.
  const isPanelActive = chosen ?? (textLines.length <= textRows && panelLines.length > panelRows);
  const textScroll = useScroll(textLines.length, textRows);
  const panelScroll = useScroll(panelLines.length, panelRows, false, panel?.news?.(panelWidth - 3));
  const active = isPanelActive && panel ? panelScroll : textScroll;
  const tab: Key = {
    key: 'Tab',
    does: { en: 'other pane', zh: '另一栏' },
    press: (_, pressed) => pressed.tab,
    run: () => choosePanel(!isPanelActive),
    isMinor: panelLines.length <= panelRows,
  };
  const title = `${lesson.name.slice(0, 2)} ${lesson.title}`;
  const where = isPlain ? t({ en: '. ', zh: '。' }) + whereIn(lesson, page, step, t) : '';
  return (
    <Screen screen="lesson" title={title + where} keys={[...keys, ...active.keys, ...(panel && !isPlain ? [tab] : [])]}>
      {isPlain ? null : <Heading lesson={lesson} page={page} step={step} />}
      <Box flexDirection={sideBySide ? 'row' : 'column'}>
        <Scrolled lines={textLines} scroll={textScroll} width={textWidth} />
        {panel === undefined ? null : sideBySide ? (
          <Text dimColor>
            {Array(body)
              .fill(isPanelActive ? '┃' : '│')
              .join('\n')}
          </Text>
        ) : isPlain ? null : (
          <Text dimColor>{(isPanelActive ? '━' : '╌').repeat(columns)}</Text>
        )}
        {panel === undefined ? null : <Scrolled lines={panelLines} scroll={panelScroll} width={panelWidth} />}
      </Box>
      {isPlain && panel !== undefined && panelLines.length === 0 ? (
        <Text>{t({ en: 'Nothing yet.', zh: '暂无内容。' })}</Text>
      ) : null}
    </Screen>
  );
}

/** The line with the step's name, and an empty one. */
const HEADING_ROWS = 2;

function Scrolled({ lines, scroll, width }: { lines: readonly string[]; scroll: Scroll; width: number }): ReactNode {
  return (
    <Box paddingLeft={1} width={width} flexShrink={0}>
      <Lines lines={lines} scroll={scroll} width={width - 1} />
    </Box>
  );
}

/** How many of the rows the panel gets below the text: what it needs, at most three fifths unless the text needs less. */
function sharedRows(rows: number, text: number, panel: number, hasPanel: boolean): number {
  if (!hasPanel) return 0;
  const most = Math.max(Math.floor(rows * 0.6), rows - 1 - text);
  return Math.max(2, Math.min(panel, most));
}

/** The heading, for a screen reader. */
function whereIn({ steps }: Lesson, page: number, step: Step | undefined, t: (text: Words) => string): string {
  const total = steps.length;
  const where = t({ en: `Step ${page} of ${total}`, zh: `第 ${page} 步，共 ${total} 步` });
  if (step === undefined) return where;
  const kind = t(KINDS[step.kind].name);
  return where + t({ en: `, ${kind}: ${step.title}`, zh: `，${kind}：${step.title}` });
}

function Heading({ lesson, page, step }: Pick<PageProps, 'lesson' | 'page' | 'step'>) {
  const t = useText();
  const kind = step && KINDS[step.kind];
  const title = step?.title ?? lesson.title;
  const total = lesson.steps.length;
  return (
    <Box justifyContent="space-between" marginBottom={1} flexShrink={0} height={1} overflow="hidden">
      <Text wrap="truncate">
        {' '}
        {kind ? <Text color={kind.colour} inverse>{` ${t(kind.name)} `}</Text> : null}
        <Text bold>{` ${title}`}</Text>
      </Text>
      <Box flexShrink={0}>
        <Text dimColor>{`${'●'.repeat(page)}${'○'.repeat(total - page)} ${page}/${total} `}</Text>
      </Box>
    </Box>
  );
}
