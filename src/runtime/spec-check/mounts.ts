// config.json's `mounts`: https://github.com/opencontainers/runtime-spec/blob/main/config.md#mounts
// Which options there are, volumes/options.ts says; what it does not know is for the file system to judge.

import type { Linux, Mount, Spec } from '../../oci.ts';
import { parseOptions } from '../../volumes/options.ts';
import { mappingSchema } from './namespaces.ts';
import type { Words } from './words.ts';

export function mountSchema(words: Words) {
  const { z, text } = words;
  const mappings = z.array(mappingSchema(words)).min(1).optional();
  return z.object({
    destination: text.min(1), // below / also where it is relative, as some older engines write it
    type: text.optional(),
    source: text.optional(),
    options: z.array(text).optional(),
    uidMappings: mappings,
    gidMappings: mappings,
  });
}

export function mountMistakes({ mounts = [], linux = {} }: Spec): string[] {
  return mounts.flatMap((mount, index) => {
    const isBind = mount.type === 'bind' || (mount.options ?? []).some((word) => word === 'bind' || word === 'rbind');
    const mistakes = [
      ...(isBind ? bindMistakes(mount) : fileSystemMistakes(mount)),
      ...idMapMistakes(mount, isBind, linux),
    ];
    return mistakes.map((mistake) => `mounts[${index}].${mistake}`);
  });
}

/** A bind mount shows a file system that is there already: what is said to that would be ignored by the kernel. */
function bindMistakes({ source, options = [] }: Mount): string[] {
  const { data, remount, copyUp } = parseOptions(options);
  return [
    ...(source || remount ? [] : ['source: it is missing, and a bind mount needs one']),
    ...data.map((word) => `options[${options.indexOf(word)}]: "${word}" is no option of a bind mount`),
    ...(copyUp ? [`options[${options.indexOf('tmpcopyup')}]: tmpcopyup is for a tmpfs`] : []),
  ];
}

function fileSystemMistakes({ type, options = [] }: Mount): string[] {
  const { remount, copyUp } = parseOptions(options);
  return [
    ...(type || remount ? [] : ['type: it is missing, and only a bind mount needs none']),
    ...(copyUp && type !== 'tmpfs' ? [`options[${options.indexOf('tmpcopyup')}]: tmpcopyup is for a tmpfs`] : []),
  ];
}

function idMapMistakes({ options = [], uidMappings, gidMappings }: Mount, isBind: boolean, linux: Linux): string[] {
  const { idMap } = parseOptions(options);
  if (!uidMappings !== !gidMappings) return ['uidMappings: they and gidMappings need each other'];
  if (!idMap && !uidMappings) return [];
  if (!isBind) return ['options: only a bind mount can map ids'];
  const hasUser = linux.namespaces?.some(({ type }) => type === 'user') ?? false;
  return uidMappings || hasUser
    ? []
    : [
        'uidMappings: idmap needs them and gidMappings, since the container has no user namespace whose map it could take',
      ];
}
