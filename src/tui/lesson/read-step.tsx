// A step to read, and the first page of a lesson. On a wide terminal the machine as it is stands beside it.

import { useRoom, useText } from '../context.tsx';
import { machineLines } from '../machine.ts';
import { Page, type PageProps } from './page.tsx';

export function ReadStep({ lesson, step, keys, ...page }: PageProps) {
  const t = useText();
  const { isWide } = useRoom();
  const intro = t({
    en: `${lesson.intro}\n\n*${lesson.steps.length} steps, about ${lesson.minutes} minutes. → begins.*`,
    zh: `${lesson.intro}\n\n*共 ${lesson.steps.length} 步，约 ${lesson.minutes} 分钟。按 → 开始。*`,
  });
  return (
    <Page
      {...page}
      {...{ lesson, step, keys }}
      text={step?.text ?? intro}
      {...(isWide ? { panel: { lines: (width) => machineLines(width, t) } } : {})}
    />
  );
}
