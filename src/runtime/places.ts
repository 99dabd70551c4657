// Where Slipway keeps things on disk. `tree $SLIPWAY_ROOT` shows all of it:
//
//   layers/box-<key>/          an image's layer, ready to be a lowerdir of overlay
//   containers/<id>/           container.json, config.json, state.json, init/ upper/ work/ rootfs/
//   names/<name> -> <id>       a claimed name: a symlink, since making one is atomic
//   volumes/<name>/_data
//   trash/<id>/                what is only still to be deleted

import { isAbsolute, join, resolve } from 'node:path';
import { makeFolders } from './disk.ts';

/** True when we are the machine's root user (or a container's, which may be as good). */
export const isRoot = process.geteuid?.() === 0;

/**
 * /var/lib/slipway, or ~/.local/share/slipway without root; SLIPWAY_ROOT says otherwise.
 * @throws Error when the user has no home.
 */
export function rootFolder(): string {
  if (process.env.SLIPWAY_ROOT) return resolve(process.env.SLIPWAY_ROOT);
  return isRoot ? '/var/lib/slipway' : join(dataHome(), 'slipway');
}

/** A relative path in these variables means nothing (XDG Base Directory Specification). */
function dataHome(): string {
  const { XDG_DATA_HOME = '', HOME = '' } = process.env;
  if (isAbsolute(XDG_DATA_HOME)) return XDG_DATA_HOME;
  return join(isAbsolute(HOME) ? HOME : homeByPasswd(), '.local', 'share');
}

function homeByPasswd(): string {
  try {
    return process.getBuiltinModule('node:os').userInfo().homedir;
  } catch {
    throw new Error('this user has no home folder: set HOME, or SLIPWAY_ROOT to where containers shall be kept');
  }
}

/** A folder below the root folder, made when it is missing. Only we may look into the root folder. */
export function place(...names: string[]): string {
  makeFolders(rootFolder(), 0o700);
  const path = join(rootFolder(), ...names);
  makeFolders(path, 0o700);
  return path;
}

/** The folder of one container. */
export function containerFolder(id: string): string {
  return join(rootFolder(), 'containers', id);
}

/** Where things lie that are only still to be deleted. */
export function trashFolder(id = ''): string {
  return join(rootFolder(), 'trash', id);
}
