// slipway watch: checks the exercise again each time it is saved, until Ctrl-C.

import { watchFile } from '../../learn/watch-file.ts';
import { exerciseFile } from '../../learn/workspace.ts';
import { judgeAndPrint } from '../check-lesson.ts';
import { showError } from '../errors.ts';
import { keep, LANG, type Learning, learning, parseMixed, printLines } from '../learning.ts';

export default async function watchCommand(words: readonly string[]): Promise<number> {
  const parsed = parseMixed('watch', { lang: LANG }, words);
  if (!parsed) return 0;
  const where = learning(parsed.rest, parsed.values.lang);
  keep(where, (progress) => progress.goTo(where.lesson));
  await watchLesson(where);
  return 0;
}

/** Saves while a check runs start no second one: when it ends, the file is checked again if it is another by then. */
async function watchLesson(where: Learning): Promise<never> {
  const file = exerciseFile(where.workspace, where.lesson);
  let saved = Promise.withResolvers<void>();
  watchFile(file, () => saved.resolve());
  for (;;) {
    saved = Promise.withResolvers();
    await checkOnce(where);
    printLines([
      '',
      { en: `Waiting for ${file} to be saved; Ctrl-C ends.`, zh: `等待保存 ${file}，按 Ctrl-C 结束。` }[where.language],
    ]);
    await saved.promise;
  }
}

async function checkOnce(where: Learning): Promise<void> {
  try {
    await judgeAndPrint(where);
  } catch (error) {
    showError(error);
  }
}
