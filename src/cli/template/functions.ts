// The functions of a Go template: those that Go itself has, and those of Docker's (json, join, split, upper …).

import { printf } from './printf.ts';
import { isTrue, show, toJson, type Value } from './values.ts';

export type TemplateFunction = (...args: Value[]) => Value;

export const FUNCTIONS: Record<string, TemplateFunction> = {
  json: (value) => toJson(value),
  join: (list, separator) =>
    listOf(list, 'join')
      .map((each) => show(each, true))
      .join(text(separator, 'join')),
  split: (value, separator) => text(value, 'split').split(text(separator, 'split')),
  upper: (value) => text(value, 'upper').toUpperCase(),
  lower: (value) => text(value, 'lower').toLowerCase(),
  title: (value) => text(value, 'title').replaceAll(/(^|[^\p{L}\p{N}_'])(\p{L})/gu, (all) => all.toUpperCase()),
  pad: (value, before, after) => (value === '' ? '' : ' '.repeat(Number(before)) + value + ' '.repeat(Number(after))),
  truncate: (value, length) => text(value, 'truncate').slice(0, Number(length)),
  println: (...values) => `${values.map((value) => show(value, true)).join(' ')}\n`,
  print: (...values) => print(values),
  printf: (format, ...values) => printf(text(format, 'printf'), ...values),
  len: (value) => lengthOf(value),
  index: (value, ...keys) => keys.reduce(elementOf, value),
  slice: (value, from = 0, to = undefined) => slice(value, Number(from), to === undefined ? undefined : Number(to)),
  not: (value) => !isTrue(value),
  eq: (value, ...others) => others.some((other) => isEqual(value, other, 'eq')),
  ne: (value, other) => !isEqual(value, other, 'ne'),
  lt: (a, b) => compare(a, b, 'lt') < 0,
  le: (a, b) => compare(a, b, 'le') <= 0,
  gt: (a, b) => compare(a, b, 'gt') > 0,
  ge: (a, b) => compare(a, b, 'ge') >= 0,
  html: (...values) => print(values).replaceAll(/[&<>"']/g, (character) => HTML[character] as string),
  urlquery: (...values) => encodeURIComponent(print(values)),
};

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&#34;', "'": '&#39;' };

function text(value: Value, name: string): string {
  if (typeof value === 'string') return value;
  throw new Error(`error calling ${name}: ${show(value)} is no text`);
}

function listOf(value: Value, name: string): Value[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new Error(`error calling ${name}: ${show(value)} is no list`);
}

/** A space stands between two values of which neither is a text. */
function print(values: readonly Value[]): string {
  return values.reduce((all: string, value, at) => {
    const isSpaced = at > 0 && typeof value !== 'string' && typeof values[at - 1] !== 'string';
    return all + (isSpaced ? ' ' : '') + show(value, true);
  }, '');
}

function lengthOf(value: Value): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (Array.isArray(value)) return value.length;
  if (value instanceof Map) return value.size;
  if (value === undefined || value === null) throw new Error('error calling len: len of nil pointer');
  throw new Error(`error calling len: len of type ${typeof value}`);
}

/** What a key that is not there gives is nothing: of a map of texts, an empty one. */
function elementOf(value: Value, key: Value): Value {
  if (value instanceof Map) return value.get(key) ?? (hasTextsAlone(value) ? '' : undefined);
  if (value === undefined || value === null) throw new Error('error calling index: index of untyped nil');
  if (!Array.isArray(value) && typeof value !== 'string') {
    throw new Error(`error calling index: can't index item of type ${typeof value}`);
  }
  const at = Number(key);
  if (!Number.isInteger(at)) throw new Error(`error calling index: cannot index a list with ${show(key)}`);
  if (at < 0 || at >= value.length) throw new Error(`error calling index: index out of range: ${at}`);
  return typeof value === 'string' ? value.charCodeAt(at) : value[at];
}

function hasTextsAlone(map: Map<unknown, unknown>): boolean {
  return [...map.values()].every((each) => typeof each === 'string');
}

function slice(value: Value, from: number, to: number | undefined): Value {
  if (typeof value === 'string' || Array.isArray(value)) return value.slice(from, to);
  throw new Error(`error calling slice: can't slice item of type ${typeof value}`);
}

function isEqual(a: Value, b: Value, name: string): boolean {
  if (a === null || a === undefined || b === null || b === undefined) return (a ?? null) === (b ?? null);
  comparable(a, b, name);
  return a === b;
}

function compare(a: Value, b: Value, name: string): number {
  comparable(a, b, name);
  return (a as number) < (b as number) ? -1 : Number((a as number) > (b as number));
}

function comparable(a: Value, b: Value, name: string): void {
  if (typeof a === 'object' || typeof b === 'object') throw new Error(`error calling ${name}: non-comparable type`);
  if (typeof a !== typeof b) throw new Error(`error calling ${name}: incompatible types for comparison`);
}
