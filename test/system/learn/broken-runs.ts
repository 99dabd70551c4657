// Lesson 09's program, broken on purpose: for each goal of the conformance suite, changes to its text after which that goal
// is not reached, and every other still is.

/** What the changes need besides. It is loaded first: behind the pivot there is nothing to load from. */
export const IMPORTS = `
import * as devices from 'slipway/chroot/null.ts';
import * as files from 'slipway/linux/files.ts';
import * as mounts from 'slipway/linux/mount.ts';
import * as stdio from 'slipway/exec/stdio.ts';
`;

/** What stands in the solution, and what takes its place. */
export type Change = [text: string, by: string];

const asRoot = (statement: string) => `if (uid === 0) ${statement}`;

/** As root only: an ordinary user without this namespace could not do the rest. */
const without = (kind: string): Change[] => [
  ['const flags = own |', `const flags = (uid === 0 ? own & ~flag.${kind} : own) |`],
];

/** Becomes a line before the pivot, or behind it. */
const before = (statement: string): Change => ['  pivot(root);', `  ${statement}\n  pivot(root);`];
const behind = (statement: string): Change => ['  pivot(root);', `  pivot(root);\n  ${statement}`];

const CODE = 'return exitCode(waitpid(pid).status);';

export const BROKEN: Readonly<Record<string, Change[]>> = {
  'exit-code': [[CODE, 'return Math.min(exitCode(waitpid(pid).status), 200);']],
  'exit-signal': [[CODE, 'const code = exitCode(waitpid(pid).status); return code > 128 && code < 160 ? 1 : code;']],
  'exit-127': [['error.exitCode : 125', 'Math.min(error.exitCode, 126) : 125']],
  'exit-126': [['error.exitCode : 125', '127 : 125']],
  streams: [behind('files.dup3(1, 2);')],
  stdin: [['  keepStdio();', '  keepStdio();\n  files.dup3(devices.openNull(0), 0);']],
  mnt: [
    ...without('CLONE_NEWNS'),
    ['  pivot(root);', "  mounts.chroot(folder + '/root');\n  mounts.chdir('/');"],
    [CODE, 'const { status } = waitpid(pid); if (uid === 0) mounts.umount2(folder, 2); return exitCode(status);'],
  ],
  uts: [...without('CLONE_NEWUTS'), ["  sethostname('my-run');", "  if (uid !== 0) sethostname('my-run');"]],
  ipc: without('CLONE_NEWIPC'),
  pid: without('CLONE_NEWPID'),
  net: without('CLONE_NEWNET'),
  cgroup: [['  unshare(flag.CLONE_NEWCGROUP);', '  ']],
  'pid-1': [behind('const inner = fork(); if (inner !== 0) _exit(exitCode(waitpid(inner).status));')],
  user: [['(uid === 0 ? 0 : flag.CLONE_NEWUSER)', '0']],
  root: [before(asRoot("mount('/', folder + '/root/root', null, flag.MS_BIND | flag.MS_REC);"))],
  escape: [['  pivot(root);', "  mounts.chroot(folder + '/root');\n  mounts.chdir('/');"]],
  proc: [
    [
      "mountEntry(root, { destination: '/proc', type: 'proc', source: 'proc' });",
      "mount('/proc', folder + '/root/proc', null, flag.MS_BIND | flag.MS_REC);",
    ],
  ],
  dev: [behind(asRoot("unlinkat(flag.AT_FDCWD, '/dev/full');"))],
  disks: [before("mount('/dev', folder + '/root/dev', null, flag.MS_BIND | flag.MS_REC);")],
  memory: [['values.memory ?', 'values.memory && false ?']],
  pids: [["values['pids-limit'] ?", "values['pids-limit'] && false ?"]],
  cpu: [['values.cpus * 100_000', 'values.cpus * 200_000']],
  volume: [
    [
      "type: 'bind', source, options: ['rbind', mode]",
      "type: mode === 'ro' ? 'bind' : 'tmpfs', source, options: mode === 'ro' ? ['rbind', 'ro'] : []",
    ],
  ],
  'volume-ro': [["['rbind', mode]", "['rbind']"]],
  whiteout: [
    [
      '  mountOverlay({ lowerdirs: [rootfs], upperdir, workdir, target, userxattr: isInUserNamespace() });',
      '  mount(rootfs, target, null, flag.MS_BIND | flag.MS_REC);',
    ],
  ],
  mounts: [
    [
      'const undo = new Undo();',
      "const undo = new Undo();\n  if (uid === 0) mount('tmpfs', mkdtempSync('/tmp/left-'), 'tmpfs', 0);",
    ],
  ],
  cgroups: [['undo.later(() => cgroup.remove());', '']],
  processes: [
    [
      'const undo = new Undo();',
      "const undo = new Undo();\n  if (fork() === 0) { stdio.detachStdio(); execve('/bin/sleep', ['sleep', '1000'], []); }",
    ],
  ],
};
