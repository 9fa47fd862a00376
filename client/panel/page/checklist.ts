/** The five items a team should have before it scales, with what is missing of each. */
import { html, nothing, type TemplateResult } from 'lit';
import type { ChecklistItem } from '../../../server/protocol.ts';
import { showEvidence } from './evidence.ts';
import { plural, position } from './numbers.ts';
import { open } from './state.ts';
import { sign, signOf, words } from './symbols.ts';

export function checklist(items: readonly ChecklistItem[]): TemplateResult {
  const met = items.filter((item) => item.standing === 'met').length;
  return html`
    <section aria-labelledby="checklist">
      <h2 id="checklist">Before you scale <span class="quiet">${met} of ${items.length}</span></h2>
      <ol class="checklist">
        ${items.map((item) => html`<li>${checklistItem(item)}</li>`)}
      </ol>
    </section>
  `;
}

const shownMissing = 2;

function checklistItem(item: ChecklistItem): TemplateResult {
  const { title, standing, missing, first, evidence } = item;
  const more = missing.length - shownMissing;
  return html`
    <div class="item">
      ${sign(signOf(item))}
      <div>
        <span class="title">${title}</span>
        <span class="standing ${standing}">${words[standing]}</span>
        ${missing.slice(0, shownMissing).map((sentence) => html`<p class="missing" title=${sentence}>${sentence}</p>`)}
        ${first === undefined ? nothing : html`<p class="first">${first.replace(/: `scaleready explain [^`]*`/, '').replaceAll('`', '')}</p>`}
        ${more > 0 ? html`<button class="link" @click=${details}>${more} more missing</button>` : nothing}
        ${evidenceLink()}
      </div>
    </div>
  `;

  function evidenceLink(): TemplateResult | typeof nothing {
    const [only, ...others] = evidence;
    if (!only) return nothing;
    if (others.length > 0)
      return html`<button class="link" @click=${details}>${plural(evidence.length, 'place')}</button>`;
    return html`<button class="link" title=${only.message} @click=${() => open(only.at)}>
      ${position(only.at)}
    </button>`;
  }

  function details(event: Event): void {
    showEvidence(event.currentTarget as HTMLElement, {
      title,
      standing: words[standing],
      sign: signOf(item),
      notes: missing,
      entries: evidence.map(({ at, message }) => ({ at, message })),
    });
  }
}
