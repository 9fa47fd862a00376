/** Markdown for a terminal: wrapped, coloured where it can be, and readable as it is where it cannot. */
import type { Nodes, PhrasingContent, RootContent } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { wrap } from '../rules/report/characters.ts';
import { painter, type Look, type Paint } from '../rules/report/look.ts';

const maxWidth = 100;

/** Ends with a line break. */
export function renderMarkdown(text: string, look: Look): string {
  const renderer = new Renderer(painter(look), Math.min(look.width ?? maxWidth, maxWidth));
  return `${renderer.blocks(fromMarkdown(text).children, 0).join('\n')}\n`;
}

class Renderer {
  constructor(
    readonly paint: Paint,
    readonly width: number,
  ) {}

  blocks(nodes: readonly RootContent[], indent: number): string[] {
    return nodes.flatMap((node, index) => [...(index > 0 ? [''] : []), ...this.#block(node, indent)]);
  }

  #block(node: RootContent, indent: number): string[] {
    const margin = ' '.repeat(indent);
    switch (node.type) {
      case 'heading': {
        const title = plain(node);
        return [
          margin + (node.depth === 1 ? this.paint(title, 'bold', 'underline') : this.paint(title, 'bold')),
        ];
      }
      case 'paragraph':
        return this.#wrapped(node.children, indent);
      case 'code':
        return node.value.split('\n').map((line) => `${margin}    ${this.paint(line, 'dim')}`.trimEnd());
      case 'list':
        return node.children.flatMap((item, index) => {
          const mark = node.ordered ? `${(node.start ?? 1) + index}. ` : '• ';
          const [first = '', ...rest] = item.children.flatMap((child) =>
            this.#block(child, indent + mark.length),
          );
          return [margin + mark + first.slice(indent + mark.length), ...rest];
        });
      case 'blockquote':
        return this.blocks(node.children, indent + 2);
      case 'thematicBreak':
        return [margin + '─'.repeat(this.width - indent)];
      default:
        return [margin + plain(node)];
    }
  }

  /** Wraps first and colours then: what is coloured takes no more room than what is not. */
  #wrapped(children: readonly PhrasingContent[], indent: number): string[] {
    const text = children
      .map((child) => this.#inline(child))
      .join('')
      .replaceAll('\n', ' ');
    const margin = ' '.repeat(indent);
    return wrap(text, this.width - indent).map(
      (line) => margin + line.replace(marked, (_, open, inner) => this.#styled(open, inner)),
    );
  }

  #inline(node: PhrasingContent): string {
    switch (node.type) {
      case 'inlineCode':
        return mark('code', node.value);
      case 'strong':
        return mark('bold', plain(node));
      case 'link': {
        const title = node.children.map((child) => this.#inline(child)).join('');
        return plain(node) === node.url ? node.url : `${title} (${node.url})`;
      }
      default:
        return plain(node);
    }
  }

  #styled(open: string, inner: string): string {
    return open === marks.code ? this.paint(inner, 'cyan') : this.paint(inner, 'bold');
  }
}

// Each word is marked by itself, since a line may end between two; the marks take no columns (see widthOf).
const marks = { code: '\u0300', bold: '\u0301' } as const;
const marked = /([\u0300\u0301])([^\u0300-\u0302]*)\u0302/g;

function mark(kind: keyof typeof marks, text: string): string {
  return text
    .split(/\s+/)
    .map((word) => `${marks[kind]}${word}\u0302`)
    .join(' ');
}

function plain(node: Nodes): string {
  if ('children' in node) return node.children.map(plain).join('');
  return 'value' in node ? node.value : node.type === 'break' ? ' ' : '';
}
