// A folder for one test file, deleted after its last test.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** @returns a function that gives a new empty folder at each call. */
export function temporaryFolders(): () => string {
  const all = mkdtempSync(join(tmpdir(), 'slipway-test-'));
  afterAll(() => rmSync(all, { recursive: true, force: true }));
  return () => mkdtempSync(join(all, 'f-'));
}
