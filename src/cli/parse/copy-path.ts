// One side of `cp`: CONTAINER:PATH, or a path of the host. One of the host's with a : in it begins with / or with a dot.

export function parseCopyPath(text: string): { container: string; path: string } {
  const colon = text.indexOf(':');
  if (text.startsWith('/') || text.startsWith('.') || colon < 0) return { container: '', path: text };
  return { container: text.slice(0, colon), path: text.slice(colon + 1) };
}
