// The cgroup's folder: how it is made, found and removed, and that a path of the user's leads nowhere else.

import { strict as assert } from 'node:assert';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createCgroup, openCgroup } from '../../../src/cgroups/cgroup.ts';
import { detectHierarchies } from '../../../src/cgroups/detect.ts';
import { readFile } from '../../../src/cgroups/files.ts';
import { close } from '../../../src/linux/files.ts';
import { clone3, fork } from '../../../src/linux/fork.ts';
import { _exit, waitpid } from '../../../src/linux/process.ts';
import { burnIn, type Check, end, inCgroup, newPath, startIn, waitUntil } from './check.ts';

/** The hierarchies that have a folder at this path. */
function foldersAt(path: string): string[] {
  return detectHierarchies()
    .map(({ mountPoint }) => join(mountPoint, path))
    .filter((folder) => existsSync(folder));
}

/** clone3 wants a process with one thread, which a forked child is. @returns 0 when what the child saw was right. */
function inFork(work: () => number): number | undefined {
  const pid = fork();
  if (pid !== 0) return end(pid).exited;
  try {
    _exit(work());
  } catch (error) {
    console.error(error);
    _exit(99);
  }
}

export const folderChecks: Check[] = [
  {
    name: 'it is made in every hierarchy and removed without a trace, and removing it twice is harmless',
    run: () => {
      const path = newPath();
      const cgroup = createCgroup(path, { pids: { limit: 10 } });
      assert.equal(foldersAt(path).length, detectHierarchies().length);
      cgroup.remove();
      cgroup.remove();
      assert.deepEqual(foldersAt(path), []);
    },
  },
  {
    name: 'our parent goes with the last cgroup in it, and not before',
    run: () => {
      const parent = `/check-parent-${process.pid}/slipway`;
      const [first, second] = [createCgroup(`${parent}/a`, {}), createCgroup(`${parent}/b`, {})];
      first.remove();
      assert.notDeepEqual(foldersAt(parent), []);
      second.remove();
      assert.deepEqual(foldersAt(parent), []);
      openCgroup(dirname(parent)).remove();
    },
  },
  {
    name: 'parents that were made for it go with it, also when a limit is refused; one that was there before stays',
    run: () => {
      const parent = `/check-parent-${process.pid}`;
      const path = `${parent}/inner/a`;
      createCgroup(path, {}).remove();
      assert.deepEqual(foldersAt(parent), []);
      assert.throws(() => createCgroup(path, { cpu: { cpus: '4000' } }), /cannot set cpuset\.cpus/);
      assert.deepEqual(foldersAt(parent), []);
      const before = createCgroup(parent, {});
      createCgroup(path, {}).remove();
      assert.deepEqual([foldersAt(parent).length, foldersAt(`${parent}/inner`)], [detectHierarchies().length, []]);
      before.remove();
    },
  },
  {
    name: 'below a parent that another start has made only just now, a process can join',
    run: () => {
      const parent = `/check-parent-${process.pid}`;
      for (const { mountPoint } of detectHierarchies()) mkdirSync(join(mountPoint, parent));
      const cgroup = createCgroup(`${parent}/a`, {});
      try {
        assert.equal(end(startIn(cgroup, () => 0)).exited, 0);
      } finally {
        cgroup.remove();
        openCgroup(parent).remove();
      }
    },
  },
  {
    name: 'a cgroup that exists is found again, with its limits and its processes',
    run: () =>
      inCgroup({ pids: { limit: 10 } }, (cgroup) => {
        const pid = burnIn(cgroup);
        waitUntil('it is in', () => cgroup.stats().pids.current === 1);
        const again = openCgroup(cgroup.path);
        assert.deepEqual(again.processes(), [pid]);
        assert.equal(again.stats().pids.limit, 10);
      }),
  },
  {
    name: 'one that has processes is refused, and left as it is',
    run: () =>
      inCgroup({ pids: { limit: 10 } }, (cgroup) => {
        const pid = burnIn(cgroup);
        waitUntil('it burns', () => cgroup.stats().cpu.usageNs > 10_000_000); // so it is in everywhere
        assert.throws(() => createCgroup(cgroup.path, { pids: { limit: 5 } }), /has processes in it already/);
        assert.equal(cgroup.stats().pids.limit, 10);
        assert.deepEqual(cgroup.processes(), [pid]);
      }),
  },
  {
    name: 'an empty one that was left over is taken',
    run: () => {
      const path = newPath();
      createCgroup(path, {});
      createCgroup(path, { pids: { limit: 5 } }).remove();
      assert.deepEqual(foldersAt(path), []);
    },
  },
  {
    name: 'a limit that the kernel refuses is explained, and nothing is left of the cgroup',
    run: () => {
      const path = newPath();
      const wrong = { cpu: { cpus: '4000' } };
      assert.throws(
        () => createCgroup(path, wrong),
        /cannot set cpuset\.cpus to "4000" \((EINVAL|ERANGE|EACCES)\): .*; here it may be of 0/,
      );
      assert.deepEqual(foldersAt(path), []);
    },
  },
  {
    name: 'a path cannot lead out of the hierarchy',
    run: () => {
      const name = newPath();
      const cgroup = createCgroup(`/../../../..${name}`, {});
      assert.equal(cgroup.path, name);
      assert.equal(foldersAt(name).length, detectHierarchies().length);
      cgroup.remove();
    },
  },
  {
    name: 'the root of the hierarchies, where the whole machine is, is refused',
    run: () => {
      for (const path of ['/', '', '/..']) {
        assert.throws(() => createCgroup(path, {}), /is no cgroup for a container/);
      }
    },
  },
  {
    name: 'unified names files of v2, and no others',
    needs: ['unified'],
    run: () => {
      inCgroup({ unified: { 'cgroup.max.depth': '3' } }, (cgroup) => {
        const v2 = cgroup.parts.find(({ version }) => version === 2);
        assert.ok(v2);
        assert.equal(readFile(v2, 'cgroup.max.depth'), '3');
      });
      for (const file of ['../cgroup.max.depth', '/etc/passwd', 'a/b', 'cgroup.procs']) {
        assert.throws(() => inCgroup({ unified: { [file]: '3' } }, () => {}), /is no limit/);
      }
    },
  },
  {
    name: 'unified sets what no other word does, such as memory.high',
    needs: ['v2'],
    run: () =>
      inCgroup({ unified: { 'memory.high': '33554432' } }, ({ parts: [v2] }) => {
        assert.ok(v2);
        assert.equal(readFile(v2, 'memory.high'), '33554432');
      }),
  },
  {
    name: 'clone3 starts a process inside it, so that it was never outside',
    needs: ['v2'],
    run: () =>
      inCgroup({}, (cgroup) => {
        const seen = inFork(() => {
          const cgroupFd = cgroup.openV2();
          const { pid } = clone3({ flags: 0, cgroupFd });
          if (pid === 0) _exit(readFileSync('/proc/self/cgroup', 'utf8') === `0::${cgroup.path}\n` ? 0 : 1);
          if (cgroupFd !== undefined) close(cgroupFd);
          return waitpid(pid).status.exited ?? 2;
        });
        assert.equal(seen, 0);
      }),
  },
  {
    name: 'a hundred forks in a row, with garbage collected in each, all end well',
    run: () => {
      for (let i = 0; i < 100; i++) {
        assert.equal(
          inFork(() => Array.from({ length: 1000 }, (_, index) => `${index}`.repeat(50)).length - 1000),
          0,
        );
      }
    },
  },
];
