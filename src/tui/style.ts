// Colours for lines of text that are made outside of components.

import { styleText } from 'node:util';
import { hasColour } from './colour.ts';

export type Style = Parameters<typeof styleText>[0];

export function styled(style: Style, text: string): string {
  return hasColour && text !== '' ? styleText(style, text, { validateStream: false }) : text;
}
