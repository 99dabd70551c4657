// Options that are each right but do not go together, or are out of range on this machine. Every sentence names the
// option, what is wrong and what is allowed. The first words are Docker's where Docker has some.

import { availableParallelism } from 'node:os';
import { isRoot } from '../runtime/places.ts';
import type { ContainerOptions, NetworkOptions, ProcessOptions, ResourceOptions } from './options.ts';
import { checkUser } from './spec/user.ts';

/** @throws Error for the first contradiction. */
export function checkOptions(options: ContainerOptions): void {
  checkResources(options.resources);
  checkScore(options.process);
  checkHostname(options);
  if (!isRoot && options.resources.deviceRules.length > 0) {
    throw new Error('--device-cgroup-rule needs root: other users have no devices controller, and need no leave of it');
  }
  if (options.namespaces.network.startsWith('container:')) checkJoinedNetwork(options.network);
  if (options.process.user !== undefined) checkUser(options.process.user);
}

/** Limits alone, as `update` changes them. @throws Error for the first contradiction. */
export function checkResources(resources: ResourceOptions): void {
  checkMemory(resources);
  checkCpu(resources);
  checkRanges(resources);
}

const LEAST_MEMORY = 6 * 1024 * 1024;

function checkMemory({ memory, memorySwap = 0, memoryReservation: reserved }: ResourceOptions): void {
  if (memory !== undefined && memory < LEAST_MEMORY) {
    throw new Error('minimum memory limit allowed is 6MB: give --memory more');
  }
  if (reserved !== undefined && reserved < LEAST_MEMORY) {
    throw new Error('minimum memory reservation allowed is 6MB: give --memory-reservation more');
  }
  if (memorySwap > 0 && memory === undefined) {
    throw new Error('you should always set the --memory limit when using the --memory-swap limit, which is their sum');
  }
  if (memorySwap > 0 && memorySwap < (memory ?? 0)) {
    throw new Error(
      'minimum --memory-swap limit should be larger than the --memory limit: it is memory and swap together',
    );
  }
  if (memory !== undefined && reserved !== undefined && memory < reserved) {
    throw new Error('minimum --memory limit can not be less than the --memory-reservation limit');
  }
}

function checkCpu({ cpus, cpuPeriod, cpuQuota, cpuRealtimeRuntime, cpuRealtimePeriod }: ResourceOptions): void {
  const most = availableParallelism();
  if (cpus !== undefined && (cpus < 0.01 || cpus > most)) {
    throw new Error(`range of CPUs is from 0.01 to ${most}.00, as there are only ${most} CPUs available`);
  }
  if (cpus !== undefined && cpuPeriod !== undefined) throw new Error('conflicting options: --cpus and --cpu-period');
  if (cpus !== undefined && cpuQuota !== undefined) throw new Error('conflicting options: --cpus and --cpu-quota');
  if (cpuPeriod && (cpuPeriod < 1000 || cpuPeriod > 1_000_000)) {
    throw new Error('CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)');
  }
  if (cpuQuota && cpuQuota > 0 && cpuQuota < 1000) {
    throw new Error('CPU cfs quota can not be less than 1ms (i.e. 1000)');
  }
  if (cpuRealtimeRuntime && cpuRealtimePeriod && cpuRealtimeRuntime > cpuRealtimePeriod) {
    throw new Error('cpu real-time runtime cannot be higher than cpu real-time period');
  }
}

function checkRanges({ blkioWeight, cpuShares }: ResourceOptions): void {
  if (blkioWeight && (blkioWeight < 10 || blkioWeight > 1000)) {
    throw new Error(`range of blkio weight is from 10 to 1000, and ${blkioWeight} is not`);
  }
  if (cpuShares && (cpuShares < 2 || cpuShares > 262_144)) {
    throw new Error(`range of cpu shares is from 2 to 262144, and ${cpuShares} is not`);
  }
}

function checkScore({ oomScoreAdj: score }: ProcessOptions): void {
  if (score !== undefined && (score < -1000 || score > 1000)) {
    throw new Error(`invalid value ${score}, range for oom score adj is [-1000, 1000]`);
  }
}

/** A host name belongs to a UTS namespace, and that is someone else's then. */
function checkHostname({ hostname, domainname, namespaces }: ContainerOptions): void {
  if (hostname === undefined && domainname === undefined) return;
  if (namespaces.uts !== 'private') throw new Error('conflicting options: hostname and the UTS mode');
  if (namespaces.network.startsWith('container:')) {
    throw new Error('conflicting options: hostname and the network mode');
  }
}

function checkJoinedNetwork({ dns, dnsSearch, dnsOptions, extraHosts }: NetworkOptions): void {
  if (dns.length + dnsSearch.length + dnsOptions.length > 0) {
    throw new Error('conflicting options: dns and the network mode');
  }
  if (extraHosts.length > 0) throw new Error('conflicting options: custom host-to-IP mapping and the network mode');
}
