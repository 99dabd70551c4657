// Boots the virtual machine, runs one command in it, and ends it:
//
//     ./scripts/node.sh scripts/vm/run.ts slipway run --rm box cat /sys/fs/cgroup/cgroup.controllers
//     ./scripts/node.sh scripts/vm/run.ts --cgroups=v1 ls /sys/fs/cgroup
//     ./scripts/node.sh scripts/vm/run.ts --user id

import { Vm, type VmOptions } from './vm.ts';

const flags = process.argv.slice(2);
const command = flags.splice(flags.findIndex((word) => !word.startsWith('--')));
const cgroups = flags.find((flag) => flag.startsWith('--cgroups='))?.slice('--cgroups='.length) ?? 'v2';

await using vm = await Vm.start({ cgroups: cgroups as NonNullable<VmOptions['cgroups']> });
console.error(`booted after ${Math.round(performance.now())} ms`);
const { code, stdout, stderr } = await vm.run(command, {
  ...(flags.includes('--user') ? { uid: 1000 } : {}),
  onInitramfs: flags.includes('--initramfs'),
  timeoutMs: 600_000,
});
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
