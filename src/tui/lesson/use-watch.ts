// Checks the exercise: once when the page opens, then whenever its file is saved. Saves and keys are ignored while a check
// runs; when it ends, a file that is another by then is checked again.

import { useEffect, useRef, useState } from 'react';
import { type CheckRun, checkExercise } from '../../learn/check.ts';
import type { Result } from '../../learn/result.ts';
import { printOf, watchFile } from '../../learn/watch-file.ts';

export interface Watched {
  isChecking: boolean;
  /** Of this check, as they come. */
  results: readonly Result[];
  /** The last check that went to its end. */
  run: CheckRun | undefined;
  failure: string | undefined;
  check(): void;
}

export function useWatch(lesson: string, file: string | undefined, onEnd: (run: CheckRun) => void): Watched {
  const [isChecking, setChecking] = useState(false);
  const [results, setResults] = useState<readonly Result[]>([]);
  const [run, setRun] = useState<CheckRun>();
  const [failure, setFailure] = useState<string>();
  const control = useRef<AbortController>(undefined);

  const check = async () => {
    if (file === undefined || control.current) return;
    const abort = new AbortController();
    control.current = abort;
    setChecking(true);
    setFailure(undefined);
    let checked: string;
    do {
      checked = printOf(file);
      await once(abort.signal);
    } while (!abort.signal.aborted && checked !== printOf(file));
    if (abort.signal.aborted) return;
    control.current = undefined;
    setChecking(false);
  };

  const once = async (signal: AbortSignal) => {
    try {
      setResults([]);
      const onResult = (result: Result) => setResults((before) => [...before, result]);
      const done = await checkExercise(lesson, file as string, { signal, onResult });
      setRun(done);
      onEnd(done);
    } catch (error) {
      if (!signal.aborted) setFailure((error as Error).message);
    }
  };

  // biome-ignore lint/correctness/useExhaustiveDependencies: it begins anew for another file alone
  useEffect(() => {
    if (file === undefined) return;
    check();
    const stop = watchFile(file, check);
    return () => {
      stop();
      control.current?.abort();
    };
  }, [lesson, file]);

  return { isChecking, results, run, failure, check };
}
