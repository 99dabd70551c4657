// Names of capabilities, as people write them.

import { expect, test } from 'vitest';
import { beyond, capabilityName, toMask } from '../../src/security/capabilities.ts';
import { parser } from '../cli/parse/parser.ts';

parser(
  'a capability',
  capabilityName,
  [
    ['ALL', 'ALL'],
    ['all', 'ALL'],
    ['net_raw', 'CAP_NET_RAW'],
    ['NET_RAW', 'CAP_NET_RAW'],
    ['CAP_NET_RAW', 'CAP_NET_RAW'],
    ['cap_net_raw', 'CAP_NET_RAW'],
  ],
  ['', 'FLY', 'CAP_FLY', 'NET RAW'].map((text) => [
    text,
    `unknown capability "${text}". It is ALL or one that \`man 7 capabilities\` lists, such as NET_ADMIN`,
  ]),
);

test('what cannot be had is found in all five sets, unknown names too', () => {
  const sets = { bounding: ['CAP_KILL', 'CAP_SAIL'], ambient: ['CAP_CHOWN'], effective: ['CAP_KILL'] };
  expect(beyond(toMask(['CAP_KILL']), sets)).toEqual(['CAP_SAIL', 'CAP_CHOWN']);
  expect(beyond(toMask(['CAP_KILL']), {})).toEqual([]);
});
