/**
 * Definitions of feature flags: flagd's files and resources, what other tools write out, and plain flags files. They are known
 * by their content; a `flags` key alone proves nothing. It must never know who reads the flags.
 */
import { isMap, isScalar, type Document } from 'yaml';
import { parseYaml, type ArtifactKind, type Parsed, type Problem, type TextFile } from '../artifact.ts';
import { entriesOf, rangeOf, valueAt } from '../nodes.ts';
import { isTemplate, maskTemplate } from '../template.ts';
import { problemsOf } from '../yaml.ts';
import type { FlagDefinitionsFacts } from './facts.ts';
import { readFlagd } from './flagd.ts';
import { readPlain } from './plain.ts';
import { readTools } from './tools.ts';
import { readUnleash } from './unleash.ts';

export const flags: ArtifactKind<FlagDefinitionsFacts> = {
  id: 'flags',
  claims: (path) =>
    /\.(?:ya?ml|json)$/i.test(path) && !/(?:^|\/)(?:package(?:-lock)?|tsconfig[^/]*)\.json$/.test(path),
  mayHold,
  parse,
};

function mayHold(text: string): boolean {
  if (
    /"(?:defaultValue|flagType)"[ \t]*:/.test(text) ||
    /"f"[ \t]*:[ \t\n\r]*\{[^]{0,200}"[tv]"[ \t]*:/.test(text)
  )
    return true;
  if (/\bflags["']?[ \t]*:/.test(text)) {
    return (
      /\b(?:variants|owner|team|maintainer|expir\w*|kind|type|enabled|default|rollout)["']?[ \t]*:/.test(
        text,
      ) || /\bflag[sd][\w./-]*\.json\b/.test(text)
    );
  }
  return (
    /\bfeatures["']?[ \t]*:/.test(text) &&
    /\b(?:strategies|featureStrategies|featureEnvironments)["']?[ \t]*:/.test(text)
  );
}

function parse(file: TextFile): Parsed<FlagDefinitionsFacts> {
  const masked = isTemplate(file.text) ? maskTemplate(file.text).text : undefined;
  const problems: Problem[] = [];
  let facts: FlagDefinitionsFacts | undefined;
  for (const document of masked === undefined ? file.yaml() : parseYaml(masked)) {
    const found = readDocument(document, masked ?? file.text, problems);
    if (!found) continue;
    const errors = problemsOf(document, file.text.length);
    const partial = masked !== undefined || errors.length > 0;
    if (masked === undefined) problems.push(...errors);
    if (!facts) facts = { ...found, partial };
    else if (facts.format === found.format) {
      facts = { ...facts, flags: [...facts.flags, ...found.flags], partial: facts.partial || partial };
    }
  }
  return facts ? { facts, problems } : { problems: [] };
}

function readDocument(
  document: Document,
  text: string,
  problems: Problem[],
): FlagDefinitionsFacts | undefined {
  const root: unknown = document.contents;
  if (!isMap(root)) return undefined;
  if (root.get('kind') === 'ConfigMap') return readConfigMap(root, text, problems);
  return readRoot(root, problems);
}

function readRoot(root: unknown, problems: Problem[]): FlagDefinitionsFacts | undefined {
  return (
    readFlagd(root, problems) ?? readUnleash(root, problems) ?? readTools(root) ?? readPlain(root, problems)
  );
}

/** A flags file inside a block string: everything around it is blanked, so that its offsets hold. */
function readConfigMap(root: unknown, text: string, problems: Problem[]): FlagDefinitionsFacts | undefined {
  for (const { value } of entriesOf(valueAt(root, 'data'))) {
    if (!isScalar(value) || value.type !== 'BLOCK_LITERAL' || !mayHold(String(value.value))) continue;
    const { start, end } = rangeOf(value);
    const header = text.indexOf('\n', start) + 1;
    if (header === 0 || header > end) continue;
    const embedded = text.slice(0, header).replace(/[^\r\n]/g, ' ') + text.slice(header, end);
    const found = readRoot(parseYaml(embedded)[0]?.contents, problems);
    if (found?.certain) return found;
  }
  return undefined;
}
