// The command that installs programs which are missing, in the words of this distribution.

import { asRoot, readText } from './settings.ts';

type Family = 'debian' | 'fedora' | 'suse' | 'arch';

const INSTALL: Record<Family, { install: string; again: string }> = {
  debian: { install: 'apt install', again: 'apt install --reinstall' },
  fedora: { install: 'dnf install', again: 'dnf reinstall' },
  suse: { install: 'zypper install', again: 'zypper install --force' },
  arch: { install: 'pacman -S', again: 'pacman -S' },
};

/** The package of each family, in the order of Debian, Fedora, SUSE, Arch; one word where all agree. */
const PACKAGES: readonly [programs: string, packages: string][] = [
  [
    `ls cat cp mv rm ln mkdir rmdir touch stat du df dd head tail wc cut sort uniq tr tee paste readlink realpath
     dirname basename uname sleep timeout mknod mkfifo chroot chmod chown nproc date env id seq printf nohup sync truncate mktemp`,
    'coreutils',
  ],
  ['bash', 'bash'],
  ['grep', 'grep'],
  ['sed', 'sed'],
  ['tar', 'tar'],
  ['find xargs', 'findutils'],
  ['awk', 'mawk gawk gawk gawk'],
  ['ldd getent', 'libc-bin glibc-common glibc glibc'],
  ['mount umount', 'mount util-linux util-linux util-linux'],
  ['unshare nsenter setpriv findmnt lsns pivot_root ipcs ipcmk ipcrm flock prlimit taskset', 'util-linux'],
  ['ps pgrep pkill kill free top uptime watch', 'procps procps-ng procps procps-ng'],
  ['hostname', 'hostname hostname hostname inetutils'],
  ['ip ss', 'iproute2 iproute iproute2 iproute2'],
  ['ping', 'iputils-ping iputils iputils iputils'],
  ['newuidmap newgidmap', 'uidmap shadow-utils shadow shadow'],
  ['busybox', 'busybox-static busybox busybox-static busybox'],
];

/** Every program that the doctor knows where to get. */
export const KNOWN: readonly string[] = PACKAGES.flatMap(([programs]) => programs.split(/\s+/));

/** What puts these programs on this machine; nothing where the distribution is a stranger. */
export function installCommand(programs: readonly string[], again = false): { command?: string } {
  const family = familyOf(readText('/etc/os-release') ?? '');
  if (family === undefined) return {};
  const packages = new Set(programs.map((program) => packageOf(program, family)));
  return { command: asRoot(`${INSTALL[family][again ? 'again' : 'install']} ${[...packages].join(' ')}`) };
}

export function packageOf(program: string, family: Family): string {
  const [, packages = program] = PACKAGES.find(([programs]) => programs.split(/\s+/).includes(program)) ?? [];
  const [debian = program, fedora = debian, suse = debian, arch = debian] = packages.split(' ');
  return { debian, fedora, suse, arch }[family];
}

/** From the lines ID= and ID_LIKE= of os-release (man 5 os-release). */
export function familyOf(osRelease: string): Family | undefined {
  const words = osRelease.match(/^ID(_LIKE)?=.*$/gm)?.join(' ') ?? '';
  if (/debian|ubuntu/.test(words)) return 'debian';
  if (/fedora|rhel|centos/.test(words)) return 'fedora';
  if (/suse/.test(words)) return 'suse';
  return /arch/.test(words) ? 'arch' : undefined;
}
