// Options in, an OCI specification out: the table of contents of the translation. Each part has a file of its own.
// Docker's defaults are in these files, and nowhere else: the runtime does what the specification says, no more.

import type { Linux, Spec } from '../../oci.ts';
import { checkSysctls } from '../../runtime/sysctl.ts';
import type { ImageConfig } from '../image-config.ts';
import type { ContainerOptions } from '../options.ts';
import type { SpecContext } from './context.ts';
import { deviceNodes } from './devices.ts';
import { hostnameFor } from './hostname.ts';
import { makeMounts } from './mounts.ts';
import { makeNamespaces, type ResolvedOptions, resolveNamespaces } from './namespaces.ts';
import { makeProcess } from './process.ts';
import { makeProtection } from './protection.ts';
import { makeResources } from './resources.ts';
import { makeSysctls } from './sysctls.ts';
import { userAnnotations } from './user.ts';

/**
 * The specification of one container.
 * @throws Error naming the option that cannot be had; checkOptions() has looked for those that contradict one another.
 */
export function makeSpec(given: ContainerOptions, image: ImageConfig, context: SpecContext): Spec {
  const options = { ...given, namespaces: resolveNamespaces(given.namespaces, context) };
  const hasOwnName = options.namespaces.uts === 'private';
  const spec: Spec = {
    ociVersion: '1.2.0',
    process: makeProcess(options, image, context),
    root: { path: context.rootPath, readonly: options.readonlyRootfs },
    ...(hasOwnName ? { hostname: hostnameFor(given, context) } : {}),
    ...(options.domainname === undefined ? {} : { domainname: options.domainname }),
    mounts: makeMounts(options, image, context),
    annotations: {
      ...notOurs({ ...options.labels, ...options.annotations }),
      ...userAnnotations(options.process, image),
    },
    linux: makeLinux(options, context),
  };
  checkSysctls(spec);
  return spec;
}

/** A label must not pass for an annotation that says who the program runs as. */
function notOurs(labels: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith('dev.slipway.')));
}

function makeLinux(options: ResolvedOptions, context: SpecContext): Linux {
  const { cgroupParent } = options.resources;
  const { uid, gid } = context.mappings;
  return {
    namespaces: makeNamespaces(options.namespaces, context),
    ...(options.namespaces.user === 'private' ? { uidMappings: uid, gidMappings: gid } : {}),
    devices: deviceNodes(options),
    ...(cgroupParent === undefined ? {} : { cgroupsPath: `/${cgroupParent}/${context.id}`.replaceAll(/\/+/g, '/') }),
    resources: makeResources(options),
    sysctl: makeSysctls(options),
    ...makeProtection(options.security, context),
  };
}
