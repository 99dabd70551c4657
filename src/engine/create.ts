// Makes a container on disk: its folder, name, layers, volumes and specification. Nothing runs yet.
//
// Its folder is locked from the first moment on: one that nobody has locked is what a killed start leaves, and `slipway
// clean` may take it away.

import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SIGNALS } from '../linux/constants.ts';
import type { Bundle } from '../runtime/bundle.ts';
import { tellEvent } from '../runtime/events.ts';
import { makeLockedFolder } from '../runtime/lock.ts';
import { claimName, findContainer, newId } from '../runtime/names.ts';
import { containerFolder, place } from '../runtime/places.ts';
import { runningNamespace } from '../runtime/rejoin.ts';
import { removeQuietly } from '../runtime/remove.ts';
import { makeInitLayer } from '../unionfs/init-layer.ts';
import { checkOptions } from './check.ts';
import { loadSpec } from './config-file.ts';
import { etcMounts, writeEtcFiles } from './etc-files.ts';
import { hostnameOf, rootOf } from './joined.ts';
import { known } from './known.ts';
import type { AskedOptions, ContainerOptions } from './options.ts';
import { parseSignal } from './signal.ts';
import { openImage, openRootfs, openSource, type Source } from './source.ts';
import { machineContext, type SpecContext } from './spec/context.ts';
import { hostnameFor } from './spec/hostname.ts';
import { makeSpec } from './spec/make-spec.ts';
import { prepareBind, Volumes } from './volumes.ts';

/**
 * Makes the container that the options describe. Its lock is held as long as this process, its shim, lives.
 * @throws Error for options that contradict one another or cannot be had; nothing is left then.
 */
export function createContainer(options: ContainerOptions): Bundle {
  checkOptions(options);
  const bundle = emptyBundle(options);
  try {
    place('containers');
    makeLockedFolder(containerFolder(bundle.id));
    bundle.name = claimName(bundle.id, options.name);
    fill(bundle, options);
    if (options.cidFile !== undefined) writeFileSync(options.cidFile, bundle.id);
    tellEvent(bundle, 'create');
    return bundle;
  } catch (error) {
    removeQuietly(bundle);
    throw error;
  }
}

/** In seconds, as Docker's. */
const STOP_TIMEOUT = 10;

function emptyBundle(options: ContainerOptions): Bundle {
  const { autoRemove, interactive, attached, endsWithClient = false, ...rest } = options;
  return {
    id: newId(),
    name: '',
    image: '',
    createdAt: new Date().toISOString(),
    autoRemove,
    layers: [],
    copyUps: [],
    anonymousVolumes: [],
    interactive,
    stdinOnce: interactive && attached?.stdin === true,
    joins: {},
    labels: rest.labels,
    log: rest.log,
    ...known({ health: rest.health }),
    restart: rest.restart,
    stopSignal: rest.stopSignal ?? SIGNALS.SIGTERM,
    stopTimeout: rest.stopTimeout ?? STOP_TIMEOUT,
    endsWithClient,
    asked: askedOf(options),
    spec: { ociVersion: '1.2.0', process: { user: { uid: 0, gid: 0 }, args: [], cwd: '/' }, root: { path: '' } },
  };
}

/** What is of the container, not of the command line that made it. */
function askedOf({ detachKeys: _, passSignals: __, ...options }: ContainerOptions): AskedOptions {
  return options;
}

function fill(bundle: Bundle, options: ContainerOptions): void {
  if ('config' in options.source) return fillFromFile(bundle, options.source.config);
  const source = openSource(options.source);
  takeLayers(bundle, source);
  if (options.stopSignal === undefined && source.config.StopSignal !== undefined) {
    bundle.stopSignal = parseSignal(source.config.StopSignal);
  }
  for (const mount of options.mounts) if (mount.type === 'bind') prepareBind(mount);
  const volumes = new Volumes(bundle.id);
  bundle.anonymousVolumes = volumes.anonymous;
  bundle.copyUps = volumes.copyUps;
  const context: SpecContext = {
    ...machineContext(),
    id: bundle.id,
    rootPath: source.rootfs ?? join(containerFolder(bundle.id), 'rootfs'),
    namespacePath: (reference, type) => {
      bundle.joins[type] = findContainer(reference);
      return runningNamespace(reference, type);
    },
    rootOf,
    hostnameOf,
    volumePath: (volume) => volumes.open(volume),
  };
  bundle.spec = makeSpec(options, source.config, context);
  addEtcFiles(bundle, hostnameFor(options, context), options);
}

/** The file says everything but where the layers of an image are. */
function fillFromFile(bundle: Bundle, path: string): void {
  const { spec, image } = loadSpec(path);
  const source = image === undefined ? openRootfs(spec.root.path) : openImage(image);
  takeLayers(bundle, source);
  bundle.spec = { ...spec, root: { ...spec.root, path: source.rootfs ?? join(containerFolder(bundle.id), 'rootfs') } };
}

function addEtcFiles({ id, spec }: Bundle, hostname: string, { namespaces, network }: ContainerOptions): void {
  writeEtcFiles(id, hostname, namespaces.network, network);
  spec.mounts = [...(spec.mounts ?? []), ...etcMounts(id, namespaces.network, spec)];
}

/** The folders of the overlay, of which the upper one lends its mode to the container's root. */
function takeLayers(bundle: Bundle, { name, layers, memorySize }: Source): void {
  bundle.image = name;
  bundle.layers = layers;
  const folder = containerFolder(bundle.id);
  const make = (...parts: string[]) => parts.forEach((part) => void mkdirSync(join(folder, part), { mode: 0o755 }));
  if (memorySize !== undefined) {
    bundle.memorySize = memorySize;
    make('memory', 'rootfs');
  } else if (layers.length > 0) {
    make('upper', 'work', 'rootfs');
    chmodSync(join(folder, 'upper'), 0o755); // whatever the umask
    makeInitLayer(join(folder, 'init'), layers);
  }
}
