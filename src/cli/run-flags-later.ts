// Docker's flags of `run` that Slipway does not have: each is refused with a sentence of its own, since "unknown flag"
// would send its user looking for a typing error.

import { later } from './flag-kinds.ts';

const withRegistries = (name: string) => later(`--${name} comes later, with images of registries`);
const withBridge = (name: string) => later(`--${name} needs a network with a bridge, which comes later`);
const onWindows = (name: string) => later(`--${name} is for containers of Windows`);

export const RUN_FLAGS_LATER = {
  'cpu-count': onWindows('cpu-count'),
  'cpu-percent': onWindows('cpu-percent'),
  'disable-content-trust': withRegistries('disable-content-trust'),
  expose: withBridge('expose'),
  gpus: later('--gpus is not there: give the devices and libraries of a GPU with --device and -v'),
  'io-maxbandwidth': onWindows('io-maxbandwidth'),
  'io-maxiops': onWindows('io-maxiops'),
  ip: withBridge('ip'),
  ip6: withBridge('ip6'),
  isolation: onWindows('isolation'),
  'kernel-memory': later('--kernel-memory is gone from the kernel (Linux 5.16): --memory counts that memory too'),
  link: withBridge('link'),
  'link-local-ip': withBridge('link-local-ip'),
  'mac-address': withBridge('mac-address'),
  'network-alias': withBridge('network-alias'),
  platform: withRegistries('platform'),
  publish: later('-p, --publish needs a network with a bridge, which comes later', { short: 'p' }),
  'publish-all': later('-P, --publish-all needs a network with a bridge, which comes later', { short: 'P' }),
  pull: withRegistries('pull'),
  quiet: later('-q, --quiet comes later, with images of registries', { short: 'q' }),
  runtime: later(
    '--runtime is not there: Slipway is a runtime of its own. `slipway spec` writes a config.json for others',
  ),
  'storage-opt': later(
    '--storage-opt is not there: the overlay of a container is as large as the disk that it lies on',
  ),
  'use-api-socket': later("--use-api-socket comes later, with Docker's API"),
  'volume-driver': later('--volume-driver is not there: volumes are folders of this machine'),
  'volumes-from': later('--volumes-from comes later: name the volumes of the other container with -v'),
};
