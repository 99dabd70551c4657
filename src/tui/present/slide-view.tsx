// One slide: a title alone in the middle, or the step's name above a few lines.

import { Box, Text, useWindowSize } from 'ink';
import { type ReactNode, useEffect } from 'react';
import stringWidth from 'string-width';
import type { Lesson, Step } from '../../learn/lesson.ts';
import { useSurroundings, useText } from '../context.tsx';
import { type Key, useKeys } from '../keys.tsx';
import { type Finding, KINDS } from '../lesson/step.ts';
import { type Running, useStepRun } from '../lesson/use-step-run.ts';
import { useMarkdown } from '../markdown.ts';
import { Lines, useScroll } from '../pane.tsx';
import { bigTitle } from './big.ts';
import { slideLines, solutionText } from './slide-lines.ts';
import type { Slide } from './slides.ts';

interface Props {
  lesson: Lesson;
  slide: Slide;
  step: Step | undefined;
  columns: number;
  rows: number;
  keys: readonly Key[];
  /** To the next slide. */
  on(): void;
  /** What was found out of this step. */
  finding: Finding | undefined;
  keep(finding: Finding): void;
  foot(keys: readonly Key[]): ReactNode;
}

export function SlideView({ lesson, slide, step, columns, rows, keys, on, finding, keep, foot }: Props) {
  const t = useText();
  const { isPlain } = useSurroundings();
  const { rows: all } = useWindowSize();
  const runs = slide.kind === 'run' || slide.kind === 'answer';
  const running = useStepRun(step, keep);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the slide comes
  useEffect(() => {
    if (runs && finding?.run === undefined) running.start();
  }, []);
  const width = Math.min(columns - 2 * marginOf(columns), 96);
  const markdown = useMarkdown(slide.kind === 'solution' ? solutionText(lesson.name) : (slide.text ?? ''), width);
  const isTitle = slide.kind === 'title';
  const lines = isTitle
    ? isPlain
      ? [] // it stands in the head
      : bigTitle(step?.title ?? lesson.title, width, rows - TITLE_ROWS)
    : slide.kind === 'text' || slide.kind === 'solution'
      ? markdown
      : slideLines({ slide, lesson, step: step as Step, finding, running, width, t });
  const room = rows - (isTitle ? 0 : HEAD_ROWS);
  const scroll = useScroll(lines.length, room, runs);
  const isMore = !isPlain && scroll.offset < lines.length - room;
  const forward: Key = {
    key: '→',
    does: isMore ? { en: 'more', zh: '继续' } : nextOf(slide, running),
    press: (input, { rightArrow, return: enter, pageDown }) => rightArrow || enter || pageDown || input === ' ',
    run: (input, pressed) => {
      if (running.isRunning) return;
      if (isMore) scroll.keys[1]?.run(input, pressed);
      else on();
    },
  };
  const own = [
    forward,
    ...(runs && finding?.run ? [{ ...AGAIN, run: () => running.start() }] : []),
    ...(slide.kind === 'question' ? guesses(step as Step, keep) : []),
    ...keys.slice(0, -2),
    ...scroll.keys.slice(0, 1).map((key) => ({ ...key, isMinor: true })),
    ...keys.slice(-2),
  ];
  useKeys(own);
  const margin = Math.floor((columns - width) / 2);
  const above = isPlain ? 0 : Math.max(0, Math.floor((room - lines.length) / 3));
  return (
    <Box flexDirection="column" width={columns} {...(isPlain ? {} : { height: all })} overflow="hidden">
      {isTitle && !isPlain ? (
        <Centred lines={lines} columns={columns} rows={room} badge={<Badge step={step} />} />
      ) : (
        <>
          <Head lesson={lesson} step={step} margin={margin} />
          <Box paddingLeft={isPlain ? 0 : margin} paddingTop={above} flexGrow={1} flexShrink={1} overflow="hidden">
            <Lines lines={lines} scroll={scroll} width={Math.min(width + 2, columns - margin)} />
          </Box>
        </>
      )}
      {foot(own)}
    </Box>
  );
}

/** Room at both sides. */
function marginOf(columns: number): number {
  return Math.max(2, Math.floor(columns / 12));
}

/** An empty line, the step's name, an empty line. */
const HEAD_ROWS = 3;
/** What a title leaves free: the line of its kind, and air. */
const TITLE_ROWS = 5;

const AGAIN: Omit<Key, 'run'> = { key: 'r', does: { en: 'run again', zh: '再运行一次' } };

function nextOf({ kind }: Slide, { isRunning }: Running): Key['does'] {
  if (isRunning) return { en: 'running …', zh: '运行中……' };
  if (kind === 'command') return { en: 'run it', zh: '运行' };
  if (kind === 'question') return { en: 'ask the kernel', zh: '询问内核' };
  return { en: 'on', zh: '前进' };
}

/** What the room thinks. */
function guesses({ answers }: Step, keep: (finding: Finding) => void): Key[] {
  return answers.map(({ letter, text }) => ({
    key: letter,
    does: { en: `the room says: ${text}`, zh: `大家认为：${text}` },
    run: () => keep({ answer: letter }),
    isMinor: true,
  }));
}

interface CentredProps {
  lines: readonly string[];
  columns: number;
  rows: number;
  badge: ReactNode;
}

function Centred({ lines, columns, rows, badge }: CentredProps) {
  const width = Math.max(...lines.map((line) => stringWidth(line)));
  const left = ' '.repeat(Math.max(0, Math.floor((columns - width) / 2)));
  return (
    <Box flexDirection="column" justifyContent="center" height={rows} overflow="hidden">
      <Box justifyContent="center" marginBottom={2} flexShrink={0}>
        {badge}
      </Box>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
        <Text key={index} wrap="truncate" bold>
          {left + line || ' '}
        </Text>
      ))}
    </Box>
  );
}

function Badge({ step }: { step: Step | undefined }) {
  const t = useText();
  if (step === undefined) return <Text dimColor>slipway</Text>;
  const { name, colour } = KINDS[step.kind];
  return <Text color={colour} inverse>{` ${t(name)} `}</Text>;
}

function Head({ lesson, step, margin }: { lesson: Lesson; step: Step | undefined; margin: number }) {
  const t = useText();
  const { isPlain } = useSurroundings();
  const title = step?.title ?? lesson.title;
  if (isPlain) {
    const kind = step ? t(KINDS[step.kind].name) : 'slipway';
    return <Text>{kind + t({ en: ': ', zh: '：' }) + title}</Text>;
  }
  return (
    <Box flexDirection="column" height={HEAD_ROWS} flexShrink={0}>
      <Text> </Text>
      <Box paddingLeft={margin}>
        {step ? (
          <Box flexShrink={0} marginRight={1}>
            <Badge step={step} />
          </Box>
        ) : null}
        <Text bold wrap="truncate">
          {title}
        </Text>
      </Box>
    </Box>
  );
}
