// -v: `host:ctr`, `name:ctr` or `/ctr` alone, and options behind a second colon.

import { resolve } from 'node:path';
import type { BindOption, MountOption, VolumeOption } from '../../engine/options.ts';
import { parseVolumeName } from './name.ts';
import { parseTarget } from './target.ts';

export const PROPAGATIONS = ['private', 'rprivate', 'slave', 'rslave', 'shared', 'rshared'];

/** SELinux labels and the wishes of Docker Desktop: nothing comes of them here. */
const WITHOUT_EFFECT = ['z', 'Z', 'consistent', 'cached', 'delegated'];

/** @throws Error naming the part that is wrong. */
export function parseVolume(text: string): MountOption {
  const parts = text.split(':');
  if (parts.includes('')) throw new Error(`invalid spec: ${text}: empty section between colons`);
  if (parts.length > 3) throw new Error(`invalid volume specification: '${text}'. Write it as source:target:options`);
  const [source = '', target, mode = ''] = parts as [string, string?, string?];
  if (target === undefined) return { type: 'volume', target: parseTarget(source), readonly: false, noCopy: false };
  const options = mode === '' ? [] : mode.split(',');
  return isPath(source) ? bind(source, target, options) : volume(source, target, options);
}

/** A name has no slash, and does not begin with a dot. */
function isPath(source: string): boolean {
  return source.startsWith('/') || /^\.\.?(\/|$)/.test(source);
}

function bind(source: string, target: string, options: string[]): BindOption {
  const propagation = options.filter((option) => PROPAGATIONS.includes(option));
  refuseUnknown(options, ['ro', 'rw', 'rro', ...PROPAGATIONS, ...WITHOUT_EFFECT]);
  refuseSeveral(options, propagation);
  return {
    type: 'bind',
    source: resolve(source),
    target: parseTarget(target),
    readonly: options.includes('ro') || options.includes('rro'),
    ...(propagation[0] === undefined ? {} : { propagation: propagation[0] }),
    recursive: 'enabled',
    createSource: true,
  };
}

function volume(name: string, target: string, options: string[]): VolumeOption {
  refuseUnknown(options, ['ro', 'rw', 'nocopy', ...WITHOUT_EFFECT]);
  refuseSeveral(options, []);
  return {
    type: 'volume',
    name: parseVolumeName(name),
    target: parseTarget(target),
    readonly: options.includes('ro'),
    noCopy: options.includes('nocopy'),
  };
}

function refuseUnknown(options: readonly string[], known: readonly string[]): void {
  const unknown = options.find((option) => !known.includes(option));
  if (unknown !== undefined) throw new Error(`invalid mode: ${unknown}. It is none of ${known.join(', ')}`);
}

function refuseSeveral(options: readonly string[], propagation: readonly string[]): void {
  const access = options.filter((option) => ['ro', 'rw', 'rro'].includes(option));
  if (access.length > 1 || propagation.length > 1)
    throw new Error(`invalid mode: ${options.join(',')}. Choose one of them`);
}
