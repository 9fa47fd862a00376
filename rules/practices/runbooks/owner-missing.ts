/** Asks which pages nobody answers for. */
import type { Model, Runbook } from '../../model/model.ts';
import { folderOf } from '../../model/paths.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { ownerOf } from './ownership.ts';

export default defineRule({
  id: 'runbooks/owner-missing',
  title: 'A runbook does not say whose it is.',
  area: 'runbooks',
  section: '§3',
  level: 'info',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'Nothing says who owns the runbook {runbook}, as it is said of others here, so nobody corrects it when it turns out to be wrong.',
    },
    'all-missing': {
      text: 'Nothing says who owns any of the runbooks here, so nobody corrects one when it turns out to be wrong.',
    },
  },
  check(model, report) {
    const judged = model.runbooks.filter(({ file, index }) => !index && model.role(file) !== 'test');
    const without: Runbook[] = [];
    for (const runbook of judged) {
      const { title, services } = runbook;
      const owner = ownerOf(runbook, model);
      const service = services.length === 1 ? services[0] : undefined;
      if (owner) report.met(service, { at: owner.at, message: `${title} has an owner` });
      else without.push(runbook);
    }
    const [first] = without;
    if (!first) return;
    if (without.length === judged.length) {
      // With a few pages everybody knows whose they are.
      if (judged.length < fewPages)
        return report.unknown(undefined, 'Nobody is said to own the few runbooks.');
      const index = model.runbooks.find(
        ({ index, file }) => index && folderOf(file) === folderOf(first.file),
      );
      report.gap({ message: 'all-missing', at: placeOf(index ?? first) });
      return;
    }
    for (const runbook of without) {
      const { title, services } = runbook;
      report.gap({
        message: 'missing',
        data: { runbook: title },
        at: placeOf(runbook),
        service: services.length === 1 ? services[0] : undefined,
        fixes: fixesFor(runbook, judged, model),
      });
    }
  },
});

const fewPages = 3;

function placeOf({ file, facts }: Runbook) {
  const heading = facts.headings[0];
  return heading ? { file, range: heading.range } : { file };
}

/** More choices than this are no help. */
const maxChoices = 3;

/** Owners that other pages name in their front matter, those of the same folder first. */
function fixesFor(runbook: Runbook, others: readonly Runbook[], model: Model): LazyFix[] {
  const near = others.toSorted((a, b) => Number(isBeside(b, runbook)) - Number(isBeside(a, runbook)));
  const written = near.flatMap(({ facts }) => facts.frontMatter['owner']?.value ?? []);
  const alerts = runbook.alerts.flatMap((alert) => model.owners.of(alert.file)?.owners ?? []);
  const names = [...new Set([...alerts, ...written])].filter((name) => name !== '').slice(0, maxChoices);
  return names.map((name) => ({
    title: `Say that ${name} owns it`,
    safety: 'suggested',
    changes({ read }) {
      const { text } = read(runbook.file);
      const line = `owner: ${JSON.stringify(name)}\n`;
      const front = /^\uFEFF?---[ \t]*\r?\n/.exec(text);
      const at = front?.[0].length ?? 0;
      const inserted = front ? line : `---\n${line}---\n\n`;
      return [{ kind: 'edit', file: runbook.file, range: { start: at, end: at }, text: inserted }];
    },
  }));
}

function isBeside(a: Runbook, b: Runbook): boolean {
  return folderOf(a.file) === folderOf(b.file);
}
