/**
 * A syntax tree that is cheap to read from JavaScript. Asking tree-sitter about a node crosses into WebAssembly, so a
 * node's children are fetched once and in one go, only where somebody looks, and parents are remembered on the way
 * down. It must never know a language.
 */
import type { Node } from 'web-tree-sitter';
import type { TextRange } from '../../text.ts';

export class Syntax implements TextRange {
  readonly type: string;
  readonly start: number;
  #end: number | undefined;
  #children: readonly Syntax[] | undefined;
  readonly #node: Node;
  readonly #source: string;

  constructor(
    node: Node,
    source: string,
    readonly parent?: Syntax,
  ) {
    this.#node = node;
    this.#source = source;
    this.type = node.type;
    this.start = node.startIndex;
  }

  get end(): number {
    return (this.#end ??= this.#node.endIndex);
  }

  /** Whether something in it could not be parsed. */
  get broken(): boolean {
    return this.#node.hasError;
  }

  get range(): TextRange {
    return { start: this.start, end: this.end };
  }

  get text(): string {
    return this.#source.slice(this.start, this.end);
  }

  /** Named children in order, without comments. */
  get children(): readonly Syntax[] {
    return (this.#children ??= this.#node.namedChildren
      .filter((child) => !child.type.endsWith('comment'))
      .map((child) => new Syntax(child, this.#source, this)));
  }

  /** The first child of one of these types. */
  child(...types: readonly string[]): Syntax | undefined {
    return this.children.find(({ type }) => types.includes(type));
  }

  /** The child that the grammar calls by this field name. */
  field(name: string): Syntax | undefined {
    const node = this.#node.childForFieldName(name);
    return node
      ? this.children.find(({ start, type }) => start === node.startIndex && type === node.type)
      : undefined;
  }

  /** The text between two of its children, such as an operator. */
  between(left: Syntax, right: Syntax): string {
    return this.#source.slice(left.end, right.start).trim();
  }

  /** The nearest ancestor of one of these types. */
  closest(types: ReadonlySet<string>): Syntax | undefined {
    let node = this.parent;
    while (node && !types.has(node.type)) node = node.parent;
    return node;
  }

  contains(other: TextRange): boolean {
    return this.start <= other.start && other.end <= this.end;
  }

  /** The outermost node that starts at an offset and has one of these types. */
  find(offset: number, types: ReadonlySet<string>): Syntax | undefined {
    let node: Syntax | undefined = offset >= this.start && offset < this.end ? this : undefined;
    while (node && !(node.start === offset && types.has(node.type))) {
      node = node.children.find((child) => offset >= child.start && offset < child.end);
    }
    return node;
  }
}

/** Trees deeper than this are generated; it keeps recursion within the stack. */
const maxDepth = 400;

/**
 * Visits, parents first, only the nodes that hold one of the anchors: offsets in the text, ascending, where something
 * may stand that is worth a look.
 */
export function visit(root: Syntax, anchors: readonly number[], visitor: (node: Syntax) => void): void {
  const go = (node: Syntax, from: number, depth: number): number => {
    const end = node.end;
    let to = from;
    while (to < anchors.length && anchors[to]! < node.start) to++;
    if (to >= anchors.length || anchors[to]! >= end) return to;
    visitor(node);
    if (depth < maxDepth) {
      let at = to;
      for (const child of node.children) {
        if (at >= anchors.length || anchors[at]! >= end) break;
        at = go(child, at, depth + 1);
      }
    }
    while (to < anchors.length && anchors[to]! < end) to++;
    return to;
  };
  go(root, 0, 0);
}

/** Visits every node below, parents first; where the visitor answers false, not what is below that node. */
export function visitAll(node: Syntax, visitor: (node: Syntax) => boolean | void, depth = 0): void {
  if (visitor(node) === false || depth > maxDepth) return;
  for (const child of node.children) visitAll(child, visitor, depth + 1);
}
