// A lesson as slides: few words each, one more at each key.
//
//     title       of the lesson, of a step
//     text        a paragraph or two, or source with the sentence that leads to it
//     command     what will be run; the slide behind it runs it
//     question    the answers; the slide behind it asks the kernel
//     goals       what the exercise has to reach; the slide behind it shows what fills the gap

import stringWidth from 'string-width';
import type { Lesson, Step } from '../../learn/lesson.ts';

export interface Slide {
  kind: 'title' | 'text' | 'command' | 'run' | 'question' | 'answer' | 'goals' | 'solution';
  /** From 1; 0 is what stands before the first step. */
  at: number;
  /** Markdown. */
  text?: string;
}

export function slidesOf(lesson: Lesson): Slide[] {
  return [
    { kind: 'title', at: 0 },
    ...textSlides(lesson.intro, 0),
    ...lesson.steps.flatMap((step, index) => stepSlides(step, index + 1)),
  ];
}

function stepSlides(step: Step, at: number): Slide[] {
  return [{ kind: 'title', at }, ...textSlides(step.text, at), ...endOf(step).map((kind) => ({ kind, at }))];
}

function endOf({ kind, command }: Step): Slide['kind'][] {
  if (kind === 'predict') return ['question', 'answer'];
  if (kind === 'build') return ['goals', 'solution'];
  return command === undefined ? [] : ['command', 'run'];
}

/** Cells of text on a slide: some sixty words. */
const MOST = 380;

/** Paragraphs share a slide while they are short; source takes the paragraph before it along when that is short. */
export function textSlides(markdown: string, at: number): Slide[] {
  const slides: string[][] = [];
  let size = 0;
  for (const block of blocksOf(markdown)) {
    const more = isCode(block) ? MOST / 2 : stringWidth(block);
    const last = slides.at(-1);
    if (last && size + more <= MOST) last.push(block);
    else slides.push([block]);
    size = last && size + more <= MOST ? size + more : more;
  }
  return slides.map((blocks) => ({ kind: 'text', at, text: blocks.join('\n\n') }));
}

function isCode(block: string): boolean {
  return block.startsWith('```');
}

/** What is between empty lines; a fence is one block whatever is in it. */
function blocksOf(markdown: string): string[] {
  return (markdown.match(/^```[\s\S]*?^```$|(?:(?!^```).+(?:\n|$))+/gm) ?? []).map((block) => block.trim());
}
