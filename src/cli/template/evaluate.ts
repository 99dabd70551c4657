// Carries out a Go template upon a value.

import { FUNCTIONS } from './functions.ts';
import { type Block, type Node, type Operand, type Pipeline, parse } from './parse.ts';
import { isTrue, show, type Value } from './values.ts';

/** A template that can be carried out upon many values. */
export type Template = (value: Value) => string;

/** @throws Error for what is no template. The template itself throws for a field or a function that is not there. */
export function compile(source: string): Template {
  const nodes = attempt(() => parse(source));
  return (value) => attempt(() => new Run(value).all(nodes, value).text);
}

function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error.constructor !== Error) throw error; // a mistake of ours
    throw new Error(`template parsing error: ${(error as Error).message}`);
  }
}

type Flow = 'on' | 'break' | 'continue';

interface Outcome {
  text: string;
  flow: Flow;
}

class Run {
  /** The innermost scope is the last. */
  readonly #scopes: Map<string, Value>[];

  constructor(value: Value) {
    this.#scopes = [new Map([['$', value]])];
  }

  all(nodes: readonly Node[], dot: Value): Outcome {
    let text = '';
    for (const node of nodes) {
      const outcome = this.#node(node, dot);
      text += outcome.text;
      if (outcome.flow !== 'on') return { text, flow: outcome.flow };
    }
    return { text, flow: 'on' };
  }

  #node(node: Node, dot: Value): Outcome {
    if (node.kind === 'text') return { text: node.text, flow: 'on' };
    if (node.kind === 'flow') return { text: '', flow: node.flow };
    if (node.kind === 'output') {
      const value = this.#pipeline(node.pipeline, dot);
      return { text: node.pipeline.variables.length > 0 ? '' : show(value), flow: 'on' };
    }
    return this.#inScope(() => {
      if (node.kind === 'range') return this.#range(node, dot);
      const value = this.#pipeline(node.pipeline, dot);
      if (!isTrue(value)) return this.all(node.otherwise, dot);
      return this.all(node.body, node.kind === 'with' ? value : dot);
    });
  }

  #range({ pipeline, body, otherwise }: Block, dot: Value): Outcome {
    const { variables } = pipeline;
    const entries = entriesOf(this.#pipeline({ ...pipeline, variables: [] }, dot));
    if (entries.length === 0) return this.all(otherwise, dot);
    let text = '';
    for (const [key, element] of entries) {
      const [first, second] = variables;
      if (first !== undefined) this.#declare(first, second === undefined ? element : key);
      if (second !== undefined) this.#declare(second, element);
      const outcome = this.#inScope(() => this.all(body, element));
      text += outcome.text;
      if (outcome.flow === 'break') break;
    }
    return { text, flow: 'on' };
  }

  #inScope(work: () => Outcome): Outcome {
    this.#scopes.push(new Map());
    try {
      return work();
    } finally {
      this.#scopes.pop();
    }
  }

  #pipeline({ variables, isAssignment, commands }: Pipeline, dot: Value): Value {
    let value: Value;
    for (const [at, command] of commands.entries()) value = this.#command(command, at === 0 ? [] : [value], dot);
    for (const name of variables) {
      if (isAssignment) this.#scopeOf(name).set(name, value);
      else this.#declare(name, value);
    }
    return value;
  }

  /** @param last the value of the command before, which comes behind the other arguments. */
  #command([first, ...rest]: readonly Operand[], last: Value[], dot: Value): Value {
    const { root, fields } = first as Operand;
    if (root.kind === 'function' && (root.name === 'and' || root.name === 'or')) {
      return this.#andOr(root.name, rest, last, dot);
    }
    const args = () => [...rest.map((operand) => this.#operand(operand, dot)), ...last];
    if (root.kind === 'function') return fields.reduce(fieldOf, call(root.name, args()));
    return this.#operand(first as Operand, dot, args);
  }

  /** No more of them is looked at than it takes. */
  #andOr(name: 'and' | 'or', operands: readonly Operand[], last: Value[], dot: Value): Value {
    let value: Value;
    const steps = [...operands.map((operand) => () => this.#operand(operand, dot)), ...last.map((each) => () => each)];
    for (const step of steps) {
      value = step();
      if (isTrue(value) === (name === 'or')) return value;
    }
    return value;
  }

  #operand({ root, fields }: Operand, dot: Value, args: () => Value[] = () => []): Value {
    const value = fields.reduce(fieldOf, this.#root(root, dot));
    if (typeof value === 'function') return value(...args());
    const given = args();
    if (given.length > 0) throw new Error(`can't give argument to non-function ${fields.at(-1) ?? show(value)}`);
    return value;
  }

  #root(root: Operand['root'], dot: Value): Value {
    if (root.kind === 'dot') return dot;
    if (root.kind === 'value') return root.value;
    if (root.kind === 'variable') return this.#scopeOf(root.name).get(root.name);
    if (root.kind === 'function') return call(root.name, []);
    return this.#pipeline(root.pipeline, dot);
  }

  #declare(name: string, value: Value): void {
    this.#scopes.at(-1)?.set(name, value);
  }

  #scopeOf(name: string): Map<string, Value> {
    const scope = this.#scopes.findLast((each) => each.has(name));
    if (scope === undefined) throw new Error(`undefined variable "${name}"`);
    return scope;
  }
}

function call(name: string, args: Value[]): Value {
  const known = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (known) return known(...args);
  const names = [...Object.keys(FUNCTIONS), 'and', 'or'].sort().join(', ');
  throw new Error(`function "${name}" not defined. There are ${names}`);
}

/** @throws Error naming a field that is not there, and those that are. */
function fieldOf(value: Value, name: string): Value {
  if (value instanceof Map) return value.get(name);
  if (value === undefined || value === null) throw new Error(`nil pointer evaluating .${name}`);
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw new Error(`can't evaluate field ${name} in ${show(value)}, which has no fields`);
  }
  if (Object.hasOwn(value, name)) return (value as Record<string, Value>)[name];
  throw new Error(
    `can't evaluate field ${name}: there is none of that name. There are ${Object.keys(value).join(', ')}`,
  );
}

/** What a range goes through, with the keys. A map's are in their order. */
function entriesOf(value: Value): [Value, Value][] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return [...value.entries()];
  if (value instanceof Map) return [...value].sort(([a], [b]) => (String(a) < String(b) ? -1 : 1));
  if (typeof value === 'number') return Array.from({ length: value }, (_, index) => [index, index]);
  throw new Error(`range can't iterate over ${show(value)}`);
}
