// The hugetlb controller: how many bytes of huge pages, for each size of page.
//
//     v1 hugetlb.2MB.limit_in_bytes       v2 hugetlb.2MB.max

import type { Resources } from '../oci.ts';
import type { Setting } from './setting.ts';

export function hugetlbV1({ hugepageLimits = [] }: Resources): Setting[] {
  return hugepageLimits.map(({ pageSize, limit }) => ({ file: `hugetlb.${pageSize}.limit_in_bytes`, value: `${limit}` }));
}

export function hugetlbV2({ hugepageLimits = [] }: Resources): Setting[] {
  return hugepageLimits.map(({ pageSize, limit }) => ({ file: `hugetlb.${pageSize}.max`, value: `${limit}` }));
}
