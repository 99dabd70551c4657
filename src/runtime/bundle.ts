// A container as the runtime takes it: the specification, and what the specification has no words for.
// It lies in the container's folder as config.json and container.json.

import { join } from 'node:path';
import type { Spec } from '../oci.ts';
import { containerFolder } from './places.ts';
import { readJson, writeWhole } from './whole-file.ts';

export interface Bundle {
  /** 64 hex digits. */
  id: string;
  name: string;
  /** What `ps` shows as the image. */
  image: string;
  createdAt: string;
  /** Removed as soon as it ends (--rm). */
  autoRemove: boolean;
  /** The image's layers as folders, the topmost first; none when the root is a plain folder. */
  layers: string[];
  /** Bytes: the root is a copy of this machine's (machine-root.ts), and so much memory takes what changes in it. */
  memorySize?: number;
  /** Volumes that are new and take the image's content at their place. */
  copyUps: CopyUp[];
  /** Anonymous volumes, removed with the container. */
  anonymousVolumes: string[];
  /** Whether the program's stdin is open (-i). */
  interactive: boolean;
  /** The program is killed when the command line that started it is gone. */
  endsWithClient?: boolean;
  spec: Spec;
}

export interface CopyUp {
  destination: string;
  volumeFolder: string;
}

/** Writes config.json, which other people's tools read, and container.json with the rest. */
export function saveBundle(bundle: Bundle): void {
  const { spec, ...rest } = bundle;
  const folder = containerFolder(bundle.id);
  writeWhole(join(folder, 'config.json'), `${JSON.stringify(spec, null, 2)}\n`);
  writeWhole(join(folder, 'container.json'), `${JSON.stringify(rest, null, 2)}\n`);
}

/** The container's bundle, or undefined when one of its files is missing or damaged. */
export function loadBundle(id: string, folder = containerFolder(id)): Bundle | undefined {
  const rest = readJson(join(folder, 'container.json'));
  const spec = readJson(join(folder, 'config.json'));
  const bundle = { ...rest, spec };
  return isBundle(bundle) && bundle.id === id ? bundle : undefined;
}

/** True when all is there that is used without another look. */
function isBundle(value: object): value is Bundle {
  const { name, image, createdAt, layers, copyUps, anonymousVolumes, spec } = value as Partial<Bundle>;
  const texts = [name, image, createdAt, spec?.root?.path];
  const lists = [layers, copyUps, anonymousVolumes, spec?.process?.args];
  return texts.every((each) => typeof each === 'string') && lists.every((each) => Array.isArray(each));
}
