// config.json's `linux.netDevices`: devices of the host that move into the container.

import { spawnSync } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type BundleFolder, type Change, makeBundle } from '../bundles.ts';

const noIp = spawnSync('ip', ['-V']).error && 'ip is not installed (Debian: apt install iproute2)';
if (noIp) console.warn(`SKIPPED, network devices: ${noIp}`);

/** A pair of devices of which one moves: with the other it vanishes. */
const [mine, moved] = [`sa${process.pid}`, `sb${process.pid}`];

const ip = (...args: string[]) => spawnSync('ip', args, { encoding: 'utf8' });
const withDevices =
  (netDevices: object): Change =>
  ({ linux }) =>
    void Object.assign(linux ?? {}, { netDevices });

describe.skipIf(noIp)('network devices', () => {
  let bundle: BundleFolder;

  beforeAll(async () => {
    bundle = await makeBundle();
  });

  beforeEach(() => {
    expect(ip('link', 'add', mine, 'type', 'veth', 'peer', 'name', moved).stderr).toBe('');
    ip('addr', 'add', '10.99.7.1/24', 'dev', moved);
    ip('-6', 'addr', 'add', 'fd99::7/64', 'dev', moved);
    ip('addr', 'add', '127.9.9.9/32', 'scope', 'host', 'dev', moved);
  });

  afterEach(() => {
    ip('link', 'del', mine);
  });

  test('come with their lasting addresses of global scope, and are switched on', async () => {
    const { code, stdout } = await bundle.run(
      withDevices({ [moved]: { name: 'wharf0' } }),
      'ip addr show wharf0; echo; ip -o addr',
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+: wharf0@\S+: <[^>]*\bUP\b/);
    expect(stdout).toContain('inet 10.99.7.1/24 scope global wharf0\n');
    expect(stdout).toContain('inet6 fd99::7/64 scope global');
    expect(stdout).not.toContain('127.9.9.9');
  });

  test.each([
    [{}, `${moved}@`],
    [{ name: 'wharf%d' }, 'wharf0@'],
  ])('are called as %j says', async (device, name) => {
    const { stdout } = await bundle.run(withDevices({ [moved]: device }), 'ip -o link');
    expect(stdout).toContain(`: ${name}`);
  });

  test('of which one cannot move all stay', async () => {
    const { code, stderr } = await bundle.run(withDevices({ [moved]: {}, nowhere7: {} }), 'true');
    expect({ code, stderr }).toEqual({
      code: 125,
      stderr: 'slipway: linux.netDevices: the host has no network device nowhere7\n',
    });
    expect(ip('addr', 'show', moved).stdout).toContain('10.99.7.1');
  });

  test('do not take a name that is taken', async () => {
    const { stderr } = await bundle.run(withDevices({ [moved]: { name: 'lo' } }), 'true');
    expect(stderr).toBe('slipway: linux.netDevices: the container has a network device lo already\n');
    expect(ip('addr', 'show', moved).stdout).toContain('10.99.7.1');
  });

  test('need a network namespace of the container’s own', async () => {
    const { stderr } = await bundle.run((spec) => {
      spec.linux?.namespaces?.pop();
      withDevices({ [moved]: {} })(spec);
    }, 'true');
    expect(stderr).toContain("  linux.netDevices: they need a network namespace that is not the host's\n");
  });
});
