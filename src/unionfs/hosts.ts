// What stands in a container's /etc/hosts, /etc/hostname and /etc/resolv.conf: texts only, made from options.
//
// The engine writes them to the container's folder and binds them over the mount points of the init layer
// (init-layer.ts). So a program can change them, and yet no diff and no commit ever holds them.
//
// Sources: man 5 hosts, man 5 hostname, man 5 resolv.conf; the lines are those of Docker.

/** The names that stand in every container, as the hosts of most systems have them. */
const COMMON_HOSTS = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'ff00::0\tip6-mcastprefix',
  'ff02::1\tip6-allnodes',
  'ff02::2\tip6-allrouters',
];

/**
 * /etc/hosts.
 * @param extraHosts `name:address`, the address of IPv6 with or without brackets.
 * @param address the container's own; without a network a name can still be reached by the loopback.
 */
export function hostsFile(hostname: string, extraHosts: readonly string[], address = '127.0.0.1'): string {
  const lines = [...COMMON_HOSTS, ...extraHosts.map(hostsLine)];
  if (hostname !== '') lines.push(`${address}\t${namesOf(hostname)}`);
  return `${lines.join('\n')}\n`;
}

/**
 * One line of /etc/hosts from `name:address` (or `name=address`): `db:10.0.0.7` is `10.0.0.7<tab>db`.
 * @throws Error when it is not of this form.
 */
export function hostsLine(extraHost: string): string {
  const parts = /^([^:=\s]+)[:=]\[?([^\]\s]+)\]?$/.exec(extraHost);
  if (!parts) throw new Error(`bad format for add-host: ${extraHost}: it has to be name:address`);
  const [, name, address] = parts;
  return `${address}\t${name}`;
}

/** A full name is known by its first part as well: `web.example.com web`. */
function namesOf(hostname: string): string {
  const [short] = hostname.split('.');
  return short === hostname ? hostname : `${hostname} ${short}`;
}

/** /etc/hostname. */
export function hostnameFile(hostname: string): string {
  return `${hostname}\n`;
}

/** The part of the network options that is about names. Each list that is not empty stands in place of the host's. */
export interface DnsOptions {
  dns: readonly string[];
  /** A single `.` means: search nowhere. */
  dnsSearch: readonly string[];
  dnsOptions: readonly string[];
}

/**
 * /etc/resolv.conf, from the host's and the options. A name server of the host's that listens on the loopback cannot be
 * reached from another network namespace and is left out; if none remains there is none.
 * @param sharesNetwork the container is in the host's own network namespace, where the loopback is the host's.
 */
export function resolvConf(
  hostText: string,
  { dns, dnsSearch, dnsOptions }: DnsOptions,
  sharesNetwork = false,
): string {
  const host = parseResolvConf(hostText);
  const reachable = host.nameservers.filter((address) => sharesNetwork || !isLoopback(address));
  const search = dnsSearch.length > 0 ? dnsSearch.filter((domain) => domain !== '.') : host.search;
  const nameservers = dns.length > 0 ? dns : reachable;
  const options = dnsOptions.length > 0 ? dnsOptions : host.options;
  const lines = nameservers.map((address) => `nameserver ${address}`);
  if (search.length > 0) lines.push(`search ${search.join(' ')}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return lines.map((line) => `${line}\n`).join('');
}

interface ResolvConf {
  nameservers: string[];
  search: string[];
  options: string[];
}

/** Words by lines; `domain` is an old way to say `search`, and the last of the two wins. Comments begin with # or ;. */
export function parseResolvConf(text: string): ResolvConf {
  const result: ResolvConf = { nameservers: [], search: [], options: [] };
  for (const line of text.split('\n')) {
    const [keyword = '', ...values] = line
      .replace(/(^|\s)[#;].*/, '')
      .trim()
      .split(/\s+/);
    if (keyword === 'nameserver') result.nameservers.push(...values.slice(0, 1));
    else if (keyword === 'search' || keyword === 'domain') result.search = values;
    else if (keyword === 'options') result.options.push(...values);
  }
  return result;
}

/** 127.0.0.0/8 and ::1, the latter perhaps written out or with a zone. */
function isLoopback(address: string): boolean {
  return /^127\./.test(address) || /^[0:]*:0*1(%.*)?$/.test(address);
}
