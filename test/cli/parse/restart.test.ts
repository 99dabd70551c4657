// --restart, --log-driver and --log-opt.

import { parseLogDriver, parseLogOption } from '../../../src/cli/parse/log.ts';
import { parseRestartPolicy } from '../../../src/cli/parse/restart.ts';
import { parser } from './parser.ts';

parser(
  'a restart policy',
  parseRestartPolicy,
  [
    ['', { name: 'no', maximumRetries: 0 }],
    ['no', { name: 'no', maximumRetries: 0 }],
    ['always', { name: 'always', maximumRetries: 0 }],
    ['unless-stopped', { name: 'unless-stopped', maximumRetries: 0 }],
    ['on-failure', { name: 'on-failure', maximumRetries: 0 }],
    ['on-failure:3', { name: 'on-failure', maximumRetries: 3 }],
  ],
  [
    ['sometimes', /^invalid restart policy: unknown policy 'sometimes'; use one of 'no', 'always'/],
    ['on-failure:x', 'invalid restart policy format: maximum retry count must be an integer'],
    ['on-failure:-1', 'invalid restart policy format: maximum retry count must be an integer'],
    ['always:3', /maximum retry count can only be used with 'on-failure', and not with 'always'/],
  ],
);

parser(
  'a log driver',
  parseLogDriver,
  [
    ['json-file', 'json-file'],
    ['none', 'none'],
  ],
  [['syslog', 'there is no log driver "syslog": there are json-file and none']],
);

parser(
  'a log option',
  parseLogOption,
  [
    ['max-size=10m', { maxSize: 10 * 1024 * 1024 }],
    ['max-size=-1', {}],
    ['max-file=3', { maxFiles: 3 }],
  ],
  [
    ['max-size=0', 'max-size must be a positive number'],
    ['max-size=x', /^invalid size: 'x'/],
    ['max-file=0', 'max-file must be a positive number'],
    ['max-file=-1', 'max-file must be a positive number'],
    ['tag=x', "unknown log opt 'tag' for json-file log driver: there are max-size and max-file"],
    ['max-size', /invalid size/],
  ],
);
