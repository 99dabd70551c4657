// What `slipway-oci --version` says, in the form that engines read: podman shows the first line, cri-o looks for `spec:`.

import about from '../../package.json' with { type: 'json' };

/** The newest version of the runtime specification that is carried out. */
export const OCI_VERSION = '1.2.0';

export function versionText(): string {
  return `slipway-oci version ${about.version}\nspec: ${OCI_VERSION}\nnode: ${process.version}\n`;
}
