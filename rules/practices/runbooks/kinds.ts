/** Which pages are the record of an incident, and which lead a new colleague in. */
import type { MarkdownFacts } from '../../artifacts/markdown/facts.ts';
import type { Model } from '../../model/model.ts';
import { baseOf, folderOf } from '../../model/paths.ts';

export interface Page {
  readonly file: string;
  readonly facts: MarkdownFacts;
  readonly title: string;
}

const postmortemFolder = /^(?:post-?mortems?|incident-?(?:reports|reviews))$/i;
/** Folders that may as well hold guides for incidents. */
const incidentFolder = /^(?:incidents?|rcas?|outages|retrospectives)$/i;
const postmortemName = /(?:^|[-_. ])(?:post-?mortem|incident-?report|rca)(?:[-_. ]|$)/i;
const template =
  /(?:^|[-_. /])(?:templates?|example|readme|index|guide|guidelines?|process|policy|how-?to|contributing)(?:[-_. /]|$)|^_/i;

/** Records of incidents, without indexes, guides and templates. */
export function postmortems(model: Model): readonly Page[] {
  const found: Page[] = [];
  for (const [file, facts] of model.pages) {
    const name = stemOf(file);
    if (!isRecord(file, facts, name) || /(?:^|\/)(?:\.|testdata|fixtures|node_modules)/.test(file)) continue;
    if (model.role(file) === 'test') continue;
    found.push({ file, facts, title: titleOf(file, facts) });
  }
  return found;
}

function isRecord(file: string, facts: MarkdownFacts, name: string): boolean {
  if (/^post-?mortem$/i.test(facts.frontMatter['type']?.value ?? '')) return true;
  if (template.test(name)) return false;
  const folders = folderOf(file).split('/');
  if (folders.some((part) => postmortemFolder.test(part))) return true;
  const named = postmortemName.test(name) || folders.some((part) => incidentFolder.test(part));
  const dated = /(?<!\d)\d{4}-?\d{2}(?:-?\d{2})?(?!\d)/.test(name);
  return (named && dated) || hasStandardShape(facts);
}

/** The headings that the templates of Google's SRE book, PagerDuty and those after them share. */
function hasStandardShape({ headings }: MarkdownFacts): boolean {
  const has = (pattern: RegExp): boolean => headings.some(({ text }) => pattern.test(text));
  const told = has(/^(?:incident )?timeline\b/i);
  const learned = [/^root causes?\b|^contributing factors?\b/i, /^lessons learned\b/i, /^action items?\b/i];
  return told && learned.filter(has).length >= 2;
}

const onboardingName =
  /(?:^|[-_. /])(?:onboarding|getting-?started|first-?(?:day|week|steps)|new-?(?:hires?|joiners?|starters?|developers?)|contributing|development|developing|developer-?(?:guide|setup)|local-?(?:dev|development|setup)|dev-?(?:setup|guide|environment)|setup|hacking|quick-?start)(?:[-_. ]|$)/i;

/** Pages by which somebody new comes in, the one called onboarding first. */
export function onboardingPages(model: Model): readonly Page[] {
  return [...model.pages]
    .filter(
      ([file]) =>
        onboardingName.test(stemOf(file)) && !/(?:^|\/)(?:node_modules|vendor|testdata)\//.test(file),
    )
    .map(([file, facts]) => ({ file, facts, title: titleOf(file, facts) }))
    .toSorted((a, b) => rank(a) - rank(b) || a.file.split('/').length - b.file.split('/').length);
}

function rank({ file }: Page): number {
  return /onboarding|new-?(?:hire|joiner|starter)|first-?(?:day|week)/i.test(baseOf(file)) ? 0 : 1;
}

function titleOf(file: string, { frontMatter, headings }: MarkdownFacts): string {
  const first = headings.find(({ depth, text }) => depth === 1 && text !== '') ?? headings[0];
  return frontMatter['title']?.value || first?.text || stemOf(file);
}

function stemOf(path: string): string {
  return baseOf(path).replace(/\.\w+$/, '');
}
