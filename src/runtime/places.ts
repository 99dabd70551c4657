// Where Slipway keeps things on disk. `tree $SLIPWAY_ROOT` shows all of it:
//
//   layers/box-<key>/          an image's layer, ready to be a lowerdir of overlay
//   containers/<id>/           container.json, config.json, state.json, init/ upper/ work/ rootfs/
//   names/<name> -> <id>       a claimed name: a symlink, since making one is atomic
//   volumes/<name>/_data
//
// $SLIPWAY_RUN holds what does not outlive the machine's run: a lock for each living container.

import { lstatSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** True when we are the machine's root user (or a container's, which may be as good). */
export const isRoot = process.geteuid?.() === 0;

/** /var/lib/slipway, or ~/.local/share/slipway without root; SLIPWAY_ROOT says otherwise. */
export function rootFolder(): string {
  const dataHome = process.env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
  return process.env.SLIPWAY_ROOT || (isRoot ? '/var/lib/slipway' : join(dataHome, 'slipway'));
}

/** /run/slipway, or $XDG_RUNTIME_DIR/slipway without root; SLIPWAY_RUN says otherwise. */
export function runFolder(): string {
  const runtimeDir = process.env.XDG_RUNTIME_DIR || `/tmp/slipway-run-${process.geteuid?.()}`;
  return process.env.SLIPWAY_RUN || (isRoot ? '/run/slipway' : join(runtimeDir, 'slipway'));
}

/** A folder below the root folder, made when it is missing. Only we may look into the root folder. */
export function place(...names: string[]): string {
  mkdirSync(rootFolder(), { recursive: true, mode: 0o700 });
  const path = join(rootFolder(), ...names);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

/** The folder of one container. */
export function containerFolder(id: string): string {
  return join(rootFolder(), 'containers', id);
}

/** The lock that a container's shim holds while it lives. */
export function lockPath(id: string): string {
  const folder = runFolder();
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  // Below /tmp anybody may have made it before us.
  if (lstatSync(folder).uid !== process.geteuid?.())
    throw new Error(`${folder} belongs to another user: set SLIPWAY_RUN`);
  return join(folder, `${id}.lock`);
}
