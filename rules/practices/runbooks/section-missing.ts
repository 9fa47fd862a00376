import type { Model, Runbook } from '../../model/model.ts';
import { comparable } from '../../model/anchors.ts';
import { baseOf, foldersUp, join } from '../../model/paths.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { coverageOf, sectionNames, sectionsIn, type SectionName } from './sections.ts';
import { headingOf, writeSection, type Subject } from './write.ts';
import { listed } from '../words.ts';

export default defineRule({
  id: 'runbooks/section-missing',
  title: 'A runbook leaves out what whoever is woken by an alert needs.',
  area: 'runbooks',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'The runbook {runbook} does not say {sections}, so whoever is woken by it has to find that out alone.',
    },
    'escalation-missing': {
      text: 'The runbook {runbook} does not say who helps when its steps are not enough, so an incident waits for the one person who knows.',
      level: 'info',
    },
    empty: {
      text: 'The section “{section}” of the runbook {runbook} is empty, so whoever is woken by it has to find that out alone.',
    },
  },
  check(model, report) {
    for (const runbook of model.runbooks) {
      if (!isHeldTo(runbook, model)) continue;
      const { file, facts, title, services } = runbook;
      const service = services.length === 1 ? services[0] : undefined;
      const { missing, empty } = coverageOf(
        runbook,
        isOwned(file, model),
        model.configuration.runbooks.sections,
      );
      const first = facts.headings[0];
      const at = first ? { file, range: first.range } : { file };
      const related = runbook.alerts.slice(0, 5).map((alert) => ({
        at: { file: alert.file, range: alert.facts.name.range },
        message: `${alert.facts.name.value} leads here`,
      }));
      for (const { section, heading } of empty) {
        report.gap({
          message: 'empty',
          data: { runbook: title, section: heading.text },
          at: { file, range: heading.range },
          service,
          related,
          fixes: fill(runbook, section, heading.body.start, model),
        });
      }
      if (missing.length > 0) {
        const alone = missing.length === 1 && missing[0] === 'escalation';
        report.gap({
          message: alone ? 'escalation-missing' : 'missing',
          data: alone ? { runbook: title } : { runbook: title, sections: inWords(missing) },
          at,
          service,
          related,
          fixes: add(runbook, missing, model),
        });
      }
      if (missing.length + empty.length === 0)
        report.met(service, { at, message: `The runbook ${title} has all five sections` });
    }
  },
});

/** By CODEOWNERS, or by the OWNERS files that Kubernetes' projects have. */
function isOwned(file: string, { owners, files }: Model): boolean {
  return (
    owners.of(file) !== undefined || [...foldersUp(file)].some((folder) => files.has(join(folder, 'OWNERS')))
  );
}

const questions: Readonly<Record<SectionName, string>> = {
  meaning: 'what the alert means',
  impact: 'who is affected',
  diagnosis: 'where to look',
  mitigation: 'how to end it',
  escalation: 'who helps',
};

function inWords(sections: readonly SectionName[]): string {
  return listed(sections.map((name) => questions[name]));
}

/** Pages that alerts lead to, or that are named after an alert or a service: not an index, a how-to, or a stub. */
function isHeldTo({ file, facts, title, alerts, services, index }: Runbook, model: Model): boolean {
  if (index || isStub(facts) || /\bdeprecated\b/i.test(title)) return false;
  if (alerts.length > 0) return true;
  if (model.role(file) === 'test') return false;
  const name = baseOf(file).replace(/\.\w+$/, '');
  if (/\bhow[ -]to\b/i.test(title) || /^how-?to/i.test(name)) return false;
  const about = [name, title].map(comparable);
  if (
    services.some((service) =>
      [service.name, ...service.names].some((each) => about.includes(comparable(each))),
    )
  )
    return true;
  if (model.alerts.some((alert) => about.includes(comparable(alert.facts.name.value)))) return true;
  // Named like an alert, and written like a runbook.
  const announced = new Set(
    facts.headings.flatMap(({ text }) => sectionsIn(text, model.configuration.runbooks.sections)),
  );
  return /^(?:[A-Z]+[a-z0-9]+){2,}[A-Z]*$/.test(name) && announced.size >= 2;
}

/** Only says that the page has moved or what else to read. */
function isStub({ headings, links, end }: Runbook['facts']): boolean {
  return headings.length <= 1 && links.length > 0 && end < 1500;
}

function subjectOf({ file, title, alerts, services }: Runbook, model: Model): Subject | undefined {
  const named = model.alerts.filter(({ facts }) => comparable(facts.name.value) === comparable(title));
  const about = alerts.length > 0 ? alerts : named;
  const concerned = services.length > 0 ? services : [...new Set(about.flatMap((alert) => alert.services))];
  return about.length + concerned.length > 0
    ? { page: file, title, alerts: about, services: concerned }
    : undefined;
}

/** Each missing section goes before the next one that is there, or to the end. */
function add(runbook: Runbook, missing: readonly SectionName[], model: Model): LazyFix[] {
  const subject = subjectOf(runbook, model);
  if (!subject) return [];
  return [
    {
      title: `Add ${missing.map(headingOf).join(', ')} to ${runbook.file}`,
      safety: 'suggested',
      async changes({ model: now, read }) {
        const { text } = read(runbook.file);
        const { headings } = runbook.facts;
        const top = headings.filter(({ depth }, index) => index > 0 || depth > 1).map(({ depth }) => depth);
        const depth = top.length > 0 ? Math.min(...top) : 2;
        const written = new Map<number, string[]>();
        for (const name of missing) {
          const later = sectionNames.slice(sectionNames.indexOf(name) + 1);
          const next = headings.find(
            (heading, index) =>
              (index > 0 || heading.depth > 1) &&
              heading.depth === depth &&
              sectionsIn(heading.text, now.configuration.runbooks.sections).some((section) =>
                later.includes(section),
              ),
          );
          const at = next ? text.lastIndexOf('\n', next.range.start - 1) + 1 : text.length;
          const section = `${'#'.repeat(depth)} ${headingOf(name)}\n\n${await writeSection(name, subject, now)}\n`;
          written.set(at, [...(written.get(at) ?? []), section]);
        }
        return [...written].map(([at, sections]) => {
          const block = sections.join('\n');
          const before =
            at === 0 || /\n\r?\n$/.test(text.slice(0, at)) ? '' : text[at - 1] === '\n' ? '\n' : '\n\n';
          const inserted = before + block + (at < text.length ? '\n' : '');
          return { kind: 'edit' as const, file: runbook.file, range: { start: at, end: at }, text: inserted };
        });
      },
    },
  ];
}

function fill(runbook: Runbook, section: SectionName, start: number, model: Model): LazyFix[] {
  const subject = subjectOf(runbook, model);
  if (!subject) return [];
  return [
    {
      title: `Fill the section ${headingOf(section)} of ${runbook.file}`,
      safety: 'suggested',
      async changes({ model: now, read }) {
        const { text } = read(runbook.file);
        const at = Math.min(start, text.length);
        const blank = /^(?:[ \t]*\r?\n)*/.exec(text.slice(at))![0].length;
        const before = text[at - 1] === '\n' ? '\n' : '\n\n';
        const after = at + blank < text.length ? '\n\n' : '\n';
        const inserted = before + (await writeSection(section, subject, now)) + after;
        return [{ kind: 'edit', file: runbook.file, range: { start: at, end: at + blank }, text: inserted }];
      },
    },
  ];
}
