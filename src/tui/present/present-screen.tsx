// Screen: a lesson for a room. Few words at a time, large; a key brings the next, and a command runs when its slide comes.

import { Box, Text, useApp, useWindowSize } from 'ink';
import { useMemo, useState } from 'react';
import { type Lesson, readLesson } from '../../learn/lesson.ts';
import { useAway } from '../away.ts';
import { barOf } from '../bar.tsx';
import { useSurroundings, useText } from '../context.tsx';
import { AllKeys, type Key, KeyBar, useKeys } from '../keys.tsx';
import type { Finding } from '../lesson/step.ts';
import { freeShell } from './free-shell.ts';
import { Notes, notesRows } from './notes.tsx';
import { SlideView } from './slide-view.tsx';
import { slidesOf } from './slides.ts';

export function PresentScreen({ name }: { name: string }) {
  const { language } = useSurroundings();
  const lesson = useMemo(() => readLesson(name, language), [name, language]);
  return <Slides lesson={lesson} />;
}

type Findings = Readonly<Record<number, Finding>>;

export function Slides({ lesson, at: first = 0 }: { lesson: Lesson; at?: number }) {
  const t = useText();
  const { exit } = useApp();
  const goAway = useAway();
  const { columns, rows } = useWindowSize();
  const slides = useMemo(() => slidesOf(lesson), [lesson]);
  const [at, goTo] = useState(first);
  const [hasNotes, setNotes] = useState(false);
  const [isHelp, setHelp] = useState(false);
  const [findings, setFindings] = useState<Findings>({});
  const slide = slides[at] as (typeof slides)[number];
  const step = lesson.steps[slide.at - 1];
  const turn = (by: number) => goTo(Math.max(0, Math.min(slides.length - 1, at + by)));
  const toStep = (number: number) => {
    const index = slides.findIndex((each) => each.at === number);
    if (index >= 0) goTo(index);
  };
  const keys: Key[] = [
    {
      key: '←',
      does: { en: 'back', zh: '后退' },
      press: (input, { leftArrow, pageUp, backspace }) => leftArrow || pageUp || backspace || input === 'p',
      run: () => turn(-1),
    },
    {
      key: 'Tab',
      does: { en: 'next step (Shift-Tab: the one before)', zh: '下一步骤（Shift-Tab 上一步骤）' },
      press: (_, { tab }) => tab,
      run: (_, { shift }) => toStep(shift ? slide.at - (slides[at - 1]?.at === slide.at ? 0 : 1) : slide.at + 1),
      isMinor: true,
    },
    {
      key: '0-9',
      does: { en: 'to this step', zh: '跳到该步骤' },
      press: (input) => /^\d$/.test(input),
      run: (input) => toStep(Number(input)),
      isMinor: true,
    },
    { key: 's', does: { en: 'a free shell', zh: '自由 shell' }, run: () => goAway(() => freeShell(step, t)) },
    { key: 'n', does: { en: 'notes', zh: '讲稿' }, run: () => setNotes(!hasNotes) },
    { key: '?', does: { en: 'all keys', zh: '全部按键' }, run: () => setHelp(true) },
    {
      key: 'q',
      does: { en: 'quit', zh: '退出' },
      press: (input, { ctrl }) => input === 'q' || (ctrl && input === 'c'),
      run: () => exit(),
    },
  ];
  const notes = hasNotes ? (step?.notes ?? '') : undefined;
  const below = notes === undefined ? 0 : notesRows(notes, columns, rows);
  const place = { lesson, slide, slides, step, columns, rows: rows - FOOT_ROWS - below };
  if (isHelp) return <Help keys={keys} end={() => setHelp(false)} quit={exit} />;
  return (
    <SlideView
      key={at}
      {...place}
      keys={keys}
      on={() => turn(1)}
      finding={findings[slide.at]}
      keep={(finding) => setFindings((all) => ({ ...all, [slide.at]: joined(all[slide.at], finding) }))}
      foot={(shown) => (
        <>
          {notes === undefined ? null : <Notes text={notes} columns={columns} rows={below} />}
          <Foot
            part={slides.length < 2 ? 1 : at / (slides.length - 1)}
            at={slide.at}
            total={lesson.steps.length}
            keys={shown}
          />
        </>
      )}
    />
  );
}

/** A guess is added to what was found out; what is found out anew takes the place of what was, but for the guess. */
function joined(before: Finding | undefined, { run, failure, answer = before?.answer }: Finding): Finding {
  const found = run || failure ? { ...(run && { run }), ...(failure && { failure }) } : before;
  return { ...found, ...(answer && { answer }) };
}

/** The line that grows, and the keys. */
const FOOT_ROWS = 2;

function Foot({ part, at, total, keys }: { part: number; at: number; total: number; keys: readonly Key[] }) {
  const { columns } = useWindowSize();
  const t = useText();
  const { isPlain } = useSurroundings();
  const { full, empty } = barOf(part, columns);
  return (
    <Box flexDirection="column" flexShrink={0}>
      {isPlain ? (
        <Text>{t({ en: `Step ${at} of ${total}`, zh: `第 ${at} 步，共 ${total} 步` })}</Text>
      ) : (
        <Text dimColor>{full + empty}</Text>
      )}
      <KeyBar keys={keys} />
    </Box>
  );
}

function Help({ keys, end, quit }: { keys: readonly Key[]; end(): void; quit(): void }) {
  const { columns, rows } = useWindowSize();
  const { isPlain } = useSurroundings();
  const back: Key = {
    key: '?',
    does: { en: 'back', zh: '返回' },
    press: () => true,
    run: (input, { ctrl }) => (ctrl && input === 'c' ? quit() : end()),
  };
  useKeys([back]);
  return (
    <Box flexDirection="column" width={columns} {...(isPlain ? {} : { height: rows })} overflow="hidden">
      <Box flexGrow={1} flexShrink={1} overflow="hidden">
        <AllKeys keys={[ON, ...keys]} />
      </Box>
      <KeyBar keys={[back]} />
    </Box>
  );
}

/** Listed by ?; what it does depends on the slide. */
const ON: Key = {
  key: '→',
  does: { en: 'on; a command runs (Space, Enter, PgDn too)', zh: '前进；运行命令（空格、Enter、PgDn 亦可）' },
  run: () => {},
};
