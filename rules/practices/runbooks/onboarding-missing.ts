/** Asks whether somebody new finds the way in: set up, run, change something, ask somebody. */
import type { MarkdownFacts } from '../../artifacts/markdown/facts.ts';
import type { Model } from '../../model/model.ts';
import { baseOf, folderOf } from '../../model/paths.ts';
import type { Place } from '../../text.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { onboardingPages } from './kinds.ts';
import { onboardingTitle, writeOnboarding, type OnboardingPart } from './writeOnboarding.ts';
import { listed } from '../words.ts';

export default defineRule({
  id: 'runbooks/onboarding-missing',
  title: 'Nothing leads a new colleague in: setup, first run, first change, whom to ask.',
  area: 'runbooks',
  section: '§6',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'No page leads a new colleague in, so everybody who starts takes a week of somebody else.',
    },
    incomplete: {
      text: 'Nothing tells a new colleague {parts}, so everybody who starts has to ask the same.',
    },
  },
  check(model, report) {
    const services = model.services.filter(({ role }) => role === 'production');
    const pages = waysIn(model);
    const asked = services.length > 0 ? parts : partsOfLibrary;
    const lacking = asked.filter(
      (part) => !pages.some(({ facts }) => tells(part, facts)) && !toldBy(part, model),
    );
    const [first] = pages;
    if (lacking.length === 0) {
      report.met(undefined, { at: { file: first!.file }, message: 'New colleagues are led in' });
    } else if (services.length === 0) {
      // Who contributes to a library reads its code; nobody is hired for it.
      return;
    } else if (
      pages.some(({ facts }) => facts.links.some(({ target, text }) => leadsElsewhere(target.value, text)))
    ) {
      report.unknown(undefined, 'The way in may be told on a site that the pages link to.');
    } else {
      const missing = lacking.includes('setup') && lacking.includes('run');
      report.gap({
        message: missing ? 'missing' : 'incomplete',
        data: missing ? {} : { parts: inWords(lacking) },
        at: placeOf(first, model),
        fixes: fixesFor(lacking, model),
      });
    }
  },
});

const parts: readonly OnboardingPart[] = ['setup', 'run', 'change', 'ask'];

/** Nobody sets up or runs a library. */
const partsOfLibrary: readonly OnboardingPart[] = ['change', 'ask'];

const questions: Readonly<Record<OnboardingPart, string>> = {
  setup: 'what to install',
  run: 'how to run it',
  change: 'how to make a first change',
  ask: 'whom to ask',
};

const headings: Readonly<Record<OnboardingPart, RegExp>> = {
  setup:
    /install|set[- ]?up|prerequisit|requirement|getting[- ]started|quick[- ]?start|environment|bootstrap|configur|develop|local|depend|deploy|voraussetzung|einrichtung|安装|環境/i,
  run: /\brun|start|usage|launch|local|develop|deploy|build|demo|docker|compose|ausführen|运行|実行/i,
  change:
    /contribut|chang|develop|workflow|pull request|\bprs?\b|test|branch|hacking|coding|code style|commit|beitrag|mitarbeit|贡献|開発/i,
  ask: /contact|support|help|bugs?\b|issues?\b|question|communit|team|owner|\bwhom?\b|slack|communicat|maintainer|feedback|author|chat|discord|kontakt|ansprech|联系|連絡/i,
};

function tells(
  part: OnboardingPart,
  { headings: all, labels, code, namesHelp, namesOwner }: MarkdownFacts,
): boolean {
  if ([...all.map(({ text }) => text), ...labels].some((words) => headings[part].test(words))) return true;
  if (part === 'ask') return namesHelp || namesOwner !== undefined;
  const commands = code.filter(({ inline }) => !inline).map(({ text }) => text);
  if (part === 'setup')
    return commands.some((text) =>
      /\b(?:install|clone|npm ci|docker|make|mvn|gradle|go (?:get|mod)|bundle|composer)\b/.test(text),
    );
  return (
    part === 'run' &&
    commands.some((text) => /\b(?:run|start|up|serve|make|java -jar|python|node)\b/.test(text))
  );
}

/** Files of their own tell some of it. */
function toldBy(part: OnboardingPart, { files, owners, pages }: Model): boolean {
  if (part === 'change')
    return [...pages.keys()].some((path) => /(?:^|\/)(?:contributing|pull_request_template)\b/i.test(path));
  return part === 'ask' && (owners.file !== undefined || files.lists('MAINTAINERS') || files.lists('OWNERS'));
}

/** The README and pages beside it, those of services, and pages called so. */
function waysIn(model: Model) {
  const folders = new Set(['', 'docs', '.github', ...model.services.map(({ root }) => root ?? '')]);
  const usual = [...model.pages].filter(
    ([file]) => /^(?:readme|contributing|development)\b/i.test(baseOf(file)) && folders.has(folderOf(file)),
  );
  return [...usual.map(([file, facts]) => ({ file, facts })), ...onboardingPages(model)];
}

/** A site, wiki or handbook, as opposed to badges and products. */
function leadsElsewhere(target: string, text: string): boolean {
  return (
    /^https?:/i.test(target) &&
    (/\/wiki\b|\/(?:docs?|documentation|handbook|contributing|development|getting-started|setup)(?:[/#?]|$)|\/\/(?:docs?|wiki|handbook|developers?)\./i.test(
      target,
    ) ||
      /\b(?:documentation|docs|wiki|handbook|contributing|set ?up|getting started|guide)\b/i.test(text))
  );
}

function placeOf(
  first: { readonly file: string; readonly facts: MarkdownFacts } | undefined,
  model: Model,
): Place {
  const heading = first?.facts.headings[0];
  return heading ? { file: first!.file, range: heading.range } : model.root;
}

function inWords(lacking: readonly OnboardingPart[]): string {
  return listed(lacking.map((part) => questions[part]));
}

/** A page of its own, or what is missing at the end of the one that is there. */
function fixesFor(lacking: readonly OnboardingPart[], model: Model): LazyFix[] {
  const page = onboardingPages(model).find(({ file }) => /onboarding/i.test(baseOf(file)));
  if (page)
    return [
      {
        title: `Tell ${inWords(lacking)} in ${page.file}`,
        safety: 'suggested',
        changes({ model: now, read }) {
          const { length } = read(page.file).text;
          const text = `\n${writeOnboarding(lacking, page.file, now)}`;
          return [{ kind: 'edit', file: page.file, range: { start: length, end: length }, text }];
        },
      },
    ];
  const file = model.files.hasFolder('docs') ? 'docs/onboarding.md' : 'ONBOARDING.md';
  return [
    {
      title: `Write ${file}`,
      safety: 'suggested',
      changes: ({ model: now }) => [
        { kind: 'create', file, text: `# ${onboardingTitle}\n\n${writeOnboarding(parts, file, now)}` },
      ],
    },
  ];
}
