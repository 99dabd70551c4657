// Lesson text as lines. The renderer with its highlighting is large, so it is loaded when the first screen stands.

import { useEffect, useState } from 'react';
import { hasColour } from './colour.ts';

type Render = typeof import('../learn/render.ts').render;

let render: Render | undefined;

/** Needed once before useMarkdown() gives more than raw text. */
export async function loadMarkdown(): Promise<void> {
  ({ render } = await import('../learn/render.ts'));
}

export function useMarkdown(markdown: string, width: number): string[] {
  const [, redraw] = useState(false);
  useEffect(() => {
    if (render === undefined) loadMarkdown().then(() => redraw(true));
  }, []);
  return render ? render(markdown, width, { color: hasColour }) : [];
}
