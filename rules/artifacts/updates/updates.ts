/**
 * Configurations of Dependabot and Renovate. It must never know which dependencies there are.
 *
 * Sources: https://docs.github.com/en/code-security/dependabot/working-with-dependabot/dependabot-options-reference,
 * https://docs.renovatebot.com/configuration-options/
 */
import { isSeq } from 'yaml';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { rangeOf, textOf, valueAt } from '../nodes.ts';
import { problemsOf } from '../yaml.ts';
import type { EcosystemFacts, UpdateFacts } from './facts.ts';

const dependabot = /^\.github\/dependabot\.ya?ml$/;
const renovate = /^(?:\.github\/|\.gitlab\/)?(?:renovate\.json5?|\.renovaterc(?:\.json5?)?)$/;

export const updates: ArtifactKind<UpdateFacts> = {
  id: 'updates',
  claims: (path) => dependabot.test(path) || renovate.test(path) || path === 'package.json',
  mayHold: (text, path) => path !== 'package.json' || text.includes('"renovate"'),
  // A text of one of these tools is never one of the other, so the path decides nothing that equal texts could differ in.
  parse: (file) => (dependabot.test(file.path) ? parseDependabot(file) : parseRenovate(file)),
};

function parseRenovate(file: TextFile): Parsed<UpdateFacts> {
  const root = file.yaml()[0]?.contents;
  const off = textOf(valueAt(root, 'enabled'))?.value === 'false';
  const isPackage = valueAt(root, 'renovate') === undefined && /"version"\s*:/.test(file.text);
  return {
    ...(!off && !isPackage && { facts: { tool: 'renovate' as const, ecosystems: [] } }),
    problems: [],
  };
}

function parseDependabot(file: TextFile): Parsed<UpdateFacts> {
  const [document] = file.yaml();
  const list = valueAt(document?.contents, 'updates');
  const ecosystems = (isSeq(list) ? list.items : []).flatMap((item): EcosystemFacts[] => {
    const name = textOf(valueAt(item, 'package-ecosystem'));
    const folders = valueAt(item, 'directories');
    const texts = (isSeq(folders) ? folders.items : [valueAt(item, 'directory')]).flatMap(
      (one) => textOf(one)?.value ?? [],
    );
    return name ? [{ name, folders: texts }] : [];
  });
  return {
    facts: { tool: 'dependabot', ecosystems, ...(isSeq(list) && { list: rangeOf(list) }) },
    problems: document ? problemsOf(document, file.text.length) : [],
  };
}
