/** The delivery report for people at a terminal, and for programs. */
import { count } from '../audited.ts';
import { printable, wrap } from '../characters.ts';
import { painter, type Look, type Style } from '../look.ts';
import type { Confidence } from './deployments.ts';
import type { DeliveryReport, Measure } from './delivery.ts';
import type { Knowledge } from './knowledge.ts';

/** Raised when something is removed or changes its meaning; new members do not count. */
const formatVersion = 1;
const widthWithoutTerminal = 110;

/** A folder with what its history says, or why it says nothing: a full sentence. */
export type Delivered = { readonly folder: string } & (
  { readonly report: DeliveryReport } | { readonly unreadable: string }
);

/** @returns JSON text that ends with a line break */
export function formatDeliveryJson(delivered: readonly Delivered[], toolVersion: string): string {
  const repositories = delivered.map((one) => {
    if ('unreadable' in one) return { workspace: one.folder, unreadable: one.unreadable };
    const { measures, branch = null, ...rest } = one.report;
    return {
      workspace: one.folder,
      branch,
      ...rest,
      measures: measures.map(({ value = null, ...measure }) => ({ ...measure, value })),
    };
  });
  const tool = { name: 'scaleready', version: toolVersion };
  return `${JSON.stringify({ version: formatVersion, tool, repositories }, undefined, 2)}\n`;
}

/** Each number with what it rests on. Ends with a line break. */
export function formatDelivery(delivered: readonly Delivered[], look: Look): string {
  const paint = painter(look);
  const width = Math.max(40, Math.min(look.width ?? widthWithoutTerminal, widthWithoutTerminal));
  const lines = delivered.flatMap((one) => {
    const folder = printable(one.folder === '.' ? 'the current folder' : one.folder);
    if ('unreadable' in one) return [`${paint(folder, 'bold')}: ${printable(one.unreadable)}`, ''];
    const { branch, from, to, commits, measures, knowledge, notes } = one.report;
    const on = branch === undefined ? '' : ` on ${printable(branch)}`;
    const indented = (text: string): string[] =>
      wrap(printable(text), width - 2).map((line) => `  ${paint(line, 'dim')}`);
    return [
      `Delivery of ${paint(folder, 'bold')}${on}, ${from} to ${to}, ${count(commits, 'commit')}`,
      ...notes.flatMap(indented),
      '',
      ...measures.flatMap((measure) => [heading(measure), ...indented(measure.basis), '']),
      ...knownBy(knowledge).flatMap((text) => wrap(printable(text), width)),
    ];

    function heading({ title, value }: Measure): string {
      const words = value ? value.words : 'unknown';
      const sure = value ? paint(`  ${value.confidence} confidence`, styles[value.confidence]) : '';
      return `${title.padEnd(33)}${paint(words, 'bold')}${sure}`;
    }
  });
  const definitions = 'Definitions: https://dora.dev/guides/dora-metrics/';
  return `${[...lines, '', paint(definitions, 'dim')].join('\n').replace(/\n{3,}/g, '\n\n')}\n`;
}

const styles: Readonly<Record<Confidence, Style>> = { high: 'green', medium: 'yellow', low: 'dim' };

function knownBy(knowledge: readonly Knowledge[]): string[] {
  if (knowledge.length === 0) return [];
  const bottlenecks = knowledge.filter(({ bottleneck }) => bottleneck);
  if (bottlenecks.length === 0)
    return [
      `No service is known to one person alone, of ${knowledge.length} with enough commits in the period to tell.`,
    ];
  return bottlenecks.map(
    ({ service, commits, most }) =>
      `${service}: ${most.name} wrote ${most.commits} of its ${commits} commits. When that person is away, changes to it wait.`,
  );
}
