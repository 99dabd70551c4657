// Opens a file in the learner's editor, which gets the terminal until it ends.

import { useAway } from './away.ts';
import { handOver } from './hand-over.ts';

export function useEditor(): (file: string) => Promise<void> {
  const goAway = useAway();
  return async (file) => {
    await goAway(async () => {
      const editor = process.env.VISUAL || process.env.EDITOR || 'vi';
      await handOver('sh', ['-c', `exec ${editor} "$1"`, 'sh', file]);
    });
  };
}
