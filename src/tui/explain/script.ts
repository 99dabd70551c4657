// A start as a shell script of unshare, mount and ip commands, so that it can be repeated by hand. Each line is made from a
// call that really happened:
//
//     clone3({flags: CLONE_NEWNS|CLONE_NEWUTS …})     unshare --mount --uts … sh inside
//     mount("proc", "/proc/self/fd/32", "proc", …)    mount -t proc -o nosuid,nodev,noexec proc "$BASE/rootfs/proc"
//
// What no command of a shell does, such as a seccomp filter, stays a comment.

import { type Call, splitArguments, unquote } from './call.ts';
import { shellWord } from './shell-words.ts';

export function toScript(calls: readonly Call[], words: readonly string[]): string {
  const script = new Script();
  for (const call of calls) if (call.result !== -1) script.add(call);
  return script.text(words);
}

/** CLONE_NEW… as unshare has it. */
const UNSHARE: Readonly<Record<string, string>> = {
  CLONE_NEWNS: '--mount',
  CLONE_NEWUTS: '--uts',
  CLONE_NEWIPC: '--ipc',
  CLONE_NEWPID: '--pid --fork',
  CLONE_NEWNET: '--net',
  CLONE_NEWUSER: '--user --map-root-user',
  CLONE_NEWCGROUP: '--cgroup',
  CLONE_NEWTIME: '--time',
};

/** MS_… as mount -o has it. */
const OPTIONS: Readonly<Record<string, string>> = {
  MS_RDONLY: 'ro',
  MS_NOSUID: 'nosuid',
  MS_NODEV: 'nodev',
  MS_NOEXEC: 'noexec',
  MS_STRICTATIME: 'strictatime',
};

class Script {
  /** Before and after the first process of the container. */
  readonly #cgroups: string[] = [];
  readonly #limits: string[] = [];
  readonly #joins: string[] = [];
  readonly #unshare = new Set<string>();
  readonly #inside: string[] = [];
  /** The container's folder, which becomes $BASE, and the end of its cgroup's name. */
  #folder = '';
  readonly #overlay: string[] = [];
  /** What a descriptor is open on, for calls that only name its number. */
  readonly #paths = new Map<string, string>();
  readonly #binds = new Map<string, string>();

  add({ call, args, role, result }: Call): void {
    const all = splitArguments(args);
    this.#remember(call, all, result);
    if (role === 'shim') this.#outside(call, all);
    if (role === 'init') this.#insideCall(call, all);
  }

  #remember(call: string, args: readonly string[], result: number | null): void {
    const [first = '', second] = args;
    if (call === 'readlinkat') {
      const fd = /^\/proc\/self\/fd\/(\d+)$/.exec(unquote(second) ?? '')?.[1];
      const path = unquote(args[2]);
      if (fd && path) this.#paths.set(fd, path);
    }
    if (call === 'open_tree' && result !== null && first === 'AT_FDCWD') {
      this.#binds.set(String(result), unquote(second) ?? '');
    }
  }

  #outside(call: string, args: readonly string[]): void {
    const [first = '', second = ''] = args;
    const path = pathOf(first);
    if (call === 'clone3') this.#addFlags(first);
    if (call === 'mkdirat' && path?.startsWith('/sys/fs/cgroup')) this.#cgroups.push(`${path}/${unquote(second)}`);
    if (call === 'write' && path?.startsWith('/sys/fs/cgroup')) {
      this.#limits.push(`put ${shellWord(unquote(second) ?? '')} ${this.#word(path)}`);
    }
  }

  #addFlags(flags: string): void {
    for (const [flag, option] of Object.entries(UNSHARE)) if (flags.includes(flag)) this.#unshare.add(option);
  }

  #insideCall(call: string, args: readonly string[]): void {
    const line = this.#lineOf(call, args);
    if (line !== undefined) this.#inside.push(line);
  }

  #lineOf(call: string, args: readonly string[]): string | undefined {
    const [first = '', second = '', third = ''] = args;
    switch (call) {
      case 'sethostname':
        return `hostname ${shellWord(unquote(first) ?? '')}`;
      case 'ioctl':
        return second === 'SIOCSIFFLAGS' ? 'ip link set lo up' : undefined;
      case 'unshare':
        this.#addFlags(first);
        return undefined;
      case 'mount':
        return this.#mountLine(args);
      case 'fsconfig':
        return this.#overlayPart(args);
      case 'mkdirat':
        return this.#at(first, second, (path) => `mkdir -p ${path}`);
      case 'mknodat':
        return this.#at(
          first,
          second,
          (path) => `mknod -m ${/\|(\d+)/.exec(third)?.[1]} ${path} ${device(third, args[3])}`,
        );
      case 'symlinkat':
        return this.#at(second, third, (path) => `ln -s ${shellWord(unquote(first) ?? '')} ${path}`);
      case 'move_mount':
        return this.#bindLine(args);
      case 'pivot_root':
        return PIVOT;
      case 'write':
        return this.#joinLine(first);
      case 'seccomp':
        return '# seccomp(…): the filter; no command of a shell sets one';
      case 'capset':
        return '# capset(…): fewer capabilities; `setpriv --bounding-set` does that';
      case 'execve':
        return execLine(args);
      default:
        return undefined;
    }
  }

  /** A file in the root; elsewhere it is none of the script's business. */
  #at(folder: string, name: string, line: (path: string) => string): string | undefined {
    const path = pathOf(folder);
    return path?.includes('/rootfs') ? line(this.#word(`${path}/${unquote(name)}`)) : undefined;
  }

  #mountLine([source = '', target = '', type = '', flags = '', data = '']: readonly string[]): string | undefined {
    if (flags.includes('MS_SLAVE')) return unquote(target) === '/' ? 'mount --make-rslave /' : undefined;
    const kind = unquote(type);
    if (kind === undefined) return undefined;
    const options = [...flags.split('|').flatMap((flag) => OPTIONS[flag] ?? []), ...(unquote(data)?.split(',') ?? [])];
    const text = [...new Set(options)].filter((option) => option !== 'newinstance').join(',');
    return `mount -t ${kind}${text && ` -o ${text}`} ${unquote(source)} ${this.#word(this.#resolve(unquote(target) ?? ''))}`;
  }

  /** /proc/self/fd/32/cpu, by what 32 was said to be open on. */
  #resolve(target: string): string {
    const [, fd = '', rest = ''] = /^\/proc\/self\/fd\/(\d+)(.*)$/.exec(target) ?? [];
    return fd === '' ? target : (this.#paths.get(fd) ?? '?') + rest;
  }

  /** The overlay is put together from settings; the last one makes it. */
  #overlayPart([, command = '', name = '', value = '']: readonly string[]): string | undefined {
    if (command === 'FSCONFIG_SET_STRING' && /lowerdir|upperdir|workdir/.test(name)) {
      this.#overlay.push(`${unquote(name)}=${unquote(value)}`);
    }
    if (command !== 'FSCONFIG_CMD_CREATE' || this.#overlay.length === 0) return undefined;
    const values = (key: string) =>
      this.#overlay.flatMap((each) => (each.startsWith(key) ? [each.slice(each.indexOf('=') + 1)] : []));
    const [upper = ''] = values('upperdir');
    const options = `lowerdir=${values('lowerdir').join(':')},upperdir=${upper},workdir=${values('workdir')[0]}`;
    this.#folder = upper.replace(/\/upper$/, '');
    this.#overlay.length = 0;
    return `mount -t overlay -o ${this.#word(options)} overlay ${this.#word(`${this.#folder}/rootfs`)}`;
  }

  #bindLine([from = '', , to = '']: readonly string[]): string | undefined {
    const source = this.#binds.get(/^\d+/.exec(from)?.[0] ?? '');
    const target = pathOf(to);
    if (source === undefined || !target?.includes('/rootfs')) return undefined;
    return `mount --bind ${this.#word(source)} ${this.#word(target)}`;
  }

  #joinLine(file: string): string | undefined {
    const path = pathOf(file);
    if (path && /\/sys\/fs\/cgroup\/.*\/(tasks|cgroup\.procs)$/.test(path)) this.#joins.push(path);
    return undefined;
  }

  /** In quotes, with $BASE for the container's folder and $NAME for its cgroup. */
  #word(path: string): string {
    const id = this.#folder.split('/').at(-1);
    const text = this.#folder === '' ? path : path.replaceAll(this.#folder, '$BASE').replaceAll(id as string, '$NAME');
    return `"${text.replaceAll(/[0-9a-f]{64}/g, '$NAME')}"`;
  }

  text(words: readonly string[]): string {
    const cgroups = this.#cgroups.map((path) => this.#word(path));
    const joins = this.#joins.map((path) => `echo $$ > ${this.#word(path)}`);
    return `${[
      '#!/bin/sh',
      `# slipway run ${words.map(shellWord).join(' ')}, by hand. It needs root.`,
      'set -eu',
      'export NAME=by-hand-$$ BASE=$(mktemp -d)',
      'mkdir -p "$BASE/init/etc" "$BASE/upper" "$BASE/work" "$BASE/rootfs"',
      'for file in hosts hostname resolv.conf; do : > "$BASE/init/etc/$file"; cat "/etc/$file" > "$BASE/$file" || :; done',
      '',
      '# limits; one that this machine refuses is left out',
      'put() { { echo "$1" > "$2"; } 2> /dev/null || echo "refused: $2" >&2; }',
      ...cgroups.map((path) => `mkdir -p ${path}`),
      ...this.#limits,
      '',
      '# inside',
      'cat > "$BASE/inside" <<\'END\'',
      'set -eu',
      ...this.#inside,
      'END',
      '',
      '# a process in the cgroup, then in namespaces of its own',
      'cat > "$BASE/start" <<\'END\'',
      ...joins,
      `exec unshare ${[...this.#unshare].join(' ')} sh "$BASE/inside"`,
      'END',
      'code=0; sh "$BASE/start" || code=$?',
      '',
      '# nothing is left',
      ...cgroups.filter((path) => path.endsWith('/$NAME"')).map((path) => `rmdir ${path}`), // others may be in the parents
      'rm -rf "$BASE"',
      'exit $code',
    ].join('\n')}\n`;
  }
}

const PIVOT = 'cd "$BASE/rootfs"; mkdir -p .old; pivot_root . .old; cd /; umount -l .old; rmdir .old';

/** `32</a/path>` */
function pathOf(descriptor: string): string | undefined {
  return /^\d+<(.*)>$/.exec(descriptor)?.[1];
}

/** `S_IFCHR|0666, makedev(0x1, 0x3)` */
function device(mode: string, numbers = ''): string {
  const [major, minor] = [...numbers.matchAll(/0x[0-9a-f]+|\b0\b/g)].map(([number]) => Number(number));
  return `${mode.includes('S_IFBLK') ? 'b' : 'c'} ${major} ${minor}`;
}

function execLine([path = '', list = '']: readonly string[]): string {
  const [, ...words] = splitArguments(list.slice(1, -1)).map((word) => unquote(word) ?? '');
  return `exec ${[unquote(path) ?? '', ...words].map(shellWord).join(' ')}`;
}
