// The message of the error that some work throws: for tables of what is refused, and how that is said.

import { expect } from 'vitest';

export function mistake(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    return (error as Error).message;
  }
  return 'nothing was thrown';
}
