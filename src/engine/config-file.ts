// A config.json of the user's own (`run --config FILE`), and the one that `slipway spec` prints.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Spec } from '../oci.ts';
import { runningNamespace } from '../runtime/rejoin.ts';
import { checkOptions } from './check.ts';
import { hostnameOf, rootOf } from './joined.ts';
import type { ContainerOptions } from './options.ts';
import { openSource } from './source.ts';
import { machineContext } from './spec/context.ts';
import { makeSpec } from './spec/make-spec.ts';
import { parseSpec, rootPath, withWholeRoot } from './spec-file.ts';
import { readUserFile } from './user-file.ts';
import { volumeFolder } from './volumes.ts';

/** Says which image the root is made of, where `root.path` is a folder that is not there. */
const IMAGE_ANNOTATION = 'dev.slipway.image';

/** Where runtimes look for the root by custom: beside the config.json. */
const CUSTOMARY_ROOT = 'rootfs';

export interface LoadedSpec {
  spec: Spec;
  /** The image that the root is made of. */
  image?: string;
}

/**
 * Reads a config.json, or the one in a bundle's folder.
 * @throws Error naming every mistake by its place in the document.
 */
export function loadSpec(path: string): LoadedSpec {
  const file = statSync(path, { throwIfNoEntry: false })?.isDirectory() ? join(path, 'config.json') : path;
  const spec = parseSpec(file, readText(file), `--config "${file}"`);
  const image = spec.annotations?.[IMAGE_ANNOTATION];
  if (image !== undefined && !existsSync(rootPath(file, spec))) return { spec, image };
  return { spec: withWholeRoot(file, spec) };
}

function readText(file: string): string {
  try {
    return readUserFile(file).toString();
  } catch (error) {
    throw new Error(`--config "${file}" cannot be read: ${(error as Error).message}`);
  }
}

/** The specification that the options give. Nothing is made on this machine for it. */
export function printableSpec(options: ContainerOptions, id: string): Spec {
  checkOptions(options);
  const { source } = options;
  if ('config' in source) return loadSpec(source.config).spec;
  const { config, rootfs, name } = openSource(source);
  if ('rootfs' in source && rootfs === undefined) throw new Error('a config.json has no words for --rootfs DIR:O');
  const spec = makeSpec(options, config, {
    ...machineContext(),
    id,
    rootPath: rootfs ?? CUSTOMARY_ROOT,
    namespacePath: runningNamespace,
    rootOf,
    hostnameOf,
    volumePath: (volume) => volumeFolder(volume.name ?? id),
  });
  if (rootfs === undefined) spec.annotations = { ...spec.annotations, [IMAGE_ANNOTATION]: name };
  return spec;
}
