// Devices, and how fast they may be used.

import { parseByteRate, parseDevice, parseOperationRate, parseWeight } from '../../../src/cli/parse/device.ts';
import { parser } from './parser.ts';

const device = (hostPath: string, containerPath: string, access: string) => ({ hostPath, containerPath, access });
parser(
  '--device',
  parseDevice,
  [
    ['/dev/a', device('/dev/a', '/dev/a', 'rwm')],
    ['/dev/a:/dev/b', device('/dev/a', '/dev/b', 'rwm')],
    ['/dev/a:/dev/b:r', device('/dev/a', '/dev/b', 'r')],
    ['/dev/a:r', device('/dev/a', '/dev/a', 'r')],
    ['/dev/a:mrw', device('/dev/a', '/dev/a', 'mrw')],
    ['/dev/a::r', device('/dev/a', '/dev/a', 'r')],
  ],
  [
    ['', 'invalid device specification: . Write it as /dev/x:/dev/y:rwm'],
    ['a', 'invalid device specification: a. Write it as /dev/x:/dev/y:rwm'],
    ['/dev/a:b', 'invalid device specification: /dev/a:b. Write it as /dev/x:/dev/y:rwm'],
    ['/dev/a:/dev/b:r:w', 'invalid device specification: /dev/a:/dev/b:r:w. Write it as /dev/x:/dev/y:rwm'],
    ['/dev/a:/dev/b:x', 'bad mode specified: x. It is made of r, w and m'],
    ['/dev/a:/dev/b:rr', 'bad mode specified: rr. It is made of r, w and m'],
    ['/dev/a:/dev/b:', 'bad mode specified: . It is made of r, w and m'],
  ],
);

parser(
  '--device-read-bps',
  parseByteRate,
  [
    ['/dev/a:1', { path: '/dev/a', rate: 1 }],
    ['/dev/a:1mb', { path: '/dev/a', rate: 1024 ** 2 }],
    ['/dev/a:b:1k', { path: '/dev/a:b', rate: 1024 }],
  ],
  [
    ['/dev/a', 'bad format: /dev/a. Write it as /dev/x:1mb'],
    ['a:1', 'bad format for device path: a:1. The path begins with /dev/'],
    ['/dev/a:0', /^invalid rate for device: \/dev\/a\. The correct format is <device-path>:<number>\[<unit>\]/],
    ['/dev/a:fast', /^invalid rate for device: \/dev\/a\. /],
  ],
);

parser(
  '--device-read-iops',
  parseOperationRate,
  [['/dev/a:100', { path: '/dev/a', rate: 100 }]],
  [
    [
      '/dev/a:1k',
      'invalid rate for device: /dev/a. The correct format is <device-path>:<number>. Number must be a positive integer',
    ],
    [
      '/dev/a:0',
      'invalid rate for device: /dev/a. The correct format is <device-path>:<number>. Number must be a positive integer',
    ],
  ],
);

parser(
  '--blkio-weight-device',
  parseWeight,
  [
    ['/dev/a:10', { path: '/dev/a', weight: 10 }],
    ['/dev/a:1000', { path: '/dev/a', weight: 1000 }],
  ],
  ['/dev/a:9', '/dev/a:1001', '/dev/a:heavy'].map((text) => [
    text,
    `invalid weight for device: ${text}. It is from 10 to 1000`,
  ]),
);
