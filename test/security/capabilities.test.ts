// Names of capabilities, as people write them.

import { capabilityName } from '../../src/security/capabilities.ts';
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
