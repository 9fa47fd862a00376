/** pint's configuration. Source: https://cloudflare.github.io/pint/configuration.html */
import type { TerraformBlock } from '../../terraform/facts.ts';
import { readBlocks } from '../../terraform/hcl.ts';
import type { Level } from '../facts.ts';
import type { ForeignConfiguration, ForeignSettings } from './foreign.ts';

export const pint: ForeignConfiguration = {
  files: ['.pint.hcl'],
  read(text) {
    const blocks = readBlocks(text);
    if (blocks.length === 0 && text.trim() !== '') throw new Error('It holds no block of settings.');
    const checks = blocks.filter(({ type }) => type === 'checks');
    const enabled = checks.flatMap((block) => namesIn(block, 'enabled'));
    const disabled = checks.flatMap((block) => namesIn(block, 'disabled'));
    const rules = blocks.filter(({ type }) => type === 'rule');
    return {
      levels: [
        // Where some are named, no other one runs.
        ...(enabled.length > 0 ? [{ check: 'pint/*', level: 'off' as const }] : []),
        ...enabled.map((name) => ({ check: `pint/${name}`, level: 'warning' as const })),
        ...rules.filter(isForAllAlerts).flatMap(wanted),
        ...disabled.map((name) => ({ check: `pint/${name}`, level: 'off' as const })),
      ],
      exclude: [],
      left: [
        ...rules
          .filter((rule) => !isForAllAlerts(rule))
          .map(() => 'A rule block holds for some rules only, by its match or ignore, and is left out.'),
        ...Object.entries(notCarriedOver)
          .filter(([name]) => blocks.some(({ type }) => type === name))
          .map(([, why]) => why),
      ],
    };
  },
};

const levels: Readonly<Record<string, Level>> = {
  fatal: 'error',
  bug: 'error',
  warning: 'warning',
  info: 'info',
};

const notCarriedOver: Readonly<Record<string, string>> = {
  parser: 'parser has no counterpart: write the paths to leave out into exclude, as globs.',
  prometheus: 'prometheus has no counterpart: no server is asked.',
  discovery: 'discovery has no counterpart: no server is asked.',
  check: 'The settings of a check have no counterpart.',
  owners: 'owners has no counterpart: owners are those of CODEOWNERS and the catalogue.',
};

/** Labels and annotations that a rule block requires. */
function wanted({ blocks }: TerraformBlock): ForeignSettings['levels'] {
  return blocks
    .filter(({ type, attributes }) => type in required && attributes['required']?.value === 'true')
    .map(({ type, labels, attributes }) => ({
      check: `pint/${required[type]}(${labels[0] ?? ''}:true)`,
      level: levels[literals(attributes['severity']?.value)[0] ?? 'warning'] ?? 'warning',
    }));
}

const required: Readonly<Record<string, string>> = { label: 'rule/label', annotation: 'alerts/annotation' };

function isForAllAlerts({ blocks }: TerraformBlock): boolean {
  return blocks
    .filter(({ type }) => type === 'match' || type === 'ignore')
    .every(
      ({ type, attributes, blocks: inner }) =>
        type === 'match' &&
        inner.length === 0 &&
        Object.entries(attributes).every(
          ([name, { value }]) => name === 'kind' && literals(value)[0] === 'alerting',
        ),
    );
}

function namesIn({ attributes }: TerraformBlock, name: string): string[] {
  return literals(attributes[name]?.value);
}

/** The texts in quotes of an expression. */
function literals(expression = ''): string[] {
  return [...expression.matchAll(/"([^"\\]*)"/g)].map(([, text]) => text!);
}
