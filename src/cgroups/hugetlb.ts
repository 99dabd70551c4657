// The hugetlb controller: how many bytes of huge pages, for each size of page.
//
//     v1 hugetlb.2MB.limit_in_bytes       v2 hugetlb.2MB.max
//     v1 hugetlb.2MB.rsvd.limit_in_bytes  v2 hugetlb.2MB.rsvd.max
//
// The second line, newer than the first, limits what is reserved: mmap then fails where the first alone would let it
// succeed and end the program with SIGBUS at its first touch. Both are set, where the kernel has both.

import type { Resources } from '../oci.ts';
import { type Setting, setting } from './setting.ts';

export function hugetlbV1(resources: Resources): Setting[] {
  return limits(resources, 'limit_in_bytes');
}

export function hugetlbV2(resources: Resources): Setting[] {
  return limits(resources, 'max');
}

function limits({ hugepageLimits = [] }: Resources, word: string): Setting[] {
  return hugepageLimits.flatMap(({ pageSize, limit }) => [
    ...setting(`hugetlb.${pageSize}.${word}`, limit),
    ...setting(`hugetlb.${pageSize}.rsvd.${word}`, limit, ''),
  ]);
}
