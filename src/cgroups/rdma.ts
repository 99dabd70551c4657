// The rdma controller: how many handles and objects of each adapter for remote memory access. rdma.max on v1 and v2 alike.
//
//     mlx5_1 hca_handle=3 hca_object=10000

import type { Resources } from '../oci.ts';
import { type Setting, setting } from './setting.ts';

export function rdma({ rdma: devices = {} }: Resources): Setting[] {
  return Object.entries(devices).flatMap(([name, { hcaHandles, hcaObjects }]) => {
    const limits = { hca_handle: hcaHandles, hca_object: hcaObjects };
    const words = Object.entries(limits).flatMap(([word, value]) => (value === undefined ? [] : [`${word}=${value}`]));
    return setting('rdma.max', [name, ...words].join(' '));
  });
}
