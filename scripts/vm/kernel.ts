// The kernel that the virtual machine boots: a Debian cloud image with its modules, in /boot and /lib/modules.
// Where they are not installed, whyNot() says what to install.

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What the tests and the engine need that this kernel does not have built in. */
const WANTED_MODULES = [
  ...['virtio_pci', 'virtio_console', 'virtio_blk', 'bfq'],
  ...['overlay', 'fuse', 'loop', 'veth', 'bridge', 'tun'],
  ...['nf_tables', 'nft_chain_nat', 'nft_nat', 'nft_masq', 'nft_redir', 'nft_ct', 'nft_fib_inet', 'nft_reject_inet'],
];

export interface Kernel {
  image: string;
  release: string;
}

/** The newest kernel image that has its modules beside it; SLIPWAY_VM_KERNEL names another one. */
export function findKernel(): Kernel | undefined {
  const named = process.env.SLIPWAY_VM_KERNEL;
  const installed = existsSync('/boot') ? readdirSync('/boot') : [];
  const images = named ? [named] : installed.filter((name) => /^vmlinuz-.*cloud/.test(name));
  return images
    .map((image) => ({ image: join('/boot', basename(image)), release: basename(image).replace('vmlinuz-', '') }))
    .filter(({ release }) => existsSync(`/lib/modules/${release}/modules.dep`))
    .sort((a, b) => b.release.localeCompare(a.release, 'en', { numeric: true }))[0];
}

/** The wanted modules and all they depend on, in an order in which each can be loaded: paths of .ko files. */
export function modulesInOrder({ release }: Kernel): string[] {
  const folder = `/lib/modules/${release}`;
  const needs = parseDependencies(readFileSync(`${folder}/modules.dep`, 'utf8'));
  const order = new Set<string>();
  for (const name of WANTED_MODULES) {
    const path = [...needs.keys()].find((file) => moduleName(file) === name);
    if (path === undefined) continue; // built in, or not in this kernel: the test that needs it will say so
    for (const dependency of [...(needs.get(path) ?? [])].reverse()) order.add(dependency);
    order.add(path);
  }
  return [...order].map((path) => join(folder, path));
}

/** Lines of `file: file file …`, where what stands last has to be loaded first (man 5 modules.dep). */
function parseDependencies(text: string): Map<string, string[]> {
  const lines = text.split('\n').filter(Boolean);
  return new Map(
    lines.map((line) => {
      const [file = '', rest = ''] = line.split(':');
      return [file, rest.split(' ').filter(Boolean)];
    }),
  );
}

export function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

/** A module as the kernel takes it: distributions compress them in different ways. */
export function readModule(path: string): Buffer {
  const options = { maxBuffer: 64 * 1024 * 1024 };
  if (path.endsWith('.xz')) return execFileSync('xz', ['-dc', path], options);
  if (path.endsWith('.zst')) return execFileSync('zstd', ['-dc', path], options);
  return readFileSync(path);
}
