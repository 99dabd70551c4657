// What a schema found wrong in a document, as lines for its author: the place, what stands there, and what may.
//
//     linux.namespaces[0].type: "foo" is none of mount, uts, ipc …

/** A finding of the schema library: the part of its issues that is needed here (https://zod.dev/error-customization). */
export interface Issue {
  code?: string;
  path: readonly PropertyKey[];
  message: string;
  expected?: unknown;
  values?: readonly unknown[];
  keys?: readonly string[];
  minimum?: unknown;
  maximum?: unknown;
}

/** @param document what was examined. */
export function describeIssue(issue: Issue, document: unknown): string {
  const value = valueAt(document, issue.path);
  return `${placeOf(issue.path)}: ${value === undefined && issue.code === 'invalid_type' ? 'it is missing' : what(issue, show(value))}`;
}

function what({ code, expected, values, keys = [], minimum, maximum, message }: Issue, shown: string): string {
  if (code === 'invalid_type') return `${shown} is not ${article(String(expected))}`;
  if (code === 'invalid_value' && values) return `${shown} is none of ${values.join(', ')}`;
  if (code === 'unrecognized_keys') return `there is no ${keys.join(', ')}`;
  if (code === 'too_small') return `${shown} is too little: ${minimum} at least`;
  if (code === 'too_big') return `${shown} is too much: ${maximum} at most`;
  return `${shown} ${message}`;
}

function article(kind: string): string {
  return kind === 'int' ? 'a whole number' : /^[aeiou]/.test(kind) ? `an ${kind}` : `a ${kind}`;
}

/** `['linux', 'mounts', 2, 'type']` as `linux.mounts[2].type`. */
function placeOf(path: readonly PropertyKey[]): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || 'the document';
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], document);
}

const LONGEST = 60;

/** The value as JSON, cut where it gets long. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}
