/**
 * `npm run agreement -- LABELS_FOLDER TREES_FOLDER`: audits the repositories that people have labelled, and prints where
 * the audit says what they say. Trees are folders of TREES_FOLDER named as the labels name them.
 *
 * right: the same verdict. wrong: the opposite one, or a finding where there should be none. missed: nothing was said
 * (unread: of these, the code is not here or in a language that is not read).
 * precision = right / (right + wrong), recall = right / (right + wrong + missed). Ambiguous labels are counted apart.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DiskWorkspace, Session, type Place } from '../../rules/index.ts';
import { Comparison } from './compare.ts';
import { readLabels } from './labels.ts';
import { Tally } from './score.ts';

const [labelsFolder, treesFolder] = process.argv.slice(2);
if (labelsFolder === undefined || treesFolder === undefined) {
  process.stderr.write('Usage: npm run agreement -- LABELS_FOLDER TREES_FOLDER\n');
  process.exit(2);
}

const byPractice = new Tally();
const byRule = new Tally();
const absent: string[] = [];
for (const labels of readLabels(labelsFolder)) {
  const name = labels.names.find((one) => isFolder(join(treesFolder, one)));
  if (name === undefined) {
    absent.push(labels.names[0]!);
    continue;
  }
  const session = new Session(new DiskWorkspace(join(treesFolder, name)));
  const audit = await session.audit();
  const line = (place: Place, end: 'start' | 'end'): number | undefined =>
    place.range && (session.read(place.file)?.lines.position(place.range[end]).line ?? 0) + 1;
  const start = (place: Place): number | undefined => line(place, 'start');
  const last = (place: Place): number | undefined => line(place, 'end');
  new Comparison(name, labels, audit, start, last, byPractice, byRule).run();
}

const lines = [
  ...byPractice.table('practice'),
  '',
  ...byRule.table('rule'),
  '',
  ...byPractice.disagreements(),
  ...byRule.disagreements(),
  ...absent.map((name) => `not audited  ${name}  there is no such tree`),
];
process.stdout.write(`${lines.join('\n')}\n`);

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}
