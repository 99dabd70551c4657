// Has this user a range of ids besides their own, and does newuidmap hand it over? Without, a container has one user, root,
// which is enough for every lesson; but files of other owners show as nobody's.

import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { CLONE_NEWUSER, O_CLOEXEC } from '../../linux/constants.ts';
import { close, pipe2, read, write } from '../../linux/files.ts';
import { fork } from '../../linux/fork.ts';
import { unshare } from '../../linux/namespaces.ts';
import { _exit, waitpid } from '../../linux/process.ts';
import { defaultMappings, writeIdMaps } from '../../namespaces/idmap.ts';
import { isRoot } from '../../runtime/places.ts';
import { pathOfProgram } from '../find-program.ts';
import { installCommand } from './packages.ts';
import { type Finding, good, type Question } from './question.ts';
import { refusalOfUserNamespaces } from './user-namespaces.ts';

const FILES = ['/etc/subuid', '/etc/subgid'];

export const ids: Question = {
  name: 'ids',
  title: { en: 'range of ids', zh: 'id 范围' },
  ask() {
    if (isRoot || refusalOfUserNamespaces()) return undefined;
    const missing = ['newuidmap', 'newgidmap'].filter((name) => pathOfProgram(name) === undefined);
    if (missing.length > 0) return withoutTools(missing);
    const { uid } = defaultMappings();
    if (uid.length < 2) return withoutRange();
    const failure = tryRange();
    if (failure !== undefined) return refused(failure);
    const many = uid.reduce((sum, { size }) => sum + size, 0);
    return good({ en: `${many} ids, given by newuidmap`, zh: `${many} 个 id，由 newuidmap 授予` });
  },
};

/** A child in a user namespace waits, while the map is written. @returns what went wrong. */
function tryRange(): string | undefined {
  const [ready, childReady] = pipe2(O_CLOEXEC);
  const [go, done] = pipe2(O_CLOEXEC);
  const child = fork();
  if (child === 0) wait(childReady, go, done);
  for (const fd of [childReady, go]) close(fd);
  try {
    read(ready, Buffer.alloc(1));
    const { uid, gid } = defaultMappings();
    writeIdMaps(child, uid, gid);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    for (const fd of [ready, done]) close(fd);
    waitpid(child);
  }
}

function wait(ready: number, go: number, done: number): never {
  try {
    close(done);
    unshare(CLONE_NEWUSER);
    write(ready, Buffer.from('.'));
    read(go, Buffer.alloc(1)); // its end
  } finally {
    _exit(0);
  }
}

const ENOUGH = {
  en: 'The lessons can be done all the same: containers have one user, root.',
  zh: '课程照样可以完成：只是容器里只有 root 一个用户。',
};

function withoutTools(missing: readonly string[]): Finding {
  const names = missing.join(', ');
  return {
    state: 'note',
    seen: { en: `only your own id: ${names} missing`, zh: `只有你自己的 id：缺少 ${names}` },
    cure: ENOUGH,
    ...installCommand(missing),
  };
}

function withoutRange(): Finding {
  const first = firstFree();
  const range = `${first}-${first + 65_535}`;
  return {
    state: 'note',
    seen: {
      en: `only your own id: ${FILES.join(' and ')} give you no range`,
      zh: `只有你自己的 id：${FILES.join(' 和 ')} 没有给你分配范围`,
    },
    cure: ENOUGH,
    command: `sudo usermod --add-subuids ${range} --add-subgids ${range} ${nameOfUser()}`,
  };
}

/** Behind all ranges that are given out. */
function firstFree(): number {
  const lines = FILES.filter((file) => existsSync(file)).flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const ends = lines.map((line) => line.split(':')).map(([, start, count]) => Number(start) + Number(count));
  return Math.max(100_000, ...ends.filter(Number.isFinite));
}

function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}

function refused(message: string): Finding {
  return {
    state: 'bad',
    seen: { en: message, zh: `newuidmap 拒绝了：${message}` },
    cure: {
      en: 'newuidmap has to be set-uid root, or to have its file capability; installing it anew puts that right.',
      zh: 'newuidmap 必须是 set-uid root，或者带有文件 capability；重新安装即可修复。',
    },
    ...installCommand(['newuidmap'], true),
  };
}
