/**
 * Reads the values of one Kubernetes document: plain ones, and ones that a Helm template decides. It must never know
 * what an object is for.
 */
import { isMap, isScalar, isSeq, type Document, type Scalar, type YAMLMap } from 'yaml';
import type { Ranged, TextRange } from '../../text.ts';
import { entriesOf, rangeOf } from '../nodes.ts';
import { maskCharacter, type Action, type Masked } from '../template.ts';
import { YamlReader } from '../yaml.ts';
import type { Reference, Templated } from './facts.ts';
import type { ContentLines } from './lines.ts';

/** The text of a file, and what was masked in it. */
export interface Source {
  readonly text: string;
  readonly template?: { readonly masked: Masked; readonly lines: ContentLines };
}

export class Manifest extends YamlReader {
  readonly source: Source;
  /** Where the object starts. */
  readonly #start: number;

  constructor(document: Document, source: Source) {
    super(document);
    this.source = source;
    this.#start = document.contents?.range?.[0] ?? 0;
  }

  /** The template asks the cluster for its version or for the API versions it has. */
  get asksForVersions(): boolean {
    return this.source.template?.masked.actions.some(({ text }) => /\bCapabilities\b/.test(text)) ?? false;
  }

  /** A value as text; undefined where there is none or it is no scalar. */
  text(node: unknown): Templated<string> | undefined {
    const scalar = this.scalar(node);
    if (!scalar) return undefined;
    if (this.decided(scalar)) return this.#unknown(scalar);
    return { known: true, value: String(scalar.value), range: rangeOf(scalar) };
  }

  /** A whole number; text that is none, such as `${REPLICAS}`, is unknown. */
  number(node: unknown): Templated<number> | undefined {
    const text = this.text(node);
    if (!text?.known) return text && withFallback(text, Number);
    const value = Number(text.value);
    return Number.isInteger(value) && text.value.trim() !== ''
      ? { ...text, value }
      : { known: false, range: text.range };
  }

  /** A port: its number or its name. */
  port(node: unknown): Templated<number | string> | undefined {
    const text = this.text(node);
    if (!text?.known)
      return text && withFallback(text, (value) => (/^\d+$/.test(value) ? Number(value) : value));
    return /^\d+$/.test(text.value) ? { ...text, value: Number(text.value) } : text;
  }

  /** A value that no template decides. */
  plain(node: unknown): string | undefined {
    const text = this.text(node);
    return text?.known ? text.value : undefined;
  }

  ranged(node: unknown): Ranged<string> | undefined {
    const text = this.text(node);
    return text?.known ? { value: text.value, range: text.range } : undefined;
  }

  /** A list of texts; what a template decides is given as it is written. */
  texts(node: unknown): string[] {
    return this.items(node).flatMap((item) => {
      const scalar = this.scalar(item);
      return scalar ? [this.written(scalar)] : [];
    });
  }

  /** Labels or annotations, as written; whole lines that a template puts out are keys without value. */
  record(map: unknown, key: string): { values: Record<string, string>; templated: boolean } {
    const holder = this.map(map);
    const entries: [string, string][] = [];
    let templated = false;
    const value = holder && this.get(holder, key);
    if (!holder) return { values: {}, templated };
    for (const entry of entriesOf(value)) {
      const scalar = this.scalar(entry.value);
      entries.push([this.written(entry.keyNode), scalar ? this.written(scalar) : '']);
      if (this.decided(entry.keyNode) || (scalar && this.decided(scalar))) templated = true;
    }
    for (const { text } of this.outputUnder(holder, key)) {
      entries.push([`{{ ${text.replace(/\s*\|\s*n?indent\s+\d+\s*$/, '')} }}`, '']);
      templated = true;
    }
    if (isScalar(value) && this.decided(value)) templated = true;
    return { values: Object.fromEntries(entries), templated };
  }

  /** The text of a scalar; with its braces where a template decides it. */
  written(scalar: Scalar): string {
    if (!this.#masked(scalar)) return String(scalar.value);
    const { start, end } = rangeOf(scalar);
    return this.source.text.slice(start, end).replace(/^(["'])([^]*)\1$/, '$2');
  }

  /** Whether a template, or the shell before `kubectl apply`, decides the value. */
  decided(scalar: Scalar): boolean {
    return this.#masked(scalar) || (typeof scalar.value === 'string' && /\$\{|<%|\{\{/.test(scalar.value));
  }

  /** Actions that put out lines below a key of a mapping. */
  outputUnder(map: YAMLMap, key: string): readonly Action[] {
    const { template } = this.source;
    const keyNode = template && this.key(map, key);
    if (!template || !keyNode) return [];
    const after = rangeOf(keyNode).end;
    const column = template.lines.column(rangeOf(keyNode).start);
    const end = template.lines.endOfBlock(after, column + 1);
    return actionsBetween(template.masked, after, end).filter(
      (action) =>
        putsOutLines(action) &&
        (template.lines.columnOf(action) > column || template.lines.follows(action, after)),
    );
  }

  /** Whether a condition of the template decides if what stands at an offset is there, once the object is. */
  isConditional(offset: number): boolean {
    const { template } = this.source;
    const actions = template ? actionsBetween(template.masked, this.#start, offset) : [];
    const open = actions.reduce((depth, { text }) => {
      if (/^(?:if|with|range)\b/.test(text)) return depth + 1;
      return /^end\b/.test(text) ? Math.max(0, depth - 1) : depth;
    }, 0);
    return open > 0;
  }

  /** Whether a template may add entries to this mapping: lines put out at the column of its keys. */
  filled(map: YAMLMap): boolean {
    if (map.items.some(({ key }) => isScalar(key) && this.#masked(key))) return true;
    const { template } = this.source;
    if (!template || map.flow) return false;
    const { lines, masked } = template;
    const { start } = rangeOf(map);
    const column = lines.column(start);
    const actions = actionsBetween(masked, start, lines.endOfBlock(start, column)).filter(putsOutLines);
    const before = masked.actions[firstAt(masked.actions, start) - 1];
    const lineBefore = start - column - 1;
    if (
      before &&
      putsOutLines(before) &&
      lines.columnOf(before) === column &&
      lines.follows(before, lineBefore)
    )
      return true;
    return actions.some(
      (action, index) => lines.columnOf(action) === column && lines.addsKeys(action, actions[index - 1]),
    );
  }

  /** Where a value comes from when a template decides the whole of it, be it in place or as lines of its own. */
  reference(map: YAMLMap, key: string): { values?: string } | undefined {
    const value = this.get(map, key);
    if (isScalar(value) && value.value !== null && value.range) {
      if (!this.decided(value)) return undefined;
      const unknown = this.#unknown(value);
      return unknown.known || unknown.values === undefined ? {} : { values: unknown.values };
    }
    const output = this.outputUnder(map, key);
    if (output.length === 0) return undefined;
    const empty = !isMap(value) && !isSeq(value);
    const { values } = output[0]!;
    return empty && output.length === 1 && values !== undefined ? { values } : {};
  }

  #masked(scalar: Scalar): boolean {
    const { template } = this.source;
    if (!template) return false;
    const { start, end } = rangeOf(scalar);
    return template.masked.text.slice(start, end).includes(maskCharacter);
  }

  #unknown(scalar: Scalar): Templated<string> {
    const range = rangeOf(scalar);
    const action = this.#wholeAction(range);
    if (action) return { known: false, range, ...referenceOf(action) };
    const parts = this.#parts(range);
    return { known: false, range, ...(parts && { parts }) };
  }

  /** Text and references in turn; undefined where one of them is more than a plain reference. */
  #parts({ start, end }: TextRange): (string | Reference<string>)[] | undefined {
    const { template, text } = this.source;
    const actions = template ? actionsBetween(template.masked, start, end) : [];
    if (actions.length === 0) return undefined;
    const parts: (string | Reference<string>)[] = [];
    const quoted = /["']/.test(text[start] ?? '') ? 1 : 0;
    let at = start + quoted;
    for (const action of actions) {
      const reference = referenceOf(action);
      if (reference.values === undefined) return undefined;
      if (action.start > at) parts.push(text.slice(at, action.start));
      parts.push(reference);
      at = action.end;
    }
    if (end - quoted > at) parts.push(text.slice(at, end - quoted));
    return parts;
  }

  /** The one action that is all of a value, quotes apart. */
  #wholeAction({ start, end }: TextRange): Action | undefined {
    const { template, text } = this.source;
    const quoted = /["']/.test(text[start] ?? '') ? 1 : 0;
    const first = template && actionsBetween(template.masked, start, end)[0];
    return first?.start === start + quoted && first.end === end - quoted ? first : undefined;
  }
}

function withFallback<T>(
  unknown: Extract<Templated<string>, { known: false }>,
  convert: (text: string) => T,
): Templated<T> {
  const { known, range, values, fallback, fallbackValues } = unknown;
  return {
    known,
    range,
    ...(values !== undefined && { values }),
    ...(fallback !== undefined && { fallback: convert(fallback) }),
    ...(fallbackValues !== undefined && { fallbackValues }),
  };
}

function referenceOf({ values, fallback, fallbackValues }: Action): Reference<string> {
  return {
    ...(values !== undefined && { values }),
    ...(fallback !== undefined && { fallback: String(fallback) }),
    ...(fallbackValues !== undefined && { fallbackValues }),
  };
}

function putsOutLines(action: Action): boolean {
  return action.alone && !action.control;
}

function actionsBetween({ actions }: Masked, start: number, end: number): readonly Action[] {
  return actions.slice(firstAt(actions, start), firstAt(actions, end));
}

/** Index of the first action that starts at the offset or after it. */
function firstAt(actions: readonly Action[], offset: number): number {
  let low = 0;
  let high = actions.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (actions[middle]!.start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
