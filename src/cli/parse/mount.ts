// --mount type=bind,source=/a,target=/b,readonly: the long form of -v and --tmpfs. Each field has a name, and a source
// that is not there is an error.

import { resolve } from 'node:path';
import type { BindOption, MountOption, TmpfsOption, VolumeOption } from '../../engine/options.ts';
import { parseBoolean } from '../flag-kinds.ts';
import { splitCsv } from './csv.ts';
import { parseVolumeName } from './name.ts';
import { parseSize } from './size.ts';
import { parseTarget } from './target.ts';
import { PROPAGATIONS } from './volume.ts';

/** The names that a field may be written with. */
const FIELDS: Record<string, string> = {
  type: 'type',
  source: 'source',
  src: 'source',
  target: 'target',
  dst: 'target',
  destination: 'target',
  readonly: 'readonly',
  ro: 'readonly',
  consistency: 'consistency',
  'bind-propagation': 'bind-propagation',
  'bind-recursive': 'bind-recursive',
  'volume-nocopy': 'volume-nocopy',
  'tmpfs-size': 'tmpfs-size',
  'tmpfs-mode': 'tmpfs-mode',
};

/** Fields that may stand without a value, which means true. */
const SWITCHES = ['readonly', 'volume-nocopy'];

type Fields = Record<string, string | undefined>;

/** @throws Error naming the field that is wrong. */
export function parseMount(text: string): MountOption {
  const fields: Fields = Object.fromEntries(splitCsv(text).map(parseField));
  const { type = 'volume', target } = fields;
  if (target === undefined) throw new Error('target is required: write it as target=/path');
  refuseForeignFields(type, fields);
  const readonly = parseSwitch('readonly', fields.readonly);
  if (type === 'bind') return bind(fields, parseTarget(target), readonly);
  if (type === 'volume') return volume(fields, parseTarget(target), readonly);
  if (type === 'tmpfs') return tmpfs(fields, parseTarget(target), readonly);
  throw new Error(`mount type unknown: "${type}". It is none of bind, volume, tmpfs`);
}

function parseField(field: string): [string, string] {
  const at = field.indexOf('=');
  const key = (at < 0 ? field : field.slice(0, at)).toLowerCase();
  const name = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
  if (at < 0 && !(name !== undefined && SWITCHES.includes(name))) {
    throw new Error(`invalid field '${field}' must be a key=value pair`);
  }
  if (name === undefined) throw new Error(`unexpected key '${key}' in '${field}'`);
  return [name, at < 0 ? 'true' : field.slice(at + 1)];
}

function refuseForeignFields(type: string, fields: Fields): void {
  for (const kind of ['bind', 'volume', 'tmpfs'].filter((each) => each !== type)) {
    if (Object.keys(fields).some((name) => name.startsWith(`${kind}-`))) {
      throw new Error(`cannot mix '${kind}-*' options with mount type '${type}'`);
    }
  }
}

function parseSwitch(name: string, text: string | undefined): boolean {
  if (text === undefined) return false;
  try {
    return parseBoolean(text);
  } catch {
    throw new Error(`invalid value for ${name}: ${text}`);
  }
}

const RECURSIVE = { enabled: 'enabled', disabled: 'disabled', writable: 'writable', readonly: 'enabled' } as const;

function bind(fields: Fields, target: string, readonly: boolean): BindOption {
  const { source, 'bind-propagation': propagation, 'bind-recursive': recursive = 'enabled' } = fields;
  if (!source) throw new Error('invalid mount config for type "bind": field Source must not be empty');
  if (propagation !== undefined && !PROPAGATIONS.includes(propagation)) {
    throw new Error(`invalid propagation "${propagation}": it is none of ${PROPAGATIONS.join(', ')}`);
  }
  if (!Object.hasOwn(RECURSIVE, recursive)) {
    throw new Error(
      `invalid value for bind-recursive: ${recursive} (must be "enabled", "disabled", "writable", or "readonly")`,
    );
  }
  if ((recursive === 'writable' || recursive === 'readonly') && !readonly) {
    throw new Error(`option 'bind-recursive=${recursive}' requires 'readonly' to be specified in conjunction`);
  }
  const how = RECURSIVE[recursive as keyof typeof RECURSIVE];
  const given = propagation === undefined ? {} : { propagation };
  return { type: 'bind', source: resolve(source), target, readonly, ...given, recursive: how, createSource: false };
}

function volume(fields: Fields, target: string, readonly: boolean): VolumeOption {
  const named = fields.source ? { name: parseVolumeName(fields.source) } : {};
  return { type: 'volume', ...named, target, readonly, noCopy: parseSwitch('volume-nocopy', fields['volume-nocopy']) };
}

function tmpfs(fields: Fields, target: string, readonly: boolean): TmpfsOption {
  const { source, 'tmpfs-size': size, 'tmpfs-mode': mode } = fields;
  if (source !== undefined) throw new Error('invalid mount config for type "tmpfs": source must not be specified');
  if (mode !== undefined && !/^[0-7]{1,5}$/.test(mode)) throw new Error(`invalid value for tmpfs-mode: ${mode}`);
  const options = [
    ...(readonly ? ['ro'] : []),
    ...(size === undefined ? [] : [`size=${parseSize(size)}`]),
    ...(mode === undefined ? [] : [`mode=${mode}`]),
  ];
  return { type: 'tmpfs', target, options };
}
