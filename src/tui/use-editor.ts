// Opens a file in the learner's editor, which gets the terminal until it ends.

import type { Text } from '../learn/text.ts';
import { useAway } from './away.ts';
import { useText } from './context.tsx';
import { handOver } from './hand-over.ts';

/** Resolves with what went wrong when there is no such editor: our own screen covers what the shell said. */
export function useEditor(): (file: string) => Promise<string | undefined> {
  const t = useText();
  const goAway = useAway();
  return async (file) => {
    const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
    const { exitCode, said } = await goAway(() => handOver('sh', ['-c', `exec ${editor} "$1"`, 'sh', file]));
    return exitCode === 126 || exitCode === 127 ? `${said.trim()}: ${t(CHOOSE)}` : undefined;
  };
}

const CHOOSE: Text = { en: 'set EDITOR to the one that you use', zh: '请把 EDITOR 设为你用的编辑器' };
