import { describe, expect, it } from 'vitest';
import { hostnameFile, hostsFile, hostsLine, parseResolvConf, resolvConf } from '../../src/unionfs/hosts.ts';

const NOTHING = { dns: [], dnsSearch: [], dnsOptions: [] };

describe('/etc/hosts', () => {
  it('knows localhost, the extra hosts, and the container itself', () => {
    expect(hostsFile('box', ['db:10.0.0.7'])).toBe(
      [
        '127.0.0.1\tlocalhost',
        '::1\tlocalhost ip6-localhost ip6-loopback',
        'fe00::0\tip6-localnet',
        'ff00::0\tip6-mcastprefix',
        'ff02::1\tip6-allnodes',
        'ff02::2\tip6-allrouters',
        '10.0.0.7\tdb',
        '127.0.0.1\tbox',
        '',
      ].join('\n'),
    );
  });

  it('gives the container the address it has in its network', () => {
    expect(hostsFile('box', [], '172.20.0.2')).toContain('\n172.20.0.2\tbox\n');
  });

  it('knows a full name by its first part too', () => {
    expect(hostsFile('web.example.com', [])).toContain('\tweb.example.com web\n');
  });

  it.each([
    ['db:10.0.0.7', '10.0.0.7\tdb'],
    ['db=10.0.0.7', '10.0.0.7\tdb'],
    ['v6:2001:db8::1', '2001:db8::1\tv6'],
    ['v6:[2001:db8::1]', '2001:db8::1\tv6'],
    ['loop:::1', '::1\tloop'],
  ])('%s becomes a line', (option, line) => {
    expect(hostsLine(option)).toBe(line);
  });

  it.each(['', 'db', 'db:', ':10.0.0.7', 'd b:10.0.0.7', 'db:10.0.0.7\n1.2.3.4 evil'])('%j is refused', (option) => {
    expect(() => hostsLine(option)).toThrow('name:address');
  });
});

describe('/etc/hostname', () => {
  it('is one line', () => {
    expect(hostnameFile('box')).toBe('box\n');
  });
});

describe('/etc/resolv.conf', () => {
  const host = [
    '# made by a tool',
    'nameserver 127.0.0.53',
    'nameserver\t9.9.9.9 # behind it',
    'nameserver ::1',
    'search example.com lan',
    'options edns0 trust-ad',
    'options ndots:2',
    '; nameserver 8.8.4.4',
  ].join('\n');

  it('is the host’s, without the name servers that listen on its loopback', () => {
    expect(resolvConf(host, NOTHING)).toBe(
      'nameserver 9.9.9.9\nsearch example.com lan\noptions edns0 trust-ad ndots:2\n',
    );
  });

  it('keeps them where the container shares the host’s network', () => {
    expect(resolvConf(host, NOTHING, true)).toContain('nameserver 127.0.0.53\nnameserver 9.9.9.9\nnameserver ::1\n');
  });

  it('names no server where the host has none but its own', () => {
    expect(resolvConf('nameserver 127.0.0.1\n', NOTHING)).toBe('');
    expect(resolvConf('', NOTHING)).toBe('');
  });

  it.each(['127.0.0.1', '127.1.2.3', '::1', '0:0:0:0:0:0:0:1', '::0001', '::1%lo'])('%s is a loopback', (address) => {
    expect(resolvConf(`nameserver ${address}\n`, NOTHING)).toBe('');
  });

  it.each(['128.0.0.1', '10.127.0.1', 'fe80::1%eth0', '2001:db8::1', '::ffff:1.2.3.4', '::11'])(
    '%s is none',
    (address) => {
      expect(resolvConf(`nameserver ${address}\n`, NOTHING)).toBe(`nameserver ${address}\n`);
    },
  );

  it('each option stands in place of the host’s, and leaves the others', () => {
    const { dns, dnsSearch, dnsOptions } = {
      dns: ['1.1.1.1', '127.0.0.1'],
      dnsSearch: ['corp'],
      dnsOptions: ['rotate'],
    };
    expect(resolvConf(host, { ...NOTHING, dns })).toMatch(/^nameserver 1.1.1.1\nnameserver 127.0.0.1\nsearch example/);
    expect(resolvConf(host, { ...NOTHING, dnsSearch })).toContain('nameserver 9.9.9.9\nsearch corp\noptions edns0');
    expect(resolvConf(host, { ...NOTHING, dnsOptions })).toContain('search example.com lan\noptions rotate\n');
  });

  it('a single dot as the search domain means none', () => {
    expect(resolvConf(host, { ...NOTHING, dnsSearch: ['.'] })).not.toContain('search');
  });

  it('a comment reaches from # or ; to the end of its line, but not from inside a word', () => {
    expect(parseResolvConf('search a;b ; home\noptions x#y #z\n;nameserver 1.1.1.1\n')).toEqual({
      nameservers: [],
      search: ['a;b'],
      options: ['x#y'],
    });
  });

  it('the last of search and domain wins', () => {
    expect(parseResolvConf('domain old\nsearch a b\n').search).toEqual(['a', 'b']);
    expect(parseResolvConf('search a b\ndomain last\n').search).toEqual(['last']);
  });
});
