// busybox is many programs in one file: it does what the name says by which it is called.
//
//     /bin/busybox --list     its names; which it has was decided when it was built, so it has to be asked

export interface Busybox {
  path: string;
  /** The names it answers to, `ls` for one. */
  applets: string[];
}

/** `[`, `ip` and `mkfs.ext2`, but nothing that would be another folder. */
const FILE_NAME = /^[\w[][\w.+[-]*$/;

/** Asks the machine's busybox. @returns undefined when it lacks one of the `wanted`, or does not answer within 5 s. */
export function findBusybox(path: string | undefined, wanted: readonly string[]): Busybox | undefined {
  if (path === undefined) return undefined;
  try {
    const { execFileSync } = process.getBuiltinModule('node:child_process'); // loaded for this rare case alone
    const list = execFileSync(path, ['--list'], { encoding: 'utf8', env: {}, timeout: 5000, stdio: 'pipe' });
    const applets = list.split('\n').filter((name) => FILE_NAME.test(name));
    return wanted.every((name) => applets.includes(name)) ? { path, applets } : undefined;
  } catch {
    return undefined;
  }
}
