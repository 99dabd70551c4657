// What a container's first process does between clone3 and execve, from top to bottom: read it beside run.ts.
//
// It was cloned from the shim into new namespaces, and goes on running this TypeScript until execve turns it into the
// user's program. It has one thread and no event loop, so everything is synchronous, and nothing may be loaded any
// more once the root is changed. A step that fails is told to the shim, which tells the user.

import type { Cgroup } from '../cgroups/cgroup.ts';
import { mountCgroups } from '../cgroups/mount.ts';
import { isDevBound, linkDevices, makeDevices } from '../chroot/devices.ts';
import { makeReadonly, makeRootReadonly, maskPaths } from '../chroot/mask.ts';
import { pivot, setRootPropagation } from '../chroot/root.ts';
import { PR_SET_DUMPABLE } from '../linux/constants.ts';
import { isErrno } from '../linux/door.ts';
import { umask, writeText } from '../linux/files.ts';
import { isInUserNamespace, setdomainname, sethostname } from '../linux/namespaces.ts';
import { getpid, prctl, setsid } from '../linux/process.ts';
import { eraseStartBlock } from '../linux/start-block.ts';
import { step } from '../linux/trace.ts';
import { hasNew, joinInside, unshareInside } from '../namespaces/flags.ts';
import { raiseLoopback } from '../namespaces/loopback.ts';
import type { Mount } from '../oci.ts';
import { joinNewKeyring } from '../security/keyring.ts';
import { mountEntry } from '../volumes/entry.ts';
import { fillVolume } from '../volumes/fill.ts';
import { becomeRootInside, dieWithParent, executeProgram, keepOnly, reportingFailure } from './become.ts';
import type { Runnable } from './bundle.ts';
import { Channel } from './channel.ts';
import { harmlessDescriptors } from './descriptors.ts';
import { hasHooks, hookState, runHooks } from './hooks.ts';
import { takeProgramIo } from './program-io.ts';
import { makeRoot } from './root.ts';
import type { Sources } from './sources.ts';
import { applySysctls } from './sysctl.ts';
import { waitAlone } from './wait.ts';
import type { Way } from './way.ts';
import { makeWorkingFolder } from './working-folder.ts';

/** Prepares the container from inside and becomes its program. Never returns. */
export function becomeProgram(bundle: Runnable, cgroup: Cgroup, way: Way, sources: Sources, channel: Channel): never {
  return reportingFailure(channel, () => {
    const { spec } = bundle;
    const { linux = {} } = spec;
    const namespaces = linux.namespaces ?? [];
    const inUserNamespace = namespaces.some(({ type }) => type === 'user');

    step('begin');
    eraseStartBlock(); // what the host's command line and variables say is for nobody in here
    const harmless = harmlessDescriptors();
    if (channel.receive() === undefined) throw new Error('the shim went away');
    adjustOomScore(spec.process.oomScoreAdj, channel);
    if (inUserNamespace) becomeRootInside();
    dieWithParent(channel); // the container does not outlive its shim
    prctl(PR_SET_DUMPABLE, 0); // from here on nobody but the host's root may look into this process
    setsid();
    umask(0o022); // whatever the user's: mount points and devices are for everyone in the container

    step('namespaces');
    joinInside(namespaces);
    if (!way.keepsKeyring) joinNewKeyring(`_ses.${bundle.id}`);

    step('names');
    if (spec.hostname) sethostname(spec.hostname);
    if (spec.domainname) setdomainname(spec.domainname);
    if (hasNew(namespaces, 'network')) raiseLoopback();

    step('root');
    const hasNoRights = isInUserNamespace(); // ours, or one that all of Slipway runs in
    const rootFd = makeRoot(bundle, hasNoRights);

    step('volumes');
    for (const { destination, volumeFolder } of bundle.copyUps) fillVolume(rootFd, destination, volumeFolder);

    step('mounts');
    const [first, rest] = splitAtCgroup(spec.mounts ?? []);
    for (const mount of first) mountEntry(rootFd, mount, sources.get(mount));

    step('cgroup');
    if (channel.receive() === undefined) throw new Error('the shim went away');
    if (!inUserNamespace) cgroup.joinSelf();
    unshareInside(namespaces, linux.timeOffsets); // a cgroup namespace begins where its first process is

    step('mounts');
    for (const mount of rest) {
      if (mount.type === 'cgroup') mountCgroups(rootFd, mount, cgroup.parts, hasNew(namespaces, 'cgroup'));
      else mountEntry(rootFd, mount, sources.get(mount));
    }

    step('devices');
    if (!isDevBound(spec.mounts ?? [])) {
      makeDevices(rootFd, linux.devices ?? [], { bind: hasNoRights });
      linkDevices(rootFd);
    }

    step('hooks');
    if (hasHooks(spec, 'prestart', 'createRuntime')) letParentRunHooks(channel);
    const asInside = (status: 'creating' | 'created') => hookState(bundle, way, { status, pid: getpid() });
    runHooks('createContainer', spec, asInside('creating'));

    step('pivot');
    pivot(rootFd);

    step('terminal');
    takeProgramIo(way.io, spec, channel, true);
    keepOnly(channel, harmless, way);

    step('protect');
    makeWorkingFolder(spec.process.cwd);
    if (linux.rootfsPropagation) setRootPropagation(linux.rootfsPropagation);
    if (spec.root.readonly) makeRootReadonly();
    applySysctls(linux.sysctl);
    makeReadonly(linux.readonlyPaths ?? []);
    maskPaths(linux.maskedPaths ?? []);

    const { execFifo } = way;
    executeProgram(spec, channel, way.io, {
      channel: execFifo === undefined ? channel : new Channel(execFifo),
      work: () => {
        if (execFifo !== undefined) waitAlone(channel, execFifo);
        runHooks('startContainer', spec, asInside('created'));
      },
    });
  });
}

/** The mounts before those of cgroups, which need the cgroup, and the others: their order counts. */
function splitAtCgroup(mounts: Mount[]): [Mount[], Mount[]] {
  const index = mounts.findIndex(({ type }) => type === 'cgroup' || type === 'cgroup2');
  return index < 0 ? [mounts, []] : [mounts.slice(0, index), mounts.slice(index)];
}

/** They are run on the host, by the other side. */
function letParentRunHooks(channel: Channel): void {
  channel.send({ mounted: true });
  if (channel.receive() === undefined) throw new Error('the shim went away');
}

/** Lowering it needs CAP_SYS_RESOURCE, and a start does not fail for that. */
function adjustOomScore(score: number | undefined, channel: Channel): void {
  if (score === undefined) return;
  try {
    writeText('/proc/self/oom_score_adj', String(score));
  } catch (error) {
    if (!isErrno(error, 'EACCES', 'EPERM')) throw error;
    channel.send({ notice: `an OOM score of ${score} is left out: to be spared needs CAP_SYS_RESOURCE` });
  }
}
