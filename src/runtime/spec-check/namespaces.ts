// config.json's `linux.namespaces` and the id maps:
// https://github.com/opencontainers/runtime-spec/blob/main/config-linux.md#namespaces

import { NAMESPACE_TYPES } from '../../namespaces/flags.ts';
import type { Spec } from '../../oci.ts';
import type { Words } from './words.ts';

export function namespaceSchema({ z, absolute }: Words) {
  return z.object({ type: z.enum(NAMESPACE_TYPES as [string, ...string[]]), path: absolute.optional() });
}

export function mappingSchema({ z, id, uint32 }: Words) {
  return z.object({ containerID: id, hostID: id, size: uint32 });
}

export function namespaceMistakes({ linux = {}, hostname, domainname }: Spec): string[] {
  const types = (linux.namespaces ?? []).map(({ type }) => type);
  const mistakes: string[] = [];
  const check = (isWrong: boolean, mistake: string) => isWrong && mistakes.push(mistake);
  for (const [index, type] of types.entries()) {
    check(types.indexOf(type) !== index, `linux.namespaces[${index}].type: ${type} is listed twice`);
  }
  const isNewUser = linux.namespaces?.some(({ type, path }) => type === 'user' && path === undefined) ?? false;
  const hasMaps = (linux.uidMappings?.length ?? 0) > 0 && (linux.gidMappings?.length ?? 0) > 0;
  check(isNewUser && !hasMaps, 'linux.uidMappings: a new user namespace needs uidMappings and gidMappings');
  check(hasMaps && !types.includes('user'), 'linux.uidMappings: there is no user namespace to map ids for');
  check(!types.includes('mount'), 'linux.namespaces: a mount namespace is needed, or the host would see the mounts');
  check(hostname !== undefined && !types.includes('uts'), 'hostname: it needs a uts namespace');
  check(domainname !== undefined && !types.includes('uts'), 'domainname: it needs a uts namespace');
  return mistakes;
}
