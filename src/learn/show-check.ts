// The results of a check, for a reader.
//
//     ✓ the command has ROOTFS as its root
//     ✗ its working folder lies inside
//         seen     chroot("/nowhere"): no such file or directory (ENOENT)
//         meaning  There is no such folder.
//         where    02-chroot/exercise.ts:16
//         lesson   02-chroot
//     ✗ it is root in a user namespace
//         seen     its uid_map is empty: it is nobody in there
//         failed   write /proc/8/uid_map: operation not permitted (EPERM)
//         …
//     – its memory is limited (left out: there is no cgroup for it)

import { relative } from 'node:path';
import { styleText } from 'node:util';
import stringWidth from 'string-width';
import { describeErrno } from './errno-text.ts';
import type { Goal } from './goal.ts';
import type { Report } from './lab/report.ts';
import type { Result } from './result.ts';
import type { Language, Text } from './text.ts';
import { wrapLine } from './wrap.ts';

export interface Look {
  language: Language;
  /** Columns. */
  width: number;
  /** Paths are shown as seen from here. */
  from?: string;
}

/** @param above the failure that was shown last: the same is not told again. */
export function showResult(result: Result, goal: Pick<Goal, 'title'>, look: Look, above?: Result): string[] {
  const title = goal.title[look.language];
  if (result.leftOut) {
    const line = `${styleText('dim', '–')} ${title} ${whyLeftOut(result.leftOut)[look.language]}`;
    return wrapLine(line, look.width, '  ');
  }
  if (result.ok) return wrapLine(`${styleText('green', '✓')} ${title}`, look.width, '  ');
  const heading = wrapLine(`${styleText('red', '✗')} ${title}`, look.width, '  ');
  if (above && isSameReason(above, result)) return [...heading, `    ${AS_ABOVE[look.language]}`];
  const facts = factsOf(result, look).flatMap(([name, text]) => factLines(name[look.language], text, look.width));
  return [...heading, ...facts];
}

const AS_ABOVE: Text = { en: 'as above', zh: '同上' };

/**
 * Whether two goals were missed for the same reason. What each lab has another name for does not count: its folders, a
 * container's id, and in a failed call the numbers of processes, descriptors and namespaces.
 */
function isSameReason(one: Result, other: Result): boolean {
  return reasonOf(one) === reasonOf(other);
}

function reasonOf({ seen, report, besides, ours }: Result): string {
  const failed = report ?? besides;
  const call = (failed?.subject ?? failed?.message)?.replaceAll(/\d+/g, '');
  const reason = [report ? undefined : seen, call, failed?.errno, failed?.line, ours];
  return JSON.stringify(reason).replaceAll(/\/tmp\/lab-\w+|\b[0-9a-f]{64}\b/g, '');
}

function whyLeftOut({ en, zh }: Text): Text {
  return { en: `(left out: ${en})`, zh: `（没有问：${zh}）` };
}

type Fact = [name: Text, text: string];

const SEEN: Text = { en: 'seen', zh: '看到' };
const MEANING: Text = { en: 'meaning', zh: '含义' };
const WHERE: Text = { en: 'where', zh: '位置' };
const LESSON: Text = { en: 'lesson', zh: '课程' };
const OURS: Text = { en: 'sorry', zh: '抱歉' };
const FAILED: Text = { en: 'failed', zh: '出错' };
const NAMES = [SEEN, FAILED, MEANING, WHERE, LESSON, OURS];

function factsOf({ seen, report, besides, ours }: Result, look: Look): Fact[] {
  if (ours !== undefined) return [[OURS, OUR_MISTAKE[look.language] + ours]];
  if (report !== undefined) return failureFacts(SEEN, report, look);
  return [
    ...(seen === undefined ? [] : ([[SEEN, seen[look.language]]] satisfies Fact[])),
    ...(besides === undefined ? [] : failureFacts(FAILED, besides, look)),
  ];
}

function failureFacts(name: Text, report: Report, look: Look): Fact[] {
  const { call, meaning } = describe(report, look.language);
  return [
    [name, call],
    ...(meaning === undefined ? [] : ([[MEANING, meaning]] satisfies Fact[])),
    ...(report.line === undefined ? [] : ([[WHERE, placeOf(report, look.from)]] satisfies Fact[])),
    ...(report.lesson === undefined ? [] : ([[LESSON, report.lesson]] satisfies Fact[])),
  ];
}

const OUR_MISTAKE: Text = {
  en: 'this is a mistake in the check, not in your program; please report it:\n',
  zh: '这是检查程序自己的错误，不是你的程序的问题，请报告给我们：\n',
};

/** `chroot("/nowhere"): no such file or directory (ENOENT)`, and what that means for this call. */
export function describe(report: Report, language: Language): { call: string; meaning: string | undefined } {
  if (report.errno === undefined) return { call: report.message, meaning: report.hint };
  const { text, meaning } = describeErrno(report.errno, report.hint)[language];
  const colon = language === 'en' ? ': ' : '：';
  return { call: `${report.subject}${colon}${text} (${report.code})`, meaning };
}

/** `02-chroot/exercise.ts:16` */
export function placeOf({ file = '', line }: Report, from = process.cwd()): string {
  const path = relative(from, file);
  return `${path.startsWith('..') ? file : path}:${line}`;
}

function factLines(name: string, text: string, width: number): string[] {
  const widest = Math.max(...NAMES.flatMap(({ en, zh }) => [en, zh]).map((each) => stringWidth(each)));
  const head = `    ${name}${' '.repeat(widest - stringWidth(name))}  `;
  const indent = ' '.repeat(stringWidth(head));
  const [first = '', ...rest] = text.split('\n');
  return [styleText('dim', head) + first, ...rest.map((line) => indent + line)].flatMap((line) =>
    wrapLine(line, width, indent),
  );
}
