/** Markdown of a step as elements, one by one: no HTML of a page is ever taken over. Links are reported, not followed. */
import { html, nothing, type TemplateResult } from 'lit';
import type { Nodes, Paragraph } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';

type Drawn = TemplateResult | string | typeof nothing;

/** @param open told of a link that was chosen */
export function prose(markdown: string, open: (href: string) => void): readonly Drawn[] {
  return fromMarkdown(markdown).children.map((node) => drawn(node, open));
}

/** The text of a list's only item by itself: its bullet is the check box, its number stays, as people speak of it. */
export function item(markdown: string, open: (href: string) => void): readonly Drawn[] {
  const { children } = fromMarkdown(markdown);
  const [list] = children;
  const only = children.length === 1 && list?.type === 'list' && list.children.length === 1;
  if (!only) return prose(markdown, open);
  const content = list.children[0]!.children.map((node) => drawn(node, open));
  if (!list.ordered) return content;
  return [
    html`<div class="numbered">
      <span>${list.start ?? 1}.</span>
      <div>${content}</div>
    </div>`,
  ];
}

function drawn(node: Nodes, open: (href: string) => void): Drawn {
  const inside = (): readonly Drawn[] =>
    'children' in node ? (node.children as Nodes[]).map((child) => drawn(child, open)) : [];
  switch (node.type) {
    case 'text':
      return node.value.replace(/^\[[ xX]\] /, '');
    case 'paragraph':
      return html`<p class=${isTable(node) ? 'table' : ''}>${inside()}</p>`;
    case 'strong':
      return html`<strong>${inside()}</strong>`;
    case 'emphasis':
      return html`<em>${inside()}</em>`;
    case 'inlineCode':
      return html`<code>${node.value}</code>`;
    case 'code':
      return html`<pre><code>${node.value}</code></pre>`;
    case 'link':
      return html`<button class="link" role="link" title=${node.url} @click=${() => open(node.url)}>
        ${inside()}
      </button>`;
    case 'image':
      return html`<span class="quiet">${node.alt ?? ''}</span>`;
    case 'list':
      return node.ordered
        ? html`<ol start=${node.start ?? 1}>
            ${inside()}
          </ol>`
        : html`<ul>
            ${inside()}
          </ul>`;
    case 'listItem':
      return html`<li>${inside()}</li>`;
    case 'blockquote':
      return html`<blockquote>${inside()}</blockquote>`;
    case 'break':
      return html`<br />`;
    case 'html':
      return textOf(node.value);
    case 'thematicBreak':
      return nothing;
    default:
      return html`${inside()}`;
  }
}

const tags =
  /<\/?(?:a|abbr|b|br|center|code|d[dlt]|del|details|div|em|font|h[1-6r]|i|img|ins|kbd|li|ol|p|picture|pre|s|samp|small|source|span|strong|su[bp]|summary|table|tbody|t[dhrt]|tfoot|thead|u|ul|var|video)\b[^>]*>/gi;

/** What HTML says in words. A blank such as `<namespace>` is HTML to Markdown, and is one of the words. */
function textOf(source: string): string {
  return source.replace(/<!--[^]*?(?:-->|$)/g, '').replace(tags, ' ');
}

/** CommonMark has no tables: the columns are kept as they are written. */
function isTable({ children: [first] }: Paragraph): boolean {
  return first?.type === 'text' && first.value.startsWith('|');
}
