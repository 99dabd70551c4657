// NAME=value in its several uses: --label, --annotation, --sysctl; and --add-host name:address.

/** 4, 6, or 0 for what is no address. Node's network module is loaded only by who gives one. */
function isIP(address: string): number {
  return process.getBuiltinModule('node:net').isIP(address);
}

/** `name` and `name=value`. @throws Error when there is no name. */
export function parseLabel(text: string): [string, string] {
  const [name, value] = split(text);
  if (name.trim() === '') throw new Error(`invalid label '${text}': empty name`);
  return [name, value ?? ''];
}

/** `kernel.shmmax=65536`. Whether the container may set it is decided when its namespaces are known. */
export function parseSysctl(text: string): [string, string] {
  const [name, value] = split(text);
  if (value === undefined || !/^[A-Za-z0-9_./-]+$/.test(name) || name.includes('..')) {
    throw new Error(`sysctl '${text}' is not allowed. Write it as net.core.somaxconn=1024`);
  }
  return [name, value];
}

/** `name:address` or `name=address`, the address perhaps in brackets. @returns `name:address`. */
export function parseExtraHost(text: string): string {
  const [, name, rest] = /^([^:=\s]+)[:=](\S+)$/.exec(text) ?? [];
  if (name === undefined || rest === undefined) {
    throw new Error(`bad format for add-host: "${text}". Write it as name:address`);
  }
  const address = rest.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) throw new Error(`invalid IP address in add-host: "${rest}"`);
  return `${name}:${address}`;
}

/** The address of a name server. @throws Error when it is none. */
export function parseAddress(text: string): string {
  if (isIP(text) === 0) throw new Error(`IP address is not correctly formatted: ${text}`);
  return text;
}

function split(text: string): [string, string | undefined] {
  const at = text.indexOf('=');
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
