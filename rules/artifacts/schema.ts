/**
 * Checks a YAML or JSON node against the part of JSON Schema (draft 7) that the schemas shipped here use, and says what
 * is wrong at the exact place. The schemas themselves serve completion in editors; a test holds both to Ajv's verdict.
 */
import { isAlias, isMap, isNode, isScalar, isSeq } from 'yaml';
import { nearest } from '../nearest.ts';
import type { TextRange } from '../text.ts';
import { maxProblems, type Problem } from './artifact.ts';
import { entriesOf, rangeOf } from './nodes.ts';

export interface Schema {
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly minLength?: number;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
  readonly definitions?: Readonly<Record<string, Schema>>;
}

const maxDepth = 50;

/**
 * @param node the value's node; aliases and absent nodes count as right
 * @param at where to report what is missing in a value that has no text of its own
 */
export function checkSchema(node: unknown, schema: Schema, at: TextRange = { start: 0, end: 0 }): Problem[] {
  const problems: Problem[] = [];
  check(node, schema, '', at, { root: schema, problems, depth: 0 });
  return problems;
}

/**
 * The shapes that a value may have.
 * @param path keys that lead to it, `[]` for an item of a list
 */
export function schemasAt(root: Schema, path: readonly string[]): Schema[] {
  let shapes = shapesOf(root, root);
  for (const key of path) {
    shapes = shapes.flatMap(({ properties, additionalProperties, items }) => {
      if (key === '[]') return items ? shapesOf(items, root) : [];
      const known = properties && Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
      return typeof known === 'object' ? shapesOf(known, root) : [];
    });
  }
  return shapes;
}

function shapesOf(written: Schema, root: Schema): Schema[] {
  const schema = resolve(written, root);
  return schema.oneOf ? schema.oneOf.flatMap((one) => shapesOf(one, root)) : [schema];
}

interface Run {
  readonly root: Schema;
  readonly problems: Problem[];
  readonly depth: number;
}

function add({ problems }: Run, message: string, range: TextRange): void {
  if (problems.length < maxProblems) problems.push({ message, range });
}

function check(node: unknown, written: Schema, name: string, at: TextRange, run: Run): void {
  if (run.problems.length >= maxProblems || run.depth > maxDepth || isAlias(node)) return;
  const schema = resolve(written, run.root);
  const range = isNode(node) && node.range && node.range[1] > node.range[0] ? rangeOf(node) : at;
  const say = (message: string, where = range): void => add(run, message, where);
  const subject = name === '' ? 'This' : `"${name}"`;
  if (schema.oneOf) return checkAlternatives(node, schema.oneOf, name, at, run);
  const type = typeOfNode(node);
  const types = schema.type === undefined ? undefined : [schema.type].flat();
  if (types && !types.includes(type)) return say(`${subject} must be ${types.map(describe).join(' or ')}.`);
  if (isMap(node)) checkMap(node, schema, subject, range, run);
  else if (isSeq(node)) {
    if (node.items.length < (schema.minItems ?? 0)) say(`${subject} must not be empty.`);
    const { items } = schema;
    if (items)
      for (const item of node.items) check(item, items, name, range, { ...run, depth: run.depth + 1 });
  } else if (isScalar(node)) checkScalar(node.value, schema, subject, say);
}

function checkMap(map: unknown, schema: Schema, subject: string, range: TextRange, run: Run): void {
  const entries = entriesOf(map);
  const present = new Set(entries.map(({ key }) => key));
  for (const key of schema.required ?? []) {
    if (!present.has(key)) add(run, `"${key}" is missing here.`, firstOf(entries, range));
  }
  for (const { key, keyNode, value } of entries) {
    if (run.problems.length >= maxProblems) return;
    const known =
      schema.properties && Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    const other = schema.additionalProperties;
    const rule = known ?? (typeof other === 'object' ? other : undefined);
    const at = rangeOf(keyNode);
    if (rule) check(value, rule, key, at, { ...run, depth: run.depth + 1 });
    else if (other === false) {
      const names = Object.keys(schema.properties ?? {}).filter((each) => each !== '$schema');
      const near = nearest(key, names);
      const hint = near === undefined ? `it may have ${names.join(', ')}.` : `did you mean "${near}"?`;
      add(run, `${subject} has no "${key}"; ${hint}`, at);
    }
  }
}

/** Of several shapes, the one whose type fits is meant. */
function checkAlternatives(
  node: unknown,
  shapes: readonly Schema[],
  name: string,
  at: TextRange,
  run: Run,
): void {
  const type = typeOfNode(node);
  const meant =
    shapes.find((shape) => [resolve(shape, run.root).type ?? type].flat().includes(type)) ?? shapes[0];
  if (meant) check(node, meant, name, at, { ...run, depth: run.depth + 1 });
}

function checkScalar(value: unknown, schema: Schema, subject: string, say: (message: string) => void): void {
  if (schema.enum && !schema.enum.includes(value))
    return say(`${subject} must be one of ${schema.enum.join(', ')}.`);
  if (typeof value === 'string') {
    if ([...value].length < (schema.minLength ?? 0)) return say(`${subject} must not be empty.`);
    if (schema.pattern !== undefined && !new RegExp(schema.pattern, 'u').test(value)) {
      const date = schema.pattern.startsWith('^[0-9]{4}-');
      say(`${subject} must be ${date ? 'a date such as 2026-12-31' : `written as ${schema.pattern}`}.`);
    }
  } else if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum)
      say(`${subject} must be at least ${schema.minimum}.`);
    if (schema.exclusiveMinimum !== undefined && value <= schema.exclusiveMinimum)
      say(`${subject} must be more than ${schema.exclusiveMinimum}.`);
    if (schema.maximum !== undefined && value > schema.maximum)
      say(`${subject} must be at most ${schema.maximum}.`);
  }
}

function resolve(schema: Schema, root: Schema): Schema {
  const name = schema.$ref?.replace('#/definitions/', '');
  return name === undefined ? schema : (root.definitions?.[name] ?? {});
}

function firstOf(
  entries: readonly { readonly range: TextRange; readonly keyNode: unknown }[],
  range: TextRange,
) {
  const key = entries[0]?.keyNode;
  return isNode(key) ? rangeOf(key) : range;
}

function typeOfNode(node: unknown): string {
  if (isMap(node)) return 'object';
  if (isSeq(node)) return 'array';
  const value: unknown = isScalar(node) ? node.value : null;
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'bigint') return 'number';
  return typeof value;
}

function describe(type: string): string {
  const article = /^[aeio]/.test(type) ? 'an' : 'a';
  return (
    { object: 'a map', array: 'a list', null: 'empty' }[type] ??
    `${article} ${type === 'string' ? 'text' : type}`
  );
}
