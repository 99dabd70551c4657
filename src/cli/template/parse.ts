// A Go template as a tree: texts, outputs, and the blocks if, range and with, each of which ends with {{end}}.

import { lex, type Piece, type Token } from './lex.ts';

export type Node =
  | { kind: 'text'; text: string }
  | { kind: 'output'; pipeline: Pipeline }
  | Block
  | { kind: 'flow'; flow: 'break' | 'continue' };

export interface Block {
  kind: 'if' | 'with' | 'range';
  pipeline: Pipeline;
  body: Node[];
  otherwise: Node[];
}

/** Commands with | between: the value of one is the last argument of the next. */
export interface Pipeline {
  /** `$x := …`, or `$index, $element := …` of a range. */
  variables: string[];
  /** `$x = …`: the variable is there already. */
  isAssignment: boolean;
  commands: Operand[][];
  source: string;
}

/** A word of a command, with the fields that follow it: `$x.Name`, `(index . 0).Name`. */
export interface Operand {
  root:
    | { kind: 'dot' }
    | { kind: 'value'; value: string | number | boolean | null }
    | { kind: 'variable'; name: string }
    | { kind: 'function'; name: string }
    | { kind: 'pipeline'; pipeline: Pipeline };
  fields: string[];
}

/** @throws Error naming what is wrong. */
export function parse(template: string): Node[] {
  const reader = new Reader(lex(template));
  const nodes = reader.nodes();
  if (reader.word !== '') throw new Error(`unexpected {{${reader.word}}}`);
  return nodes;
}

const ENDS = new Set(['end', 'else']);

class Reader {
  readonly #pieces: Piece[];
  #at = 0;

  constructor(pieces: Piece[]) {
    this.#pieces = pieces;
  }

  /** The first word of the action that is next, if that ends a block. */
  get word(): string {
    const piece = this.#pieces[this.#at];
    const [first] = piece && 'action' in piece ? piece.action : [];
    return first?.kind === 'name' && ENDS.has(first.text) ? first.text : '';
  }

  /** All up to the end of the block, or of the template. */
  nodes(): Node[] {
    const nodes: Node[] = [];
    for (let piece = this.#pieces[this.#at]; piece !== undefined && this.word === ''; piece = this.#pieces[this.#at]) {
      this.#at++;
      nodes.push('text' in piece ? { kind: 'text', text: piece.text } : this.#action(piece.action, piece.source));
    }
    return nodes;
  }

  #action(tokens: Token[], source: string): Node {
    const [first, ...rest] = tokens;
    if (first === undefined) throw new Error('missing value for command');
    const word = first.kind === 'name' ? first.text : '';
    if (word === 'if' || word === 'with' || word === 'range') return this.#block(word, rest, source);
    if (word === 'break' || word === 'continue') return { kind: 'flow', flow: word };
    if (word === 'define' || word === 'template' || word === 'block') throw new Error(`{{${word}}} is not there`);
    return { kind: 'output', pipeline: pipelineOf(tokens, source) };
  }

  #block(kind: 'if' | 'with' | 'range', tokens: Token[], source: string): Node {
    const pipeline = pipelineOf(tokens, source);
    const body = this.nodes();
    const otherwise = this.#otherwise(kind, source);
    return { kind, pipeline, body, otherwise };
  }

  /** `{{else}} … {{end}}`, `{{else if …}} … {{end}}`, or `{{end}}` alone. */
  #otherwise(kind: string, source: string): Node[] {
    const piece = this.#pieces[this.#at++];
    if (piece === undefined || !('action' in piece)) throw new Error(`{{${source}}} has no {{end}}`);
    const [first, second, ...rest] = piece.action;
    if (first?.text === 'end') return [];
    if (second?.text === 'if' || (second?.text === 'with' && kind === 'with')) {
      return [this.#block(second.text, rest, piece.source)];
    }
    const nodes = this.nodes();
    if (this.word !== 'end') throw new Error(`{{${source}}} has no {{end}}`);
    this.#at++;
    return nodes;
  }
}

function pipelineOf(tokens: readonly Token[], source: string): Pipeline {
  const words = new Words([...tokens], source);
  const pipeline = words.pipeline();
  if (words.next !== undefined) throw new Error(`unexpected "${words.next.text}" in {{${source}}}`);
  return pipeline;
}

class Words {
  readonly #tokens: Token[];
  readonly #source: string;

  constructor(tokens: Token[], source: string) {
    this.#tokens = tokens;
    this.#source = source;
  }

  get next(): Token | undefined {
    return this.#tokens[0];
  }

  pipeline(): Pipeline {
    const { variables, isAssignment } = this.#declaration();
    const commands = [this.#command()];
    while (this.#takeSign('|')) commands.push(this.#command());
    return { variables, isAssignment, commands, source: this.#source };
  }

  #declaration(): { variables: string[]; isAssignment: boolean } {
    const sign = this.#tokens.findIndex(({ kind, text }) => kind === 'sign' && (text === ':=' || text === '='));
    const before = this.#tokens.slice(0, Math.max(0, sign)).filter(({ text }) => text !== ',');
    if (sign < 0 || before.some(({ kind }) => kind !== 'variable')) return { variables: [], isAssignment: false };
    const isAssignment = this.#tokens[sign]?.text === '=';
    this.#tokens.splice(0, sign + 1);
    return { variables: before.map(({ text }) => text), isAssignment };
  }

  #command(): Operand[] {
    const operands: Operand[] = [];
    for (let token = this.next; token && !this.#isSign('|') && !this.#isSign(')'); token = this.next) {
      operands.push(this.#operand(token));
    }
    if (operands.length === 0) throw new Error(`missing value for command in {{${this.#source}}}`);
    return operands;
  }

  #operand(first: Token): Operand {
    this.#tokens.shift();
    const fields = first.kind === 'field' ? [first.text.slice(1)] : [];
    const root = this.#root(first);
    for (let token = this.next; token?.kind === 'field' && token.isJoined; token = this.next) {
      fields.push(token.text.slice(1));
      this.#tokens.shift();
    }
    return { root, fields };
  }

  #root(token: Token): Operand['root'] {
    if (token.kind === 'value') return { kind: 'value', value: token.value };
    if (token.kind === 'field' || token.text === '.') return { kind: 'dot' };
    if (token.kind === 'variable') return { kind: 'variable', name: token.text };
    if (token.kind === 'name') return CONSTANTS.get(token.text) ?? { kind: 'function', name: token.text };
    if (token.text !== '(') throw new Error(`unexpected "${token.text}" in {{${this.#source}}}`);
    const pipeline = this.pipeline();
    if (!this.#takeSign(')')) throw new Error(`unclosed left paren in {{${this.#source}}}`);
    return { kind: 'pipeline', pipeline };
  }

  #isSign(text: string): boolean {
    return this.next?.kind === 'sign' && this.next.text === text;
  }

  #takeSign(text: string): boolean {
    const isIt = this.#isSign(text);
    if (isIt) this.#tokens.shift();
    return isIt;
  }
}

const CONSTANTS = new Map<string, Operand['root']>([
  ['true', { kind: 'value', value: true }],
  ['false', { kind: 'value', value: false }],
  ['nil', { kind: 'value', value: null }],
]);
