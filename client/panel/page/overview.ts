/** The upper part of the page: the total, the areas, and at the end the files that were left out. */
import { html, nothing, svg, type TemplateResult } from 'lit';
import type { AreaScore, FolderReport, Reached, Score, Severity } from '../../../server/protocol.ts';
import { showEvidence } from './evidence.ts';
import { levelName, unmetText } from './levels.ts';
import { number, percent, plural } from './numbers.ts';
import { run, state } from './state.ts';
import { sign } from './symbols.ts';

export function header(folder: FolderReport): TemplateResult {
  const { total, services } = folder.scorecard;
  const judged = total.met + total.gap;
  return html`
    ${indexing()}
    <header class="top">
      ${ring(total)}
      <div class="headline">
        <h1>Scaling readiness ${folderChoice(folder)}</h1>
        <p>
          ${
            judged === 0
              ? 'No practice could be judged yet.'
              : html`<strong>${number(total.met)} of ${number(judged)}</strong> practices met across
                  ${plural(services.length, 'service')}${
                    total.unknown ? html`, ${number(total.unknown)} cannot be known` : nothing
                  }.`
          }
        </p>
        ${levelLine(folder.scorecard.reached)}
        <p class="facts">
          <button class="fact" title="Show the Problems view" @click=${() => run('showProblems')}>
            ${(['error', 'warning', 'info'] as const).map((severity) => finding(folder, severity))}
          </button>
          <span class="fact"
            >${number(folder.files.parsed)} of ${plural(folder.files.seen, 'file')} checked</span
          >
          ${
            folder.files.skipped
              ? html`<button class="fact" @click=${showSkipped}>
                  ${number(folder.files.skipped)} skipped
                </button>`
              : nothing
          }
        </p>
      </div>
    </header>
  `;
}

/** The level, and on request what the next one asks for. */
function levelLine(reached: Reached | undefined): TemplateResult | typeof nothing {
  if (!reached) return nothing;
  const { level, next, missing } = reached;
  const name = levelName(level);
  if (next === null) return html`<p><strong>${name}</strong></p>`;
  const details = (event: Event) =>
    showEvidence(event.currentTarget as HTMLElement, {
      title: `What ${next} asks for and is not met`,
      subject: 'Repository',
      standing: name,
      sign: 'info',
      notes: missing.map(unmetText),
      entries: [],
    });
  return html`<p>
    <strong>${name}</strong>,
    <button class="link" @click=${details}>${plural(missing.length, 'requirement')} short of ${next}</button>
  </p>`;
}

export function areas({ scorecard }: FolderReport): TemplateResult {
  return html`
    <section aria-labelledby="areas">
      <h2 id="areas">Areas</h2>
      <ul class="areas">
        ${scorecard.areas.map((area) => html`<li>${areaBar(area)}</li>`)}
      </ul>
    </section>
  `;
}

/** The files that were not checked, and why: a reader must be able to tell "fine" from "not looked at". */
export function skipped({ skipped, files }: FolderReport): TemplateResult | typeof nothing {
  if (skipped.length === 0) return nothing;
  const more = files.skipped - skipped.length;
  return html`
    <details class="skipped">
      <summary>${plural(files.skipped, 'file')} not checked</summary>
      <ul>
        ${skipped.map(({ path, reason }) => html`<li><code>${path}</code> ${reason}</li>`)}
        ${more > 0 ? html`<li>and ${number(more)} more</li>` : nothing}
      </ul>
    </details>
  `;
}

function indexing(): TemplateResult | typeof nothing {
  const { status } = state.known;
  if (status?.state !== 'indexing') return nothing;
  const text = `Reading ${number(status.done)} of ${plural(status.total, 'file')}`;
  return html`<progress
    class="edge"
    max=${status.total}
    value=${status.done}
    aria-label=${text}
    title=${text}
  ></progress>`;
}

const circumference = 2 * Math.PI * 34;

/** The total as a ring; selecting it shows every practice it is made of. */
function ring(total: Score): TemplateResult {
  const part = ((total.percent ?? 0) / 100) * circumference;
  return html`
    <button
      class="ring"
      title="Show every practice"
      aria-label="Scaling readiness ${percent(total)}. Show every practice"
      @click=${() => showMatrix('')}
    >
      <svg viewBox="0 0 80 80" width="80" height="80" aria-hidden="true">
        <circle class="track" cx="40" cy="40" r="34" />
        ${
          part > 0
            ? svg`<circle class="value" cx="40" cy="40" r="34" transform="rotate(-90 40 40)" stroke-dasharray="${part} ${circumference}" />`
            : nothing
        }
      </svg>
      <span aria-hidden="true"
        >${total.percent === null ? '–' : total.percent}${total.percent === null ? nothing : html`<small>%</small>`}</span
      >
    </button>
  `;
}

function folderChoice({ folder, name }: FolderReport): TemplateResult {
  const folders = state.known.report?.folders ?? [];
  if (folders.length < 2) return html`<span class="folder">${name}</span>`;
  const choose = (event: Event) => state.choose({ folder: (event.target as HTMLSelectElement).value });
  return html`
    <vscode-single-select class="folder" label="Workspace folder" @change=${choose}>
      ${folders.map(
        (other) =>
          html`<vscode-option value=${other.folder} ?selected=${other.folder === folder}
            >${other.name} (${percent(other.scorecard.total)})</vscode-option
          >`,
      )}
    </vscode-single-select>
  `;
}

function finding({ findings }: FolderReport, severity: Severity): TemplateResult {
  const text = plural(findings[severity], severity);
  return html`<span class="count">${sign(severity)}${text}</span>`;
}

function areaBar({ area, title, score }: AreaScore): TemplateResult {
  const judged = score.met + score.gap;
  const unknown = score.unknown ? `${number(score.unknown)} unknown` : '';
  const said = [judged ? `${number(score.met)} of ${number(judged)}` : '', unknown]
    .filter(Boolean)
    .join(' · ');
  return html`
    <button
      class="area"
      ?disabled=${!said}
      aria-label="${title}: ${percent(score)}, ${said || 'nothing to check'}. Show in the matrix"
      title="${number(score.met)} met, ${plural(score.gap, 'gap')}, ${number(score.unknown)} unknown"
      @click=${() => showMatrix(`${area}/`)}
    >
      <span class="name">${title}</span>
      <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect class="track" width="100" height="6" />
        <rect class="met" width=${score.percent ?? 0} height="6" />
      </svg>
      <span class="percent">${percent(score)}</span>
      <span class="of">${said || 'nothing to check'}</span>
    </button>
  `;
}

/** Brings the matrix into sight, narrowed to these words (or, with none, whole). */
function showMatrix(query: string): void {
  state.choose({ query, show: 'all', folded: [] });
  const matrix = document.querySelector<HTMLElement>('.matrix');
  matrix?.scrollIntoView({ block: 'start' });
  matrix?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
}

function showSkipped(): void {
  const details = document.querySelector<HTMLDetailsElement>('.skipped');
  if (!details) return;
  details.open = true;
  details.scrollIntoView({ block: 'end' });
  details.querySelector('summary')?.focus();
}
