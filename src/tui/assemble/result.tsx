// The table after a visit: what the kernel said of the container, beside what it says of the host.

import { Box } from 'ink';
import type { Text } from '../../learn/text.ts';
import { wrapLine } from '../../learn/wrap.ts';
import { linesOf, pad } from '../cells.ts';
import { useRoom, useSurroundings, useText } from '../context.tsx';
import type { Key } from '../keys.tsx';
import { Lines, useScroll } from '../pane.tsx';
import { Screen } from '../screen.tsx';
import { styled } from '../style.ts';
import type { Visit } from './enter.ts';
import type { Finding } from './isolation.ts';
import { MECHANISMS } from './mechanisms.ts';

interface Props {
  visit: Visit;
  back(): void;
  again(): void;
}

export function Result({ visit, back, again }: Props) {
  const t = useText();
  const { columns, rows } = useRoom();
  const lines = useLines(visit, columns - 3);
  const scroll = useScroll(lines.length, rows);
  const keys: Key[] = [
    {
      key: 'Esc',
      does: { en: 'back to the switches', zh: '回到开关' },
      press: (input, pressed) => pressed.escape || pressed.return || input === 'b',
      run: back,
    },
    { key: 'r', does: { en: 'run it again', zh: '再运行一次' }, run: again },
    ...scroll.keys,
  ];
  return (
    <Screen screen="assemble" title={t({ en: 'What was isolated', zh: '隔离了什么' })} keys={keys}>
      <Box paddingLeft={1}>
        <Lines lines={lines} scroll={scroll} width={columns - 1} />
      </Box>
    </Screen>
  );
}

function useLines({ findings, said, exitCode }: Visit, width: number): string[] {
  const t = useText();
  const { isPlain } = useSurroundings();
  const notices = linesOf(said)
    .flatMap((line) => wrapLine(line, width))
    .map((line) => styled('yellow', line));
  if (findings === undefined) return [styled('bold', t(whyNotSeen(exitCode))), '', ...notices];
  const leaks = findings.filter(({ isIsolated }) => !isIsolated).length;
  const head =
    leaks === 0
      ? t({ en: 'Everything was isolated.', zh: '全部隔离。' })
      : t({
          en: `${findings.length - leaks} isolated, ${leaks} shared with the host.`,
          zh: `${findings.length - leaks} 项已隔离，${leaks} 项与宿主机共享。`,
        });
  const rows = findings.flatMap((finding) => (isPlain ? plainRow(finding, t) : row(finding, width, t)));
  return [
    styled('bold', head),
    ...(isPlain ? [] : [heading(width, t)]),
    ...rows,
    ...(notices.length > 0 ? ['', ...notices] : []),
  ];
}

/** `slipway run` ends with 125 to 127 when the program could not be started. */
function whyNotSeen(exitCode: number): Text {
  return exitCode >= 125 && exitCode <= 127
    ? { en: `It did not start (exit code ${exitCode}).`, zh: `容器没有启动（退出码 ${exitCode}）。` }
    : {
        en: `It ended before it could be looked at (exit code ${exitCode}).`,
        zh: `还没来得及查看，容器就结束了（退出码 ${exitCode}）。`,
      };
}

type Translate = ReturnType<typeof useText>;

const NAME = 20;
const MARK = 2;

/** Columns of the values: the two share what is left. */
function valueWidth(width: number): number {
  return Math.max(10, Math.min(30, Math.floor((width - NAME - MARK) / 2) - 1));
}

function heading(width: number, t: Translate): string {
  const value = valueWidth(width);
  const [inside, outside] = [t({ en: 'in the container', zh: '容器里' }), t({ en: 'on the host', zh: '宿主机上' })];
  return styled('dim', `${' '.repeat(NAME + MARK)}${pad(inside, value)} ${pad(outside, value)}`.trimEnd());
}

/** On a wide terminal what follows from a leak stands behind it, else below. */
function row({ name, inside, outside, isIsolated }: Finding, width: number, t: Translate): string[] {
  const mechanism = MECHANISMS.find((each) => each.name === name);
  const value = valueWidth(width);
  const mark = isIsolated ? '✓ ' : '✗ ';
  const cells = `${mark}${pad(mechanism ? t(mechanism.title) : name, NAME - 1)} ${pad(t(inside), value)} ${pad(t(outside), value)}`;
  if (isIsolated) return [styled('green', cells.trimEnd())];
  const leak = mechanism ? t(mechanism.leak) : '';
  const room = width - NAME - MARK - 2 * (value + 1);
  if (room > 60) return [styled('red', `${cells} ${leak}`)];
  return [
    styled('red', cells.trimEnd()),
    ...wrapLine(`→ ${leak}`, width - 4, '  ').map((line) => styled('dim', `    ${line}`)),
  ];
}

function plainRow({ name, inside, outside, isIsolated }: Finding, t: Translate): string[] {
  const mechanism = MECHANISMS.find((each) => each.name === name);
  const verdict = isIsolated ? t({ en: 'isolated', zh: '已隔离' }) : t({ en: 'shared', zh: '共享' });
  const title = mechanism ? t(mechanism.title) : name;
  return [
    t({
      en: `${title}: ${verdict}. container ${t(inside)}, host ${t(outside)}`,
      zh: `${title}：${verdict}。容器：${t(inside)}，宿主机：${t(outside)}`,
    }),
  ];
}
