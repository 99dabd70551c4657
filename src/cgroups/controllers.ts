// All controllers in one table: what each is called, and what it writes for a container's resources, on v1 and on v2.

import type { Resources } from '../oci.ts';
import { cpuV1, cpuV2 } from './cpu.ts';
import { cpuset } from './cpuset.ts';
import { devicesV1 } from './devices.ts';
import { hugetlbV1, hugetlbV2 } from './hugetlb.ts';
import { ioV1, ioV2 } from './io.ts';
import { memoryV1, memoryV2 } from './memory.ts';
import { netClsV1, netPrioV1 } from './network.ts';
import { pids } from './pids.ts';
import { rdma } from './rdma.ts';
import type { Setting } from './setting.ts';

export interface Controller {
  v1Name: string;
  /** Undefined where v2 has no such controller; what it has in place of devices, devices-bpf.ts says. */
  v2Name?: string;
  v1(resources: Resources): Setting[];
  v2(resources: Resources): Setting[];
}

export const CONTROLLERS: readonly Controller[] = [
  { v1Name: 'cpu', v2Name: 'cpu', v1: cpuV1, v2: cpuV2 },
  { v1Name: 'cpuset', v2Name: 'cpuset', v1: cpuset, v2: cpuset },
  { v1Name: 'memory', v2Name: 'memory', v1: memoryV1, v2: memoryV2 },
  { v1Name: 'pids', v2Name: 'pids', v1: pids, v2: pids },
  { v1Name: 'blkio', v2Name: 'io', v1: ioV1, v2: ioV2 },
  { v1Name: 'hugetlb', v2Name: 'hugetlb', v1: hugetlbV1, v2: hugetlbV2 },
  { v1Name: 'rdma', v2Name: 'rdma', v1: rdma, v2: rdma },
  { v1Name: 'net_cls', v1: netClsV1, v2: () => [] },
  { v1Name: 'net_prio', v1: netPrioV1, v2: () => [] },
  { v1Name: 'devices', v1: devicesV1, v2: () => [] },
];
