// config.json's `linux.namespaces`, the id maps and the clocks:
// https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#namespaces

import { close } from '../../linux/files.ts';
import { isOwn, NAMESPACE_TYPES, openNamespace } from '../../namespaces/flags.ts';
import { mapsOf } from '../../namespaces/user-namespace.ts';
import type { IdMapping, Linux, Namespace, NamespaceType, Spec } from '../../oci.ts';
import type { Words } from './words.ts';

export function namespaceSchema({ z, absolute }: Words) {
  return z.object({ type: z.enum(NAMESPACE_TYPES as [string, ...string[]]), path: absolute.optional() });
}

export function mappingSchema({ z, id, uint32 }: Words) {
  return z.object({ containerID: id, hostID: id, size: uint32 });
}

export function timeOffsetsSchema({ z, whole }: Words) {
  const offset = z.object({ secs: whole.optional(), nanosecs: whole.min(0).max(999_999_999).optional() });
  return z.object({ monotonic: offset.optional(), boottime: offset.optional() }).strict();
}

export function namespaceMistakes(spec: Spec): string[] {
  const { linux = {} } = spec;
  const namespaces = linux.namespaces ?? [];
  const files = namespaces.flatMap((namespace, index) => fileMistakes(namespace, `linux.namespaces[${index}].path`));
  return [
    ...listMistakes(namespaces),
    ...files,
    ...mapMistakes(linux, files.length > 0),
    ...nameMistakes(spec),
    ...clockMistakes(linux),
  ];
}

function listMistakes(namespaces: readonly Namespace[]): string[] {
  const types = namespaces.map(({ type }) => type);
  const twice = types.flatMap((type, index) =>
    types.indexOf(type) === index ? [] : [`linux.namespaces[${index}].type: ${type} is listed twice`],
  );
  const hasMount = namespaces.some((namespace) => namespace.type === 'mount' && !isOwn(namespace));
  return hasMount
    ? twice
    : [...twice, 'linux.namespaces: a mount namespace is needed, or the host would see the mounts'];
}

/** The file has to be there, and be a namespace of that kind. */
function fileMistakes({ type, path }: Namespace, place: string): string[] {
  if (path === undefined) return [];
  try {
    close(openNamespace(type, path));
    return [];
  } catch (error) {
    return [`${place}: ${(error as Error).message}`];
  }
}

/** @param isBroken a namespace cannot be looked at. */
function mapMistakes({ namespaces = [], uidMappings = [], gidMappings = [] }: Linux, isBroken: boolean): string[] {
  const user = namespaces.find(({ type }) => type === 'user');
  const hasMaps = uidMappings.length > 0 && gidMappings.length > 0;
  if (!user) return hasMaps ? ['linux.uidMappings: there is no user namespace to map ids for'] : [];
  if (user.path === undefined) {
    return hasMaps ? [] : ['linux.uidMappings: a new user namespace needs uidMappings and gidMappings'];
  }
  if (!hasMaps || isBroken) return [];
  const { uid, gid } = mapsOf(user.path);
  return isSame(uid, uidMappings) && isSame(gid, gidMappings)
    ? []
    : [`linux.uidMappings: the user namespace ${user.path} has other maps: leave them out`];
}

/** Engines that name a user namespace may repeat its maps. */
function isSame(ours: readonly IdMapping[], theirs: readonly IdMapping[]): boolean {
  const text = (maps: readonly IdMapping[]) =>
    maps
      .map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}`)
      .sort()
      .join();
  return text(ours) === text(theirs);
}

function nameMistakes({ linux = {}, hostname, domainname }: Spec): string[] {
  const isContainers = has(linux, 'uts');
  return Object.entries({ hostname, domainname })
    .filter(([, value]) => value && !isContainers)
    .map(([name]) => `${name}: it needs a uts namespace that is not the host's`);
}

function has({ namespaces = [] }: Linux, wanted: NamespaceType): boolean {
  return namespaces.some((namespace) => namespace.type === wanted && !isOwn(namespace));
}

function clockMistakes({ namespaces = [], timeOffsets = {} }: Linux): string[] {
  const isNew = namespaces.some(({ type, path }) => type === 'time' && path === undefined);
  return Object.keys(timeOffsets).length === 0 || isNew ? [] : ['linux.timeOffsets: they need a new time namespace'];
}
