// A bundle: the folder of a container's config.json and root (the specification's bundle.md).

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { completeSpec } from '../engine/given-spec.ts';
import { reasonOf } from '../engine/user-file.ts';
import type { Spec } from '../oci.ts';
import { checkSpec } from '../runtime/check-spec.ts';
import { inexactArguments } from '../runtime/spec-check/exact.ts';

/** The specification, checked and with the root as an absolute path. @throws Error naming each mistake by its place. */
export function loadBundleFolder(folder: string): Spec {
  const file = join(folder, 'config.json');
  const document = readJsonFile(file);
  const [inexact] = inexactArguments(readFileSync(file, 'utf8'));
  if (inexact !== undefined) throw new Error(`${file}: linux.seccomp: no argument can be as exact as ${inexact}`);
  const spec = completeSpec(checkSpec(file, document), resolve(folder));
  const path = resolve(folder, spec.root.path);
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${file}: root.path: there is no folder ${path}`);
  return { ...spec, root: { ...spec.root, path: realpathSync(path) } }; // mounts do not follow a link
}

/** @throws Error when it cannot be read, or is no JSON. */
export function readJsonFile(path: string | number): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${path} is not JSON: ${error.message}`);
    throw new Error(`${path} cannot be read: ${reasonOf(error as NodeJS.ErrnoException)}`);
  }
}
