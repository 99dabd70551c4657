// Where Slipway itself lies: its lessons, its node_modules, the `slipway` script.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json, above this file or above the bundle that it became a part of. */
export const HOME = folderWithPackage(dirname(fileURLToPath(import.meta.url)));

export const SLIPWAY = join(HOME, 'slipway');

function folderWithPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : folderWithPackage(dirname(folder));
}
