// Namespaces: leave one for a new one, join another, and the names that the UTS namespace keeps.

import { AT_FDCWD, CLONE_FLAGS } from './constants.ts';
import { quote, showFd, showFlags } from './decode.ts';
import { bind, call } from './door.ts';
import { readlinkat } from './files.ts';

const native = {
  unshare: bind('int unshare(int flags)'),
  setns: bind('int setns(int fd, int flags)'),
  sethostname: bind('int sethostname(const char *name, size_t length)'),
  setdomainname: bind('int setdomainname(const char *name, size_t length)'),
  ioctl: bind('int ioctl(int fd, unsigned long request, long argument)'),
};

/** man 2 unshare: new namespaces for this process (for PID and time: for its children). */
export function unshare(flags: number): void {
  call(
    'unshare',
    () => showFlags(CLONE_FLAGS, flags),
    () => native.unshare(flags),
  );
}

/** man 2 setns: joins the namespace that `fd` is open on, or those of a pidfd; `flags` names the kinds wanted. */
export function setns(fd: number, flags: number): void {
  call(
    'setns',
    () => `${showFd(fd)}, ${showFlags(CLONE_FLAGS, flags)}`,
    () => native.setns(fd, flags),
  );
}

/** man 2 sethostname: the name in this UTS namespace, of at most 64 bytes. */
export function sethostname(name: string): void {
  const show = () => `${quote(name)}, ${Buffer.byteLength(name)}`;
  call('sethostname', show, () => native.sethostname(name, Buffer.byteLength(name)));
}

/** The NIS domain name, of at most 64 bytes. */
export function setdomainname(name: string): void {
  const show = () => `${quote(name)}, ${Buffer.byteLength(name)}`;
  call('setdomainname', show, () => native.setdomainname(name, Buffer.byteLength(name)));
}

const NS_GET_NSTYPE = 0xb703;

/** man 2 ioctl_ns: of which kind an open namespace is, as a CLONE_NEW* flag. ENOTTY for what is no namespace. */
export function getNamespaceType(fd: number): number {
  return call(
    'ioctl',
    () => `${showFd(fd)}, NS_GET_NSTYPE`,
    () => native.ioctl(fd, NS_GET_NSTYPE, 0),
  );
}

/** The number that the kernel always gives the machine's first user namespace (PROC_USER_INIT_INO). */
const FIRST_USER_NAMESPACE = 'user:[4026531837]';

/** True in every user namespace but the machine's first: who is root there has no rights over the machine. */
export function isInUserNamespace(): boolean {
  return readlinkat(AT_FDCWD, '/proc/self/ns/user') !== FIRST_USER_NAMESPACE;
}
