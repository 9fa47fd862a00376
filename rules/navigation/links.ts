/**
 * What stands at a place and what its other ends are: every join of the model as something to walk along, both ways.
 * Collected when somebody asks first, once a model; it judges nothing and knows no editor.
 */
import type { Model } from '../model/model.ts';
import type { Place } from '../text.ts';
import { collectLinks } from './joins.ts';
import { push } from '../groups.ts';

export type LinkKind = 'route' | 'port' | 'runbook' | 'flag' | 'image' | 'owner' | 'variable';

/** A join: what asks, reads or names something, and what it asks for. */
export interface Link {
  readonly kind: LinkKind;
  readonly from: End;
  readonly to: End;
}

export interface End {
  readonly at: Place;
  /** What stands there, in words that fit into a sentence: `the route GET /healthz`. */
  readonly text: string;
  /** What else is worth knowing of it, such as the owner of a flag. */
  readonly details?: readonly string[];
}

/** Other ends of what stands at a place, all of one kind. */
export interface Linked {
  /** What stands at the place. */
  readonly end: End;
  /** What the others are to it: `Answered by`. */
  readonly words: string;
  readonly others: readonly End[];
}

const words: Readonly<Record<LinkKind, { readonly to: string; readonly from: string }>> = {
  route: { to: 'Answered by', from: 'Asked for by' },
  port: { to: 'Leads to', from: 'Reached from' },
  runbook: { to: 'Explained by', from: 'Explains' },
  flag: { to: 'Defined by', from: 'Read by' },
  image: { to: 'Built by', from: 'Run by' },
  owner: { to: 'Owned by', from: 'Owns' },
  variable: { to: 'Set by', from: 'Read by' },
};

/** @param offset in the file's text; the end of a range counts, as a caret stands there too */
export function linksAt(model: Model, file: string, offset: number): readonly Linked[] {
  const groups = new Map<string, { end: End; words: string; others: End[] }>();
  for (const { kind, from, to } of ofFile(model, file)) {
    for (const [end, other, side] of [
      [from, to, 'to'],
      [to, from, 'from'],
    ] as const) {
      if (!holds(end.at, file, offset)) continue;
      const key = `${kind} ${side}`;
      const group = groups.get(key) ?? { end, words: words[kind][side], others: [] };
      groups.set(key, group);
      if (!group.others.some(({ at }) => isSame(at, other.at))) group.others.push(other);
    }
  }
  return [...groups.values()];
}

/**
 * Every place that leads to what stands at a place, or to what that leads to.
 * @param withTarget whether what they lead to is wanted as well
 */
export function referencesAt(model: Model, file: string, offset: number, withTarget: boolean): Place[] {
  const targets = ofFile(model, file).filter(
    ({ from, to }) => holds(from.at, file, offset) || holds(to.at, file, offset),
  );
  const places = targets.flatMap((target) => [
    ...(withTarget ? [target.to.at] : []),
    ...ofFile(model, target.to.at.file)
      .filter(({ kind, to }) => kind === target.kind && isSame(to.at, target.to.at))
      .map(({ from }) => from.at),
  ]);
  return places.filter((place, index) => places.findIndex((other) => isSame(place, other)) === index);
}

const byFile = new WeakMap<Model, ReadonlyMap<string, readonly Link[]>>();

/** The links with an end in this file. */
function ofFile(model: Model, file: string): readonly Link[] {
  let known = byFile.get(model);
  if (!known) byFile.set(model, (known = index(collectLinks(model))));
  return known.get(file) ?? [];
}

function index(links: readonly Link[]): ReadonlyMap<string, readonly Link[]> {
  const files = new Map<string, Link[]>();
  for (const link of links)
    for (const file of new Set([link.from.at.file, link.to.at.file])) {
      push(files, file, link);
    }
  return files;
}

function holds({ file, range }: Place, wanted: string, offset: number): boolean {
  return file === wanted && range !== undefined && range.start <= offset && offset <= range.end;
}

function isSame(a: Place, b: Place): boolean {
  return a.file === b.file && a.range?.start === b.range?.start && a.range?.end === b.range?.end;
}
