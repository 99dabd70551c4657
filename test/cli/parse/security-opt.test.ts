// --security-opt.

import { parseSecurityOpt } from '../../../src/cli/parse/security-opt.ts';
import { parser } from './parser.ts';

const WRONG = `it is none of no-new-privileges, seccomp=unconfined, seccomp=FILE, systempaths=unconfined, writable-cgroups, label=disable, apparmor=unconfined`;
parser(
  '--security-opt',
  parseSecurityOpt,
  [
    ['no-new-privileges', { noNewPrivileges: true }],
    ['no-new-privileges=true', { noNewPrivileges: true }],
    ['no-new-privileges:false', { noNewPrivileges: false }],
    ['seccomp=unconfined', { seccomp: 'unconfined' }],
    ['seccomp:unconfined', { seccomp: 'unconfined' }],
    ['seccomp=builtin', { seccomp: 'default' }],
    ['seccomp=/a=b.json', { seccomp: { file: '/a=b.json' } }],
    ['systempaths=unconfined', { unmasked: true }],
    ['writable-cgroups=true', { writableCgroups: true }],
    ['label=disable', {}],
    ['label:disable', {}],
    ['apparmor=unconfined', {}],
  ],
  [
    ['no-new-privileges=perhaps', 'no-new-privileges is true or false'],
    ...['', 'seccomp', 'seccomp=', 'apparmor=mine', 'label=level:x', 'systempaths=all', 'x'].map(
      (text) => [text, WRONG] as [string, string],
    ),
  ],
);
