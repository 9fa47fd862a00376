/** The signs of the panel. Each differs in shape, never in colour alone, and stands beside a word or has a label. */
import { svg, type SVGTemplateResult } from 'lit';
import type { Cell, Severity, Standing } from '../../../server/protocol.ts';

export type Sign = Severity | 'met' | 'unknown' | 'none';

export const words: Readonly<Record<Standing, string>> = {
  met: 'Met',
  gap: 'Gap',
  unknown: 'Unknown',
  'not-applicable': 'Does not apply',
};

/** A gap shows its worst finding, as the Problems view does. */
export function signOf(cell: Pick<Cell, 'standing'> & Partial<Pick<Cell, 'findings'>>): Sign {
  if (cell.standing === 'met' || cell.standing === 'unknown') return cell.standing;
  if (cell.standing === 'not-applicable') return 'none';
  const severities = new Set(cell.findings?.map((finding) => finding.severity));
  return severities.has('error')
    ? 'error'
    : severities.has('info') && severities.size === 1
      ? 'info'
      : 'warning';
}

/** A sign of 16 by 16 pixels, hidden from screen readers: what it says is said in words beside it. */
export function sign(name: Sign): SVGTemplateResult {
  return svg`<svg class="sign ${name}" width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">${shapes[name]}</svg>`;
}

const shapes: Readonly<Record<Sign, SVGTemplateResult>> = {
  met: svg`<path d="M3.5 8.5l3 3 6-7" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"/>`,
  error: svg`<circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" stroke-width="1.3"/><path d="M5.8 5.8l4.4 4.4m0-4.4l-4.4 4.4" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/>`,
  warning: svg`<path d="M8 2.6l6 10.6H2z" fill="none" stroke="currentColor" stroke-width="1.3" stroke-linejoin="round"/><path d="M8 6.6v3" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/><circle cx="8" cy="11.4" r=".8" fill="currentColor"/>`,
  info: svg`<circle cx="8" cy="8" r="5.8" fill="none" stroke="currentColor" stroke-width="1.3"/><path d="M8 7.4v3.6" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/><circle cx="8" cy="5.2" r=".9" fill="currentColor"/>`,
  unknown: svg`<path d="M5.9 6.1a2.1 2.1 0 1 1 3.2 1.8c-.7.4-1.1.8-1.1 1.6v.3" fill="none" stroke="currentColor" stroke-width="1.4" stroke-linecap="round"/><circle cx="8" cy="12.1" r=".9" fill="currentColor"/>`,
  none: svg`<path d="M6.2 8h3.6" stroke="currentColor" stroke-width="1.3" stroke-linecap="round"/>`,
};
