// Makes about every call of src/linux once, for explain.test.ts, which compares what is traced with what strace saw:
//
//     strace -ff -o STRACE scripts/node.sh test/system/explain-calls.ts TRACE FOLDER
//
// FOLDER is an empty folder; everything else happens in namespaces of their own.

import { openSync } from 'node:fs';
import * as c from '../../src/linux/constants.ts';
import * as credentials from '../../src/linux/credentials.ts';
import * as files from '../../src/linux/files.ts';
import { clone3, fork } from '../../src/linux/fork.ts';
import * as m from '../../src/linux/mount.ts';
import * as namespaces from '../../src/linux/namespaces.ts';
import { setInterfaceUp } from '../../src/linux/netdevice.ts';
import { isFdNext, receiveFd, sendFd } from '../../src/linux/pass-fd.ts';
import { poll } from '../../src/linux/poll.ts';
import * as p from '../../src/linux/process.ts';
import { getrandom } from '../../src/linux/random.ts';
import { blockSignals, resetSignals, signalfd, unblockSignals } from '../../src/linux/signals.ts';
import * as sockets from '../../src/linux/sockets.ts';
import * as terminal from '../../src/linux/terminal.ts';
import { setRole, startTrace, step } from '../../src/linux/trace.ts';
import * as xattr from '../../src/linux/xattr.ts';

const [traceFile = '', folder = ''] = process.argv.slice(2);

/** A call that is to fail. */
function failing(work: () => unknown): void {
  try {
    work();
  } catch {
    // That it did is in the trace.
  }
}

/** Runs `work` in a forked child. */
function inFork(name: string, work: () => void): void {
  const pid = fork();
  if (pid !== 0) return void p.waitpid(pid);
  setRole(name);
  step(name);
  try {
    work();
  } catch (error) {
    console.error(name, error);
    p._exit(1);
  }
  p._exit(0);
}

function makeFiles(): void {
  m.chdir(folder);
  files.getcwd();
  const dirfd = files.open('.', c.O_DIRECTORY | c.O_CLOEXEC);
  files.umask(files.umask(0o022));
  const fd = files.openat(dirfd, 'file', c.O_RDWR | c.O_CREAT | c.O_EXCL | c.O_CLOEXEC, 0o640);
  files.write(fd, Buffer.from('some text\n'));
  files.fsync(fd);
  files.close(
    files.openat2(dirfd, 'file', {
      flags: c.O_PATH | c.O_CLOEXEC,
      resolve: c.RESOLVE_IN_ROOT | c.RESOLVE_NO_MAGICLINKS,
    }),
  );
  files.close(files.openat2(dirfd, 'new', { flags: c.O_WRONLY | c.O_CREAT, mode: 0o600, resolve: c.RESOLVE_BENEATH }));
  failing(() => files.openat2(dirfd, '..', { flags: c.O_PATH, resolve: c.RESOLVE_BENEATH }));
  files.readText('file');
  files.writeText('file', 'other text');
  files.mkdir('folder', 0o755);
  files.symlinkat('file', dirfd, 'link');
  files.readlinkat(dirfd, 'link');
  failing(() => files.readlinkat(dirfd, 'file'));
  files.linkat(dirfd, 'file', dirfd, 'second');
  files.renameat2(dirfd, 'second', dirfd, 'third', c.RENAME_NOREPLACE);
  files.mknod('fifo', c.S_IFIFO | 0o600);
  files.mknodat(dirfd, 'zero', c.S_IFCHR | 0o666, 1, 5);
  files.fchmod(fd, 0o4711);
  files.fchmodat(dirfd, 'file', 0o644);
  files.fchown(fd, 1, -1);
  files.fchownat(dirfd, 'link', 0, 0, c.AT_SYMLINK_NOFOLLOW);
  files.utimensat(dirfd, 'link', 981173106_000000007n, c.AT_SYMLINK_NOFOLLOW);
  files.utimensat(fd, '', -1n, c.AT_EMPTY_PATH);
  files.fstat(fd);
  files.fstatat(dirfd, 'link', c.AT_SYMLINK_NOFOLLOW);
  failing(() => files.fstatat(dirfd, 'missing'));
  files.statfs('/proc');
  files.fstatfs(dirfd);
  files.tryFstatat(dirfd, 'missing');
  files.utimensat(dirfd, 'file', -1_500_000_000n);
  xattr.fsetxattr(fd, 'user.name', 'value');
  xattr.lsetxattr('file', 'user.other', Buffer.from([0, 1]));
  xattr.lgetxattr('file', 'user.missing');
  xattr.lremovexattr('file', 'user.other');
  xattr.fremovexattr(fd, 'user.name');
  failing(() => xattr.fremovexattr(fd, 'user.name'));
  getrandom(16);
  files.flock(fd, c.LOCK_EX | c.LOCK_NB);
  files.flock(fd, c.LOCK_UN);
  for (const name of ['file', 'new', 'link', 'third', 'fifo', 'zero']) files.unlinkat(dirfd, name);
  files.unlinkat(dirfd, 'folder', c.AT_REMOVEDIR);
  m.fchdir(dirfd);
}

function moveDescriptors(): void {
  const [readEnd, writeEnd] = files.pipe2(c.O_CLOEXEC | c.O_NONBLOCK);
  files.dup3(readEnd, 200, c.O_CLOEXEC);
  files.dup3(writeEnd, 201);
  failing(() => files.dup3(200, 200));
  files.fcntl(200, c.F_GETFD);
  files.fcntl(200, c.F_SETFD, 0);
  files.fcntl(200, c.F_SETFD, c.FD_CLOEXEC);
  files.fcntl(201, c.F_SETFL, files.fcntl(201, c.F_GETFL) | c.O_APPEND);
  files.close(files.fcntl(200, c.F_DUPFD_CLOEXEC, 300));
  const memory = files.memfd_create('memory', c.MFD_CLOEXEC | c.MFD_ALLOW_SEALING);
  files.fcntl(memory, c.F_ADD_SEALS, c.F_SEAL_SEAL | c.F_SEAL_WRITE);
  files.close_range(200, 250, c.CLOSE_RANGE_CLOEXEC);
  files.close_range(200, 250);
  failing(() => files.close(200));
  const server = sockets.socket(sockets.SOCK_NONBLOCK);
  sockets.bindUnix(server, `${folder}/socket`);
  sockets.listen(server);
  const client = sockets.socket();
  sockets.connectUnix(client, `${folder}/socket`);
  files.close(sockets.accept4(server));
  failing(() => sockets.accept4(server));
  files.unlinkat(c.AT_FDCWD, `${folder}/socket`);
  const [a, b] = sockets.socketpair('SOCK_SEQPACKET');
  sendFd(a, server);
  isFdNext(b);
  files.close(receiveFd(b));
  sockets.shutdown(a, c.SHUT_WR);
}

function useTerminal(): void {
  p.setsid();
  const master = terminal.posix_openpt(c.O_RDWR | c.O_NOCTTY | c.O_CLOEXEC);
  terminal.unlockpt(master);
  terminal.ptsname(master);
  const slave = terminal.openPeer(master);
  terminal.setTerminalSize(master, { rows: 24, columns: 80 });
  terminal.getTerminalSize(slave);
  terminal.setControllingTerminal(slave);
  terminal.makeRaw(slave)();
  failing(() => terminal.getTerminalSize(files.open('/dev/null', c.O_RDONLY)));
}

function mountThings(): void {
  namespaces.unshare(c.CLONE_NEWNS | c.CLONE_NEWUTS | c.CLONE_NEWNET);
  m.mount(null, '/', null, c.MS_REC | c.MS_SLAVE);
  m.mount('tmpfs', folder, 'tmpfs', c.MS_NOSUID | c.MS_NODEV, 'mode=755,size=65536k');
  failing(() => m.mount('x', folder, 'nosuchfs', 0));
  m.chdir(folder);
  for (const name of ['lower', 'upper', 'work', 'root']) files.mkdir(name, 0o755);
  const fs = m.fsopen('overlay');
  for (const name of ['lower', 'upper', 'work']) m.fsconfig_string(fs, `${name}dir`, `${folder}/${name}`);
  failing(() => m.fsconfig_flag(m.fsopen('tmpfs'), 'nosuchflag'));
  m.fsconfig_create(fs);
  const overlay = m.fsmount(fs, c.MOUNT_ATTR_NODEV);
  m.move_mount(overlay, '', c.AT_FDCWD, `${folder}/root`, c.MOVE_MOUNT_F_EMPTY_PATH);
  const tree = m.open_tree(c.AT_FDCWD, 'root', c.OPEN_TREE_CLONE | c.OPEN_TREE_CLOEXEC | c.AT_RECURSIVE);
  m.mount_setattr(tree, '', c.AT_EMPTY_PATH | c.AT_RECURSIVE, { set: c.MOUNT_ATTR_RDONLY, propagation: c.MS_PRIVATE });
  m.move_mount(tree, '', c.AT_FDCWD, 'root', c.MOVE_MOUNT_F_EMPTY_PATH);
  m.umount2('root', c.MNT_DETACH);
  failing(() => m.umount2('lower', c.MNT_DETACH | c.UMOUNT_NOFOLLOW));
  namespaces.sethostname('explained');
  namespaces.setdomainname('example');
  setInterfaceUp('lo');
  const network = files.open('/proc/self/ns/net', c.O_CLOEXEC);
  namespaces.getNamespaceType(network);
  namespaces.setns(network, c.CLONE_NEWNET);
  failing(() => namespaces.setns(network, c.CLONE_NEWUTS));
  m.chdir('root');
  failing(() => m.pivot_root('/', '/'));
  m.pivot_root('.', '.');
  m.umount2('.', c.MNT_DETACH);
  m.chroot('/');
}

function handleProcesses(): void {
  p.getpid();
  p.getppid();
  failing(() => p.waitpid(-1, c.WNOHANG));
  const { pid, pidfd } = clone3({ flags: c.CLONE_NEWPID | c.CLONE_NEWIPC });
  if (pid === 0) {
    setRole('init');
    p.getpid();
    p._exit(7);
  }
  p.waitid(c.P_PIDFD, pidfd, c.WEXITED | c.WNOWAIT);
  failing(() => p.waitid(c.P_PID, 1, c.WEXITED | c.WNOHANG));
  files.close(p.pidfd_open(pid));
  p.pidfd_send_signal(pidfd, c.SIGTERM);
  p.kill(pid, 0);
  p.waitpid(pid);
  failing(() => clone3({ flags: c.CLONE_FS | c.CLONE_NEWNS }));
  blockSignals([c.SIGTERM, c.SIGUSR1]);
  files.close(signalfd([c.SIGTERM, c.SIGUSR1]));
  unblockSignals([c.SIGUSR1]);
  resetSignals();
}

/** What `exec` does: joins the namespaces of a process, and forks there, where /proc is another one. */
function joinProcess(): void {
  const [readEnd, writeEnd] = files.pipe2(c.O_CLOEXEC);
  const target = clone3({ flags: c.CLONE_NEWPID | c.CLONE_NEWNS });
  if (target.pid === 0) {
    setRole('target');
    m.mount(null, '/', null, c.MS_REC | c.MS_SLAVE);
    m.mount('proc', '/proc', 'proc', 0);
    files.write(writeEnd, Buffer.from('ready'));
    files.close(writeEnd);
    poll([], -1);
  }
  files.read(readEnd, Buffer.alloc(5));
  namespaces.setns(target.pidfd, c.CLONE_NEWPID | c.CLONE_NEWNS);
  const joined = clone3({ flags: 0 });
  if (joined.pid === 0) {
    setRole('joined');
    files.open('/proc/self/status', c.O_CLOEXEC);
    p.getpid();
    p._exit(0);
  }
  p.waitpid(joined.pid);
  p.pidfd_send_signal(target.pidfd, c.SIGKILL);
  p.waitpid(target.pid);
}

function giveUpRights(): void {
  p.prlimit(0, c.RLIMITS.RLIMIT_CORE, { soft: 0, hard: Infinity });
  p.prlimit(0, c.RLIMITS.RLIMIT_NOFILE, null);
  p.prctl(c.PR_SET_PDEATHSIG, c.SIGKILL);
  p.prctl(c.PR_SET_DUMPABLE, 0);
  p.prctl(c.PR_GET_DUMPABLE);
  p.prctl(c.PR_CAPBSET_READ, 21);
  p.prctl(c.PR_CAPBSET_DROP, 24);
  failing(() => p.prctl(c.PR_CAP_AMBIENT, c.PR_CAP_AMBIENT_RAISE, 21));
  p.prctl(c.PR_SET_KEEPCAPS, 1);
  p.prctl(c.PR_SET_CHILD_SUBREAPER, 1);
  credentials.getuid();
  credentials.geteuid();
  credentials.getgid();
  credentials.getegid();
  credentials.setgroups([1, 2, 3]);
  credentials.setgroups([]);
  credentials.setregid(-1, 5);
  credentials.setgid(0);
  credentials.setresgid(65534, 65534, 65534);
  credentials.setreuid(-1, 0);
  credentials.setresuid(65534, 65534, 65534);
  failing(() => credentials.setuid(0));
  credentials.capset({ ...credentials.capget(), effective: 1n << 5n, inheritable: 1n << 5n });
  p.prctl(c.PR_CAP_AMBIENT, c.PR_CAP_AMBIENT_CLEAR_ALL);
  p.prctl(c.PR_CAP_AMBIENT, c.PR_CAP_AMBIENT_RAISE, 5);
  credentials.keyctlSetPermission(credentials.keyctlJoinSessionKeyring('_ses.explain'), 0x3f080000);
  p.prctl(c.PR_SET_NO_NEW_PRIVS, 1);
  p.prctl(c.PR_GET_NO_NEW_PRIVS);
  const allow = Buffer.from('060000000000ff7f', 'hex');
  credentials.seccomp(c.SECCOMP_OPERATIONS.SECCOMP_SET_MODE_FILTER, 0, allow);
  failing(() => p.execve('/missing', ['missing', 'argument'], []));
  p.execve('/bin/true', ['true', 'argument'], ['NAME=value', 'OTHER=']);
}

startTrace(openSync(traceFile, 'a'), 'json');
inFork('files', makeFiles);
inFork('fds', moveDescriptors);
inFork('tty', useTerminal);
inFork('mounts', mountThings);
inFork('procs', handleProcesses);
inFork('join', joinProcess);
inFork('rights', giveUpRights);
