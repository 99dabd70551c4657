// A config.json that somebody else wrote: checked, and completed as other runtimes do.

import { realpathSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Spec } from '../oci.ts';
import { checkSpec } from '../runtime/check-spec.ts';
import { inexactArguments } from '../runtime/spec-check/exact.ts';
import { completeSpec } from './given-spec.ts';

/**
 * The specification in the text of this file.
 * @param name what an error calls the file when it is no JSON.
 * @throws Error naming each mistake by its place in the document.
 */
export function parseSpec(file: string, text: string, name = file): Spec {
  const [inexact] = inexactArguments(text);
  if (inexact !== undefined) throw new Error(`${file}: linux.seccomp: no argument can be as exact as ${inexact}`);
  return completeSpec(checkSpec(file, parseJson(name, text)), resolve(dirname(file)));
}

/** The same with the root as a whole path. @throws Error when there is no such folder. */
export function withWholeRoot(file: string, spec: Spec): Spec {
  const path = rootPath(file, spec);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${file}: root.path: there is no folder ${path}`);
  return { ...spec, root: { ...spec.root, path: realpathSync(path) } }; // mounts do not follow a link
}

/** Relative paths begin at the file. */
export function rootPath(file: string, { root }: Spec): string {
  return resolve(dirname(file), root.path);
}

/** @throws Error naming what is no JSON. */
export function parseJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${name} is not JSON: ${(error as Error).message}`);
  }
}
