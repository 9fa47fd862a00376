/** The matrix of practices and services: its filter, its table, and moving about in it with the keyboard. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Cell, FolderReport, RuleSummary } from '../../../server/protocol.ts';
import { openCell } from './evidence.ts';
import { matrixOf, type Column, type Group, type Matrix, type Row, type Show } from './matrix.ts';
import { number, percent, plural } from './numbers.ts';
import { explain, open, state } from './state.ts';
import { sign, signOf, words } from './symbols.ts';

/** Below this many pixels for a column, its cells show signs without words. */
const wordWidth = 80;
/** The part of the width that the practices' titles take, as in the style sheet. */
const titleShare = 0.3;

export function grid(report: FolderReport, rules: readonly RuleSummary[], width: number): TemplateResult {
  const { view } = state;
  const matrix = matrixOf(report, rules, view);
  const compact = (width * (1 - titleShare)) / matrix.columns.length < wordWidth;
  return html`
    <section class="matrix" aria-labelledby="practices">
      <div class="toolbar">
        <h2 id="practices">Practices</h2>
        <div class="shows" role="group" aria-label="Show">${shows(matrix)}</div>
        <vscode-textfield
          class="filter"
          type="search"
          label="Filter practices and services"
          placeholder="Filter practices and services"
          .value=${view.query}
          @input=${(event: Event) => state.choose({ query: (event.target as HTMLInputElement).value })}
        ></vscode-textfield>
      </div>
      ${matrix.groups.length === 0 ? nothingShown(view.show) : table(matrix, compact)} ${inapplicable(matrix)}
    </section>
  `;
}

function shows({ counts }: Matrix): TemplateResult[] {
  const choices: readonly (readonly [Show, string])[] = [
    ['all', 'All'],
    ['gap', 'Gaps'],
    ['unknown', 'Unknown'],
    ['met', 'Met'],
  ];
  return choices.map(
    ([show, label]) => html`
      <button aria-pressed=${state.view.show === show} @click=${() => state.choose({ show })}>
        ${show === 'all' ? nothing : sign(show === 'gap' ? 'error' : show)}${label}
        <span class="quiet">${number(counts[show])}</span>
      </button>
    `,
  );
}

function table({ columns, groups }: Matrix, compact: boolean): TemplateResult {
  return html`
    <div class="scroller">
      <table
        role="grid"
        class=${compact ? 'compact' : ''}
        aria-labelledby="practices"
        aria-colcount=${columns.length + 1}
        @keydown=${move}
        @focusin=${follow}
        @mouseover=${follow}
      >
        <thead>
          <tr>
            <th class="corner" scope="col" tabindex="-1">
              <span class="quiet"
                >${plural(columns.filter((column) => column.service !== null).length, 'service')}</span
              >
            </th>
            ${repeat(columns, (column) => column.service, columnHead)}
          </tr>
        </thead>
        ${repeat(
          groups,
          (group) => group.area,
          (group) => groupRows(group, columns),
        )}
      </table>
    </div>
    <p class="strip" aria-hidden="true"></p>
  `;
}

function columnHead({ service, name, score, level, at, detail }: Column): TemplateResult {
  const label = score ? `${name}: ${percent(score)}. ${detail}` : `${name}. ${detail}`;
  return html`
    <th
      scope="col"
      class=${service === null ? 'repository' : ''}
      tabindex="-1"
      aria-label=${label}
      data-tell=${label}
      @click=${() => at && open(at)}
      @keydown=${onEnter(() => at && open(at))}
    >
      <span class="turned"
        ><span class="name">${name}</span
        ><span class="quiet"
          >${score ? percent(score) : nothing}${level ? ` · ${level}` : nothing}</span
        ></span
      >
    </th>
  `;
}

function groupRows(group: Group, columns: readonly Column[]): TemplateResult {
  const { area, title, rows, gaps } = group;
  const folded = state.view.folded.includes(area);
  const fold = () =>
    state.choose({
      folded: folded ? state.view.folded.filter((other) => other !== area) : [...state.view.folded, area],
    });
  const score = state.folder?.scorecard.areas.find((other) => other.area === area)?.score;
  return html`
    <tbody>
      <tr class="group">
        <th
          scope="rowgroup"
          colspan=${columns.length + 1}
          tabindex="-1"
          aria-expanded=${!folded}
          @click=${fold}
          @keydown=${onEnter(fold)}
        >
          <span class="held">
            <svg class="twist" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
              <path
                d=${folded ? 'M6 4l4 4-4 4' : 'M4 6l4 4 4-4'}
                fill="none"
                stroke="currentColor"
                stroke-width="1.2"
              />
            </svg>
            ${title}
            <span class="quiet">${percent(score)}${gaps ? html` · ${plural(gaps, 'gap')}` : nothing}</span>
          </span>
        </th>
      </tr>
      ${
        folded
          ? nothing
          : repeat(
              rows,
              (row) => row.rule.id,
              (row) => practiceRow(row, columns),
            )
      }
    </tbody>
  `;
}

function practiceRow({ rule, cells }: Row, columns: readonly Column[]): TemplateResult {
  const tell = `${rule.id} (${rule.section}): ${rule.title}`;
  return html`
    <tr>
      <th
        scope="row"
        tabindex="-1"
        title=${`${rule.title}\n${rule.id}`}
        data-tell=${`${tell} Select to read why it matters and how to fix it.`}
        @click=${() => explain(rule.id)}
        @keydown=${onEnter(() => explain(rule.id))}
      >
        <span class="practice">${rule.title.replace(/\.$/, '')}</span>
      </th>
      ${repeat(
        cells,
        (_, index) => columns[index]!.service,
        (cell, index) => practiceCell(cell, rule, columns[index]!),
      )}
    </tr>
  `;
}

function practiceCell(cell: Cell | undefined, rule: RuleSummary, column: Column): TemplateResult {
  if (!cell) {
    const label = `${column.name}: ${words['not-applicable']}`;
    return html`<td
      role="gridcell"
      tabindex="-1"
      class="none"
      aria-label=${label}
      data-tell="${label} · ${rule.id}"
    >
      ${sign('none')}
    </td>`;
  }
  const { standing, findings } = cell;
  const several = standing === 'gap' && findings.length > 1;
  const said = findings[0]?.message ?? cell.why ?? cell.evidence[0]?.message ?? '';
  const label = `${column.name}: ${words[standing]}. ${said}${several ? ` And ${findings.length - 1} more.` : ''}`;
  const muted = state.view.show !== 'all' && state.view.show !== standing;
  const show = (event: Event) => openCell(cell, rule, event.currentTarget as HTMLElement);
  return html`
    <td
      role="gridcell"
      tabindex="-1"
      class="cell ${standing} ${muted ? 'muted' : ''}"
      aria-label=${label}
      data-tell="${label} · ${rule.id}"
      @click=${show}
      @keydown=${onEnter(show)}
    >
      ${sign(signOf(cell))}<span class="word">${words[standing]}</span>${
        several ? html`<span class="times">${findings.length}</span>` : nothing
      }
    </td>
  `;
}

function nothingShown(show: Show): TemplateResult {
  return html`
    <p class="nothing">
      ${show === 'gap' && !state.view.query ? 'No gaps: every practice that could be judged is met.' : 'Nothing matches.'}
      <button class="link" @click=${() => state.choose({ show: 'all', query: '' })}>Show all</button>
    </p>
  `;
}

function inapplicable({ inapplicable: rules }: Matrix): TemplateResult | typeof nothing {
  if (rules.length === 0) return nothing;
  return html`
    <details class="inapplicable">
      <summary>${plural(rules.length, 'practice')} with nothing to apply to here, or switched off</summary>
      <ul>
        ${rules.map(
          ({ id, title, level }) =>
            html`<li>
              <button class="link" @click=${() => explain(id)}>${id}</button>
              ${title}${level === 'off' ? ' Off.' : ''}
            </li>`,
        )}
      </ul>
    </details>
  `;
}

// ---- Keyboard: one cell is in the tab order, arrow keys move from there (WAI-ARIA grid pattern) ----

/** Rows that Page Up and Page Down pass. */
const page = 10;
/** The column that Up and Down keep to, across rows that have one cell only. */
let column = 1;

/** Makes sure that exactly one cell can be reached with Tab. */
export function settleFocus(): void {
  const table = document.querySelector('table');
  if (!table || table.querySelector('[tabindex="0"]')) return;
  table.querySelector('tbody td, tbody th')?.setAttribute('tabindex', '0');
}

function move(event: KeyboardEvent): void {
  const from = (event.target as HTMLElement).closest<HTMLTableCellElement>('td, th');
  const rows = [...(event.currentTarget as HTMLTableElement).rows];
  const row = from?.parentElement as HTMLTableRowElement | undefined;
  if (!from || !row || event.altKey || event.metaKey) return;
  const at = rows.indexOf(row);
  if (row.cells.length > 1) column = from.cellIndex;
  const last = (other: HTMLTableRowElement) => other.cells.length - 1;
  const moves: Record<string, () => HTMLTableCellElement | undefined> = {
    ArrowRight: () => row.cells[Math.min(from.cellIndex + 1, last(row))],
    ArrowLeft: () => row.cells[Math.max(from.cellIndex - 1, 0)],
    ArrowDown: () => cellOf(rows[Math.min(at + 1, rows.length - 1)]),
    ArrowUp: () => cellOf(rows[Math.max(at - 1, 0)]),
    PageDown: () => cellOf(rows[Math.min(at + page, rows.length - 1)]),
    PageUp: () => cellOf(rows[Math.max(at - page, 0)]),
    Home: () => (event.ctrlKey ? rows[0]?.cells[0] : row.cells[0]),
    End: () => (event.ctrlKey ? cellOf(rows.at(-1)) : row.cells[last(row)]),
  };
  const target = moves[event.key]?.();
  if (!target) return;
  event.preventDefault();
  target.focus();
}

function cellOf(row: HTMLTableRowElement | undefined): HTMLTableCellElement | undefined {
  return row?.cells[Math.min(column, row.cells.length - 1)];
}

/** Keeps the strip at what has the focus or the pointer, and the focused cell in the tab order. */
function follow(event: Event): void {
  const cell = (event.target as HTMLElement).closest<HTMLElement>('td, th');
  if (!cell) return;
  const strip = document.querySelector('.strip');
  if (strip) strip.textContent = cell.dataset['tell'] ?? '';
  if (event.type !== 'focusin') return;
  const table = event.currentTarget as HTMLTableElement;
  for (const other of table.querySelectorAll('[tabindex="0"]')) other.setAttribute('tabindex', '-1');
  cell.setAttribute('tabindex', '0');
}

function onEnter(act: (event: KeyboardEvent) => unknown): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    act(event);
  };
}
