/** The list of evidence that opens beside a cell or a checklist item: what stands where, each a link into the file. */
import { html, nothing, render, type TemplateResult } from 'lit';
import type { Cell, Evidence, Place, RuleSummary, Severity } from '../../../server/protocol.ts';
import { position } from './numbers.ts';
import { explain, open } from './state.ts';
import { sign, signOf, words, type Sign } from './symbols.ts';

export interface Details {
  readonly title: string;
  readonly subject?: string;
  readonly standing: string;
  readonly sign: Sign;
  /** Sentences without a place. */
  readonly notes: readonly string[];
  readonly entries: readonly Entry[];
  readonly rule?: string;
}

interface Entry extends Evidence {
  readonly severity?: Severity;
  /** The other ends of a finding's join. */
  readonly related?: readonly Evidence[];
}

const box = document.createElement('div');
box.className = 'evidence';
box.popover = 'auto';
box.setAttribute('role', 'dialog');
box.setAttribute('aria-label', 'Evidence');
document.body.append(box);

let shown: Details | undefined;
let anchor: HTMLElement | undefined;

box.addEventListener('toggle', (event) => {
  if ((event as ToggleEvent).newState !== 'closed') return;
  const hadFocus = box.contains(document.activeElement) || document.activeElement === document.body;
  if (hadFocus) anchor?.focus();
  shown = undefined;
});
box.addEventListener('keydown', (event) => {
  const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (step === 0) return;
  const buttons = [...box.querySelectorAll('button')];
  const next = buttons.indexOf(document.activeElement as HTMLButtonElement) + step;
  buttons[(next + buttons.length) % buttons.length]?.focus();
  event.preventDefault();
});

/** What a cell rests on: opened at once where that is one place, else listed. */
export function openCell(cell: Cell, rule: RuleSummary, at: HTMLElement): void {
  const entries = [
    ...cell.findings.map(finding),
    ...cell.evidence.map(({ at, message }) => ({ at, message })),
  ];
  const places = new Map(entries.flatMap(placesOf).map((place) => [keyOf(place), place]));
  const [only] = places.values();
  if (places.size === 1 && only) return open(only);
  const told = new Set<string>();
  showEvidence(at, {
    title: rule.title,
    subject: cell.service ?? 'Repository',
    standing: words[cell.standing],
    sign: signOf(cell),
    notes: cell.why ? [cell.why] : [],
    // A finding's own place may be listed as evidence once more.
    entries: entries.filter((entry) => !told.has(keyOf(entry.at)) && told.add(keyOf(entry.at))),
    rule: rule.id,
  });
}

export function showEvidence(at: HTMLElement, details: Details): void {
  shown = details;
  anchor = at;
  drawEvidence();
  box.showPopover();
  placeBeside(at);
  (box.querySelector('button') ?? box).focus();
}

/** Draws what is shown, if anything is. */
export function drawEvidence(): void {
  if (shown) render(template(shown), box);
}

function template({ title, subject, standing, sign: name, notes, entries, rule }: Details): TemplateResult {
  return html`
    <h3>${sign(name)}<span>${subject ? html`<strong>${subject}</strong> · ` : nothing}${standing}</span></h3>
    <p class="quiet">${title}</p>
    ${notes.map((note) => html`<p>${note}</p>`)}
    <ul>
      ${entries.map((entry) => html`<li>${link(entry)} ${entry.related?.map((other) => html`<div class="related">${link(other)}</div>`)}</li>`)}
    </ul>
    ${
      rule
        ? html`<button class="link" @click=${() => leave(() => explain(rule))}>Explain ${rule}</button>`
        : nothing
    }
  `;
}

function link(entry: Entry): TemplateResult {
  return html`
    <button class="place" @click=${() => leave(() => open(entry.at))}>
      <span>${entry.severity ? sign(entry.severity) : nothing}${entry.message}</span>
      <code>${position(entry.at)}</code>
    </button>
  `;
}

function leave(then: () => void): void {
  box.hidePopover();
  then();
}

function finding({ at, message, severity, related }: Cell['findings'][number]): Entry {
  return { at, message, severity, related };
}

function placesOf(entry: Entry): Place[] {
  return [entry.at, ...(entry.related ?? []).map((other) => other.at)];
}

function keyOf({ uri, range }: Place): string {
  return range ? `${uri}#${range.start.line}:${range.start.character}` : uri;
}

/** Under the anchor where there is room, else above it; never outside the window. */
function placeBeside(at: HTMLElement): void {
  const margin = 8;
  const from = at.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = from.bottom + 4;
  const top = below + height + margin <= window.innerHeight ? below : Math.max(margin, from.top - height - 4);
  const left = Math.max(margin, Math.min(from.left, window.innerWidth - width - margin));
  box.style.top = `${top}px`;
  box.style.left = `${left}px`;
}
