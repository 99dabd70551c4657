// B4: what is masked stays masked, and what is read-only stays so, whatever the image says (CVE-2025-31133).

import { existsSync, readdirSync, readFileSync, symlinkSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch, slipway } from '../slipway.ts';
import { ordinaryUser } from '../users.ts';
import { put, rootfs } from './traps.ts';

/** Docker's lists. */
const MASKED = [
  ...['acpi', 'asound', 'interrupts', 'kcore', 'keys', 'latency_stats', 'sched_debug', 'scsi', 'timer_list'],
  'timer_stats',
].map((name) => `/proc/${name}`);
const MASKED_IN_SYS = ['/sys/firmware', '/sys/devices/virtual/powercap'];
const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

const thermal = readdirSync('/sys/devices/system/cpu')
  .filter((name) => /^cpu\d+$/.test(name))
  .map((name) => `/sys/devices/system/cpu/${name}/thermal_throttle`);

/** Prints of each path that is there how much can be read of it: `/proc/keys 0`. */
const MEASURE = `for path; do
  [ -e $path ] || continue
  if [ -d $path ]; then echo $path $(ls -A $path | wc -l); else echo $path $(head -c 100 $path | wc -c); fi
done`;

describe.each([
  ['root', undefined],
  ['an ordinary user', ordinaryUser()],
])('B4: in a container of %s', (_, user) => {
  const run = (args: string[]) => slipway(['run', '--rm', ...args], { user });

  test('every masked path is empty', async () => {
    const { stdout } = await run(['box', 'sh', '-c', MEASURE, 'sh', ...MASKED, ...MASKED_IN_SYS, ...thermal]);
    const lines = stdout.trim().split('\n');
    expect(lines.filter((line) => !line.endsWith(' 0'))).toEqual([]);
    expect(lines.map((line) => line.split(' ')[0])).toEqual(expect.arrayContaining(['/proc/keys', '/proc/timer_list']));
  });

  test('nothing can be written to the read-only paths', async () => {
    // What is there is written back: should one succeed, nothing is changed.
    const rewrite = (path: string) => `text=$(cat ${path}) && echo "$text" > ${path}`;
    const tries = [
      'echo h > /proc/sysrq-trigger',
      rewrite('/proc/sys/kernel/core_pattern'),
      rewrite('/proc/sys/kernel/domainname'),
      rewrite('/proc/irq/default_smp_affinity'),
      'touch /proc/fs/x /proc/bus/x',
      rewrite('/sys/kernel/mm/ksm/run'),
      'mkdir /sys/firmware/x',
      'mount -o remount,rw /proc/sys',
      'umount /proc/sys /proc/keys /sys/firmware',
    ];
    const script = tries.map((line) => `(${line}) 2>/dev/null && echo '${line}: done'`).join('\n');
    expect((await run(['box', 'sh', '-c', `${script}\ntrue`])).stdout).toBe('');
  });

  test('they are all mounts of their own', async () => {
    const { stdout } = await run(['box', 'cat', '/proc/self/mountinfo']);
    const options = new Map(stdout.split('\n').map((line) => [line.split(' ')[4], line.split(' ')[5] ?? '']));
    for (const path of READONLY.filter((each) => existsSync(each)))
      expect(options.get(path), path).toMatch(/^ro,nosuid,nodev,noexec/);
  });

  test('--privileged and systempaths=unconfined give them back', async () => {
    for (const flag of [['--privileged'], ['--security-opt', 'systempaths=unconfined']]) {
      const { stdout } = await run([...flag, 'box', 'sh', '-c', MEASURE, 'sh', '/proc/timer_list', '/proc/interrupts']);
      const isReadable = /interrupts [1-9]/.test(stdout);
      expect(isReadable).toBe(true);
      const mounts = (await run([...flag, 'box', 'cat', '/proc/self/mountinfo'])).stdout;
      expect(mounts).not.toMatch(/ \/proc\/\S+ /);
    }
  });
});

describe('B4: a /dev/null of the attacker’s', () => {
  const core = () => readFileSync('/proc/sys/kernel/core_pattern', 'utf8');

  test('in a volume on /dev covers nothing: the start fails', async () => {
    const before = core();
    for (const target of ['/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '../etc/hostname']) {
      const dev = scratch('dev');
      symlinkSync(target, join(dev, 'null'));
      for (const user of [undefined, ordinaryUser()]) {
        const { code, stderr } = await slipway(['run', '--rm', '-v', `${dev}:/dev`, 'box', 'true'], { user });
        expect({ code, stderr }).toMatchObject({
          code: 125,
          stderr: expect.stringMatching(/null device|ELOOP|\/dev\/null/),
        });
      }
      expect(readdirSync(dev)).toEqual(['null']);
    }
    expect(core()).toBe(before);
  });

  test('that is an ordinary file covers nothing: the start fails', async () => {
    const dev = scratch('dev');
    put(dev, 'null', 'what could be read instead');
    const { code, stderr } = await slipway(['run', '--rm', '-v', `${dev}:/dev`, 'box', 'true']);
    expect({ code, stderr }).toMatchObject({ code: 125, stderr: expect.stringContaining('null device') });
  });

  test('in the image lies below our /dev, and does not count', async () => {
    const root = rootfs();
    put(root, 'dev/null', 'what could be read instead');
    const { code, stdout } = await slipway(['run', '--rm', '--rootfs', root, 'sh', '-c', MEASURE, 'sh', '/proc/keys']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '/proc/keys 0\n' });
    unlinkSync(join(root, 'dev/null'));
  });
});

test('B4: a path that is listed twice, is missing, or is a link of the image is masked all the same', async () => {
  const root = rootfs();
  put(root, 'secret/file', 'secret');
  put(root, 'other', 'secret');
  const spec = JSON.parse(
    (await slipway(['spec', '--rootfs', root, 'sh', '-c', 'cat /secret/* /other; ls /secret'])).stdout,
  );
  spec.linux.maskedPaths = ['/secret', '/secret', '/nowhere/at/all', '/other', '/other', '/proc/keys', '/proc/keys'];
  const bundle = scratch('bundle');
  put(bundle, 'config.json', JSON.stringify(spec));
  const { stdout } = await slipway(['run', '--rm', '--config', bundle]);
  expect(stdout).toBe('');
});
