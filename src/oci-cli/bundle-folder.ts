// A bundle: the folder of a container's config.json and root (the specification's bundle.md).

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson, parseSpec, withWholeRoot } from '../engine/spec-file.ts';
import { reasonOf } from '../engine/user-file.ts';
import type { Spec } from '../oci.ts';

/** The specification, checked and with the root as an absolute path. @throws Error naming each mistake by its place. */
export function loadBundleFolder(folder: string): Spec {
  const file = join(folder, 'config.json');
  return withWholeRoot(file, parseSpec(file, readText(file)));
}

/** @throws Error when it cannot be read, or is no JSON. */
export function readJsonFile(path: string | number): unknown {
  return parseJson(String(path), readText(path));
}

function readText(path: string | number): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
