// Runs a step's command in the guard, and shows its output as it comes. Leaving the page ends it.

import { useEffect, useRef, useState } from 'react';
import type { Step } from '../../learn/lesson.ts';
import { runStep } from '../../learn/run-step.ts';
import type { Finding } from './step.ts';

export interface Running {
  isRunning: boolean;
  /** What has come out so far. */
  output: string;
  start(more?: Partial<Finding>): void;
  stop(): void;
}

export function useStepRun(step: Step | undefined, keep: (finding: Finding) => void): Running {
  const [output, setOutput] = useState<string>();
  const control = useRef<AbortController>(undefined);
  useEffect(() => () => control.current?.abort(), []);
  const start = (more: Partial<Finding> = {}) => {
    if (step === undefined || control.current) return;
    const abort = new AbortController();
    control.current = abort;
    const { signal } = abort;
    setOutput('');
    runStep(step, { signal, onOutput: (text) => setOutput((before = '') => before + text) })
      .then((run) => keep({ ...more, run }))
      .catch((error: Error) => signal.aborted || keep({ ...more, failure: error.message }))
      .finally(() => {
        control.current = undefined;
        setOutput(undefined);
      });
  };
  return { isRunning: output !== undefined, output: output ?? '', start, stop: () => control.current?.abort() };
}
