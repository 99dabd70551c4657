// The terminal interface, as a process: `main.tsx LANGUAGE [--plain] [--present] [LESSON]`. See src/cli/course.ts for who starts it.

import './colour.ts'; // before Ink, hence alone

import { flushCompileCache } from 'node:module';
import { render } from 'ink';
import { languageOf } from '../learn/text.ts';
import { App } from './app.tsx';
import { toLineStart } from './away.ts';
import { before, hasColour } from './colour.ts';
import type { Place } from './context.tsx';
import { Course } from './course-state.ts';
import { forwardOnly } from './forward.ts';
import { loadMarkdown } from './markdown.ts';
import { leaveTerminalOnEnd } from './terminal.ts';

// What was for us alone is not for the programs that we start.
delete process.env.NODE_COMPILE_CACHE;
if (before === undefined) delete process.env.FORCE_COLOR;

const [language, ...words] = process.argv.slice(2);
const isPlain = words.includes('--plain') || process.env.TERM === 'dumb'; // which can only be written forward
const course = Course.open(languageOf(language));

const lesson = course.lessons.find(({ name }) => words.includes(name))?.name;
const screen = words.includes('--present') ? 'present' : 'lesson';
const start: Place = lesson === undefined ? { screen: 'course' } : { screen, lesson };
if (isPlain) await loadMarkdown(); // what is there from the first is printed in its place
toLineStart();
const app = render(<App language={languageOf(language)} {...{ isPlain, hasColour, course, start }} />, {
  alternateScreen: !isPlain,
  isScreenReaderEnabled: isPlain,
  ...(isPlain ? { debug: true, stdout: forwardOnly(process.stdout) } : {}),
  interactive: true, // on a CI machine too: we have been asked for it
  exitOnCtrlC: false,
});
leaveTerminalOnEnd(
  () => app.unmount(),
  (error) => process.stderr.write(`slipway: this is a mistake in Slipway, please report it:\n${stackOf(error)}\n`),
);
setImmediate(async () => {
  await loadMarkdown();
  flushCompileCache();
});
await app.waitUntilExit();
process.exit(0);

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
