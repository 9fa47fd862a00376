/** YAML inside a string of YAML, as ConfigMaps and resources keep whole files. It must never know what it means. */
import type { Document, ParsedNode, Scalar } from 'yaml';
import { parseYaml } from './artifact.ts';
import { rangeOf } from './nodes.ts';

/** The documents of a block literal; everything around it is blanked, so that their offsets hold in the file. */
export function embeddedYaml(scalar: Scalar, text: string): readonly Document.Parsed<ParsedNode>[] {
  if (scalar.type !== 'BLOCK_LITERAL' || typeof scalar.value !== 'string') return [];
  const range = rangeOf(scalar);
  const header = text.indexOf('\n', range.start) + 1;
  if (header === 0 || header > range.end) return [];
  return parseYaml(text.slice(0, header).replace(/[^\r\n]/g, ' ') + text.slice(header, range.end));
}
