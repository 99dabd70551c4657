// What the translation is given in these tests: options as the command line makes them, and a machine that is always
// the same.

import { toContainerOptions } from '../../../src/cli/container-options.ts';
import { parseFlags } from '../../../src/cli/flags.ts';
import { RUN_FLAGS } from '../../../src/cli/run-flags.ts';
import type { ImageConfig } from '../../../src/engine/image-config.ts';
import type { ContainerOptions } from '../../../src/engine/options.ts';
import type { SpecContext } from '../../../src/engine/spec/context.ts';
import { makeSpec } from '../../../src/engine/spec/make-spec.ts';
import type { Spec } from '../../../src/oci.ts';
import { CAPABILITIES } from '../../../src/security/capabilities.ts';

/** `run` with these words, up to the image and behind it. */
export function optionsOf(...words: string[]): ContainerOptions {
  const { values, rest } = parseFlags(RUN_FLAGS, words);
  return toContainerOptions(values, rest);
}

export const ID = '0123456789abcdef'.repeat(4);

const ALL_IDS = [{ containerID: 0, hostID: 0, size: 2 ** 32 - 1 }];

/** Root, on a machine where container `other` runs as process 7, and `hostly` shares all with the host. */
export const ROOT: SpecContext = {
  id: ID,
  rootPath: '/store/rootfs',
  rootless: false,
  capabilities: CAPABILITIES,
  mappings: { uid: ALL_IDS, gid: ALL_IDS },
  namespacePath: (container, type) => (container === 'hostly' ? undefined : `/proc/7/ns/${type}`),
  rootOf: () => '/proc/7/root',
  hostnameOf: (container) => `name-of-${container}`,
  volumePath: ({ name }) => `/store/volumes/${name ?? 'anonymous'}/_data`,
};

const own = { containerID: 0, hostID: 1000, size: 1 };
const range = { containerID: 1, hostID: 100_000, size: 65_536 };

/** An ordinary user with a range of ids. */
export const USER: SpecContext = { ...ROOT, rootless: true, mappings: { uid: [own, range], gid: [own, range] } };

/** One without. */
export const BARE_USER: SpecContext = { ...ROOT, rootless: true, mappings: { uid: [own], gid: [own] } };

export const BOX: ImageConfig = { Cmd: ['sh'] };

/** The specification of `run` with these words. */
export function specOf(context: SpecContext, image: ImageConfig, ...words: string[]): Spec {
  return makeSpec(optionsOf(...words), image, context);
}
