/**
 * The page of the scaling-readiness panel. It draws what the extension sends and reports what the reader does; it works
 * out no score of its own. Drawn with lit: a change redraws only what differs, so focus and scroll position stay.
 */
import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-option/index.js';
import '@vscode-elements/elements/dist/vscode-single-select/index.js';
import '@vscode-elements/elements/dist/vscode-textfield/index.js';
import './panel.css';
import { html, render, type TemplateResult } from 'lit';
import type { FolderReport } from '../../../server/protocol.ts';
import { checklist } from './checklist.ts';
import { drawEvidence } from './evidence.ts';
import { grid, settleFocus } from './grid.ts';
import { empty, loading, noFolder, stopped } from './notices.ts';
import { areas, header, skipped } from './overview.ts';
import { state } from './state.ts';

const panel = document.querySelector<HTMLElement>('#panel')!;

state.start(draw);
draw();
// How much a column can say depends on the width.
new ResizeObserver(draw).observe(panel);

function draw(): void {
  render(page(), panel);
  drawEvidence();
  settleFocus();
}

function page(): TemplateResult {
  const { known, folder } = state;
  if (known.state === 'no-folder') return noFolder();
  if (known.state === 'stopped') return stopped();
  if (!folder) return loading();
  const isEmpty = folder.files.parsed === 0 || folder.scorecard.cells.length === 0;
  return html`${header(folder)} ${isEmpty ? empty(folder) : scorecard(folder)} ${skipped(folder)}`;
}

function scorecard(folder: FolderReport): TemplateResult {
  return html`
    <div class="overview">${areas(folder)} ${checklist(folder.scorecard.checklist)}</div>
    ${grid(folder, state.known.report?.rules ?? [], panel.clientWidth)}
  `;
}
