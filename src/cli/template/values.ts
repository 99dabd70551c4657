// What a Go template has to do with, in JavaScript's terms:
//
//     a struct   an object: it has its fields and no others         a map     a Map: any key may be asked for
//     a method   a function, which takes the words behind it        nil       undefined or null

export type Value = unknown;

/** What Go takes for true. A struct always is. */
export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Map) return value.size > 0;
  return Boolean(value);
}

/** How Go prints a value (%v). */
export function show(value: Value, isWithin = false): string {
  if (value === undefined || value === null) return isWithin ? '<nil>' : '<no value>';
  if (Array.isArray(value)) return `[${value.map((each) => show(each, true)).join(' ')}]`;
  if (value instanceof Map) {
    const entries = [...value].sort(byKey).map(([key, each]) => `${key}:${show(each, true)}`);
    return `map[${entries.join(' ')}]`;
  }
  if (typeof value === 'object') {
    return `{${Object.values(value)
      .map((each) => show(each, true))
      .join(' ')}}`;
  }
  return String(value);
}

/** As Go's encoder writes it: the keys of a map in their order. */
export function toJson(value: Value): string {
  return JSON.stringify(plain(value)) ?? 'null';
}

/** The value with objects in place of maps. */
export function plain(value: Value): Value {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return Object.fromEntries([...value].sort(byKey).map(([key, each]) => [key, plain(each)]));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).filter(([, each]) => typeof each !== 'function');
  return Object.fromEntries(fields.map(([name, each]) => [name, plain(each)]));
}

function byKey([a]: [unknown, unknown], [b]: [unknown, unknown]): number {
  return String(a) < String(b) ? -1 : 1;
}
