// -v, --mount and --tmpfs: three ways to say what is mounted where.

import { describe, expect, test } from 'vitest';
import { parseMount } from '../../../src/cli/parse/mount.ts';
import { parseTmpfs } from '../../../src/cli/parse/tmpfs.ts';
import { parseVolume } from '../../../src/cli/parse/volume.ts';
import type { MountOption } from '../../../src/engine/options.ts';
import { mistake } from '../../mistake.ts';

const BIND = {
  type: 'bind',
  source: '/h',
  target: '/c',
  readonly: false,
  recursive: 'enabled',
  createSource: true,
} as const;
const VOLUME = { type: 'volume', target: '/c', readonly: false, noCopy: false } as const;

describe('-v', () => {
  test.each<[string, MountOption]>([
    ['/h:/c', BIND],
    ['/h:/c/', BIND],
    ['/h:/x/../c', BIND],
    ['/h/../h:/c', BIND],
    ['/h:/c:rw', BIND],
    ['/h:/c:z', BIND],
    ['/h:/c:Z,consistent', BIND],
    ['/h:/c:ro', { ...BIND, readonly: true }],
    ['/h:/c:rro', { ...BIND, readonly: true }],
    ['/h:/c:ro,rslave,z', { ...BIND, readonly: true, propagation: 'rslave' }],
    ['/h:/c:shared', { ...BIND, propagation: 'shared' }],
    [`./h:/c`, { ...BIND, source: `${process.cwd()}/h` }],
    [`..:/c`, { ...BIND, source: process.cwd().replace(/\/[^/]*$/, '') }],
    ['/c', VOLUME],
    ['name:/c', { ...VOLUME, name: 'name' }],
    ['na.me_1-2:/c:ro', { ...VOLUME, name: 'na.me_1-2', readonly: true }],
    ['name:/c:nocopy', { ...VOLUME, name: 'name', noCopy: true }],
  ])('%s', (text, option) => {
    expect(parseVolume(text)).toEqual(option);
  });

  test.each([
    ['', 'invalid spec: : empty section between colons'],
    [':', 'invalid spec: :: empty section between colons'],
    ['/h:', 'invalid spec: /h:: empty section between colons'],
    [':/c', 'invalid spec: :/c: empty section between colons'],
    ['/h::ro', 'invalid spec: /h::ro: empty section between colons'],
    ['/h:/c:ro:x', "invalid volume specification: '/h:/c:ro:x'. Write it as source:target:options"],
    ['/h:c', "invalid mount path: 'c' mount path must be absolute"],
    ['c', "invalid mount path: 'c' mount path must be absolute"],
    ['/h:/', "invalid specification: destination can't be '/'"],
    ['/', "invalid specification: destination can't be '/'"],
    ['/h:/c/..', "invalid specification: destination can't be '/'"],
    ['/h:/c\0', 'invalid mount path: it has a zero byte in it'],
    ['/h:/c:ro,rw', 'invalid mode: ro,rw. Choose one of them'],
    ['/h:/c:shared,slave', 'invalid mode: shared,slave. Choose one of them'],
    ['/h:/c:loud', /^invalid mode: loud\. It is none of ro, rw, rro, private, /],
    ['/h:/c:nocopy', /^invalid mode: nocopy\. It is none of /],
    ['name:/c:rshared', /^invalid mode: rshared\. It is none of ro, rw, nocopy, /],
    ['x:/c', /^"x" includes invalid characters for a local volume name/],
    ['a/b:/c', /^"a\/b" includes invalid characters for a local volume name, .* use absolute path$/],
  ])('%j is refused', (text, sentence) => {
    expect(mistake(() => parseVolume(text))).toMatch(typeof sentence === 'string' ? exactly(sentence) : sentence);
  });
});

function exactly(text: string): RegExp {
  return new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
}

describe('--mount', () => {
  test.each<[string, MountOption]>([
    ['type=bind,source=/h,target=/c', { ...BIND, createSource: false }],
    ['type=bind,src=/h,dst=/c', { ...BIND, createSource: false }],
    ['TYPE=bind,SRC=/h,destination=/c', { ...BIND, createSource: false }],
    ['type=bind,src=/h,dst=/c,readonly', { ...BIND, createSource: false, readonly: true }],
    ['type=bind,src=/h,dst=/c,ro=1,consistency=cached', { ...BIND, createSource: false, readonly: true }],
    ['type=bind,src=/h,dst=/c,readonly=false', { ...BIND, createSource: false }],
    ['type=bind,src=/h,dst=/c,bind-propagation=rshared', { ...BIND, createSource: false, propagation: 'rshared' }],
    ['type=bind,src=/h,dst=/c,bind-recursive=disabled', { ...BIND, createSource: false, recursive: 'disabled' }],
    [
      'type=bind,src=/h,dst=/c,ro,bind-recursive=writable',
      { ...BIND, createSource: false, readonly: true, recursive: 'writable' },
    ],
    ['type=bind,src=/h,dst=/c,ro,bind-recursive=readonly', { ...BIND, createSource: false, readonly: true }],
    ['type=bind,"src=/h,i",dst=/c', { ...BIND, createSource: false, source: '/h,i' }],
    ['type=bind,"src=/h""i",dst=/c', { ...BIND, createSource: false, source: '/h"i' }],
    ['dst=/c', VOLUME],
    ['type=volume,dst=/c', VOLUME],
    ['src=name,dst=/c,readonly,volume-nocopy', { ...VOLUME, name: 'name', readonly: true, noCopy: true }],
    ['type=tmpfs,dst=/c', { type: 'tmpfs', target: '/c', options: [] }],
    [
      'type=tmpfs,dst=/c,readonly,tmpfs-size=64m,tmpfs-mode=1777',
      { type: 'tmpfs', target: '/c', options: ['ro', 'size=67108864', 'mode=1777'] },
    ],
  ])('%s', (text, option) => {
    expect(parseMount(text)).toEqual(option);
  });

  test.each([
    ['', "invalid field '' must be a key=value pair"],
    ['type=bind', 'target is required: write it as target=/path'],
    ['type=bind,dst=/c', 'invalid mount config for type "bind": field Source must not be empty'],
    ['type=bind,src=,dst=/c', 'invalid mount config for type "bind": field Source must not be empty'],
    ['type=bind,src=/h,dst=c', "invalid mount path: 'c' mount path must be absolute"],
    ['type=nfs,dst=/c', 'mount type unknown: "nfs". It is none of bind, volume, tmpfs'],
    ['type=bind,src=/h,dst=/c,colour=red', "unexpected key 'colour' in 'colour=red'"],
    ['type=bind,src=/h,dst=/c,loud', "invalid field 'loud' must be a key=value pair"],
    ['type=bind,src=/h,dst=/c,readonly=perhaps', 'invalid value for readonly: perhaps'],
    [
      'type=bind,src=/h,dst=/c,bind-propagation=loud',
      'invalid propagation "loud": it is none of private, rprivate, slave, rslave, shared, rshared',
    ],
    [
      'type=bind,src=/h,dst=/c,bind-recursive=loud',
      'invalid value for bind-recursive: loud (must be "enabled", "disabled", "writable", or "readonly")',
    ],
    [
      'type=bind,src=/h,dst=/c,bind-recursive=writable',
      "option 'bind-recursive=writable' requires 'readonly' to be specified in conjunction",
    ],
    ['type=bind,src=/h,dst=/c,volume-nocopy', "cannot mix 'volume-*' options with mount type 'bind'"],
    ['type=tmpfs,src=/h,dst=/c', 'invalid mount config for type "tmpfs": source must not be specified'],
    ['type=tmpfs,dst=/c,tmpfs-mode=rwx', 'invalid value for tmpfs-mode: rwx'],
    ['type=tmpfs,dst=/c,tmpfs-size=lots', "invalid size: 'lots'. Write it as 512m: a number, then b, k, m or g"],
    ['type=bind,"src=/h,dst=/c', 'a quote is not closed, or stands inside a field: "src=/h,dst=/c'],
  ])('%j is refused', (text, sentence) => {
    expect(mistake(() => parseMount(text))).toBe(sentence);
  });
});

describe('--tmpfs', () => {
  test.each<[string, string, string[]]>([
    ['/c', '/c', []],
    ['/c:', '/c', []],
    ['/c/x/..', '/c', []],
    ['/c:ro', '/c', ['ro']],
    ['/c:size=64m,mode=1777,uid=5,gid=5,exec', '/c', ['size=64m', 'mode=1777', 'uid=5', 'gid=5', 'exec']],
    ['/c:size=50%,nr_inodes=1k', '/c', ['size=50%', 'nr_inodes=1k']],
  ])('%s', (text, target, options) => {
    expect(parseTmpfs(text)).toEqual({ type: 'tmpfs', target, options });
  });

  test.each([
    ['c', "invalid mount path: 'c' mount path must be absolute"],
    ['/', "invalid specification: destination can't be '/'"],
    ['/c:size=lots', 'invalid tmpfs option "size=lots": size is a number, perhaps with k, m, g or % behind'],
    ['/c:size=', 'invalid tmpfs option "size=": size is a number, perhaps with k, m, g or % behind'],
    ['/c:mode=999', 'invalid tmpfs option "mode=999": mode is an octal number such as 1777'],
    ['/c:uid=root', 'invalid tmpfs option "uid=root": uid is a number'],
  ])('%j is refused', (text, sentence) => {
    expect(mistake(() => parseTmpfs(text))).toBe(sentence);
  });

  test('words that tmpfs does not have are refused', () => {
    expect(mistake(() => parseTmpfs('/c:ro,colour=red'))).toMatch(
      /^invalid tmpfs option "colour=red": it is none of ro, rw, noexec, /,
    );
    expect(mistake(() => parseTmpfs('/c:loud'))).toMatch(/^invalid tmpfs option "loud": it is none of /);
  });
});
