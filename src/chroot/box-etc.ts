// The few files of `box` that are our own: who the users are, what the image is, and stand-ins for missing tools.

import { readFileSync } from 'node:fs';

/** As in Docker's busybox image. An x for the password: it would be in /etc/shadow, and nobody logs in here. */
export const PASSWD = `root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
`;

export const GROUP = `root:x:0:
daemon:x:1:
bin:x:2:
sys:x:3:
adm:x:4:
tty:x:5:
disk:x:6:
mail:x:8:
wheel:x:10:root
audio:x:29:
www-data:x:33:
operator:x:37:
staff:x:50:
users:x:100:
nobody:x:65534:
`;

/** Tells glibc to look nowhere but in these files and, for names of machines, in DNS (man 5 nsswitch.conf). */
export const NSSWITCH = `passwd: files
group: files
hosts: files dns
`;

/** man 5 os-release. @param madeOf `busybox`, or `bash, ls, cat …` */
export function osRelease(madeOf: string): string {
  return `NAME="Slipway box"
ID=slipway-box
PRETTY_NAME="box, made of the programs of ${hostName()}"
# Made of: ${madeOf}
`;
}

function hostName(): string {
  try {
    return /^PRETTY_NAME=["']?([^"'`$\\\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'this machine';
  } catch {
    return 'this machine';
  }
}

/** Where the machine has no procps or hostname package: the kernel tells the same to whoever reads /proc. */
export const STAND_INS: Readonly<Record<string, string>> = {
  hostname: `#!/bin/sh
# This machine had no hostname for us to copy. The kernel's file says the same.
if [ $# -gt 0 ]; then printf '%s\\n' "$1" > /proc/sys/kernel/hostname; exit; fi
read -r name < /proc/sys/kernel/hostname
printf '%s\\n' "$name"
`,
  ps: `#!/bin/sh
# This machine had no ps for us to copy. A process is a folder of /proc with a number for a name.
printf '%5s %5s %s\\n' PID PPID COMMAND
for folder in /proc/[0-9]*; do
  name= ppid=
  { while read -r key value; do
    case $key in Name:) name=$value ;; PPid:) ppid=$value ;; esac
  done < "$folder/status"; } 2> /dev/null || continue # it has ended in the meantime
  printf '%5s %5s %s\\n' "\${folder#/proc/}" "$ppid" "$name"
done
`,
};
