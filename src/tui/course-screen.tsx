// Screen: the lessons, how far the learner has come, and the planks of `run` that are laid.

import { Box, Text } from 'ink';
import { useReducer, useState } from 'react';
import stringWidth from 'string-width';
import type { Text as Words } from '../learn/text.ts';
import { Bar } from './bar.tsx';
import { COMMA, useRoom, useSurroundings, useText } from './context.tsx';
import { DEFAULT_WORKSPACE, type Entry, failureOf } from './course-state.ts';
import type { Key } from './keys.tsx';
import { ARROWS, moved } from './moving.ts';
import { Planks } from './planks.tsx';
import { Screen } from './screen.tsx';
import { SearchField } from './search-field.tsx';

export function CourseScreen() {
  const { course, language, go } = useSurroundings();
  const [search, setSearch] = useState<string>();
  const [isTyping, setTyping] = useState(false);
  const [message, setMessage] = useState<string>();
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const shown = course.lessons.filter((lesson) => fits(lesson, search ?? ''));
  const [selected, select] = useState(() =>
    Math.max(
      0,
      shown.findIndex(({ name }) => name === course.current),
    ),
  );
  const at = Math.min(selected, shown.length - 1);
  const lesson = shown[at];
  const change = (state: 'open' | 'skipped') => {
    if (lesson) setMessage(failureOf(() => course.set(lesson.name, state)));
    redraw();
  };
  const skip: Key = {
    key: 's',
    does: { en: 'skip', zh: '跳过' },
    run: () => lesson && change(course.stateOf(lesson.name) === 'skipped' ? 'open' : 'skipped'),
  };
  const makeOne: Key = {
    key: 'i',
    does: { en: 'workspace', zh: '创建工作区' },
    run: () => {
      setMessage(failureOf(() => course.makeWorkspace(language)));
      redraw();
    },
  };
  const keys: Key[] = [
    { ...ARROWS, run: (_, pressed) => select(moved(at, shown.length, pressed, _)) },
    {
      key: 'Enter',
      does: { en: 'open', zh: '打开' },
      press: (_, { return: enter }) => enter,
      run: () => lesson && go({ screen: 'lesson', lesson: lesson.name }),
    },
    { key: '/', does: { en: 'search', zh: '搜索' }, run: () => setTyping(true) },
    course.workspace === undefined ? makeOne : skip,
  ];
  return (
    <Screen screen="course" keys={keys} isTyping={isTyping}>
      <Lessons lessons={shown} selected={at} />
      {isTyping || search ? (
        <SearchField
          value={search ?? ''}
          isActive={isTyping}
          onChange={setSearch}
          onEnd={(text) => {
            setTyping(false);
            setSearch(text || undefined);
          }}
        />
      ) : (
        <Where message={message} />
      )}
    </Screen>
  );
}

function fits({ name, title, has }: Entry, search: string): boolean {
  const words = search.split(/\s+/).filter(Boolean);
  return has?.(words) ?? words.every((word) => `${name} ${title}`.toLowerCase().includes(word.toLowerCase()));
}

const NOTHING: Words = { en: 'No lesson has these words.', zh: '没有哪一课包含这些词。' };

/** Side by side: the list, and what it builds. */
function Lessons({ lessons, selected }: { lessons: readonly Entry[]; selected: number }) {
  const t = useText();
  const { columns } = useRoom();
  const { isPlain } = useSurroundings();
  const list = Math.min(60, Math.floor(columns * 0.52));
  return (
    <Box flexGrow={1} flexDirection={isPlain ? 'column' : 'row'} paddingX={isPlain ? 0 : 1} overflow="hidden">
      <Box flexDirection="column" width={isPlain ? '100%' : list} flexShrink={0}>
        <Done width={list - 4} />
        {lessons.length === 0 ? <Text>{t(NOTHING)}</Text> : null}
        {lessons.map((lesson, index) => (
          <Line key={lesson.name} lesson={lesson} isSelected={index === selected} width={list - 2} />
        ))}
      </Box>
      {isPlain ? null : <Planks width={columns - list - 2} />}
    </Box>
  );
}

function Done({ width }: { width: number }) {
  const t = useText();
  const { course } = useSurroundings();
  const done = course.lessons.filter(({ name }) => course.stateOf(name) === 'done').length;
  const total = course.lessons.length;
  return (
    <Box flexDirection="column" marginBottom={1}>
      <Text>{t({ en: `${done} of ${total} lessons done`, zh: `已完成 ${done} / ${total} 课` })}</Text>
      <Bar part={total === 0 ? 0 : done / total} width={width} />
    </Box>
  );
}

const MARKS = { done: '✓', skipped: '»', open: '·' } as const;
const COLOURS = { done: 'green', skipped: 'yellow', open: '' } as const;

function Line({ lesson, isSelected, width }: { lesson: Entry; isSelected: boolean; width: number }) {
  const t = useText();
  const { course, isPlain } = useSurroundings();
  const state = course.stateOf(lesson.name);
  const minutes = t({ en: `${lesson.minutes} min`, zh: `${lesson.minutes} 分钟` });
  const number = lesson.name.slice(0, 2);
  if (isPlain) {
    const words = {
      done: { en: 'done', zh: '已完成' },
      skipped: { en: 'skipped', zh: '已跳过' },
      open: { en: 'open', zh: '未完成' },
    };
    const facts = [lesson.title, t(words[state]), minutes].join(t(COMMA));
    return <Text>{`${isSelected ? '> ' : ''}${number} ${facts}`}</Text>;
  }
  const room = width - stringWidth(minutes) - 1;
  return (
    <Box width={width} justifyContent="space-between">
      <Box width={room} overflow="hidden">
        <Box flexShrink={0}>
          <Text color={COLOURS[state]}>{`${isSelected ? '❯' : ' '} ${MARKS[state]} `}</Text>
        </Box>
        <Text wrap="truncate" bold={isSelected} inverse={isSelected}>{`${number} ${lesson.title}`}</Text>
      </Box>
      <Text dimColor>{minutes}</Text>
    </Box>
  );
}

/** Where the learner's files are, or how to get some. */
function Where({ message }: { message: string | undefined }) {
  const t = useText();
  const { course } = useSurroundings();
  const { workspace } = course;
  const words =
    message ??
    (workspace === undefined
      ? t({
          en: `No workspace yet: i makes ${DEFAULT_WORKSPACE}, where your exercises and your progress will be.`,
          zh: `还没有工作区：按 i 创建 ${DEFAULT_WORKSPACE}，练习文件和进度都会保存在那里。`,
        })
      : t({ en: `Your files: ${workspace}`, zh: `你的文件：${workspace}` }));
  return (
    <Box paddingX={2} flexShrink={0}>
      <Text wrap="wrap" {...(message === undefined ? { dimColor: true } : { color: 'red' })}>
        {words}
      </Text>
    </Box>
  );
}
