/** Every rule's page is run: its cases say what the rule finds, what it leaves alone, and what its fixes do. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import {
  applyChanges,
  MemoryWorkspace,
  pagePath,
  rules,
  Session,
  type Finding,
  type Rule,
} from '../rules/index.ts';
import { headed, readCases, type Case, type Expected } from './pages/cases.ts';

/** The day it is in all cases. */
const today = '2026-06-15';

/** Sections that every page has, in this order. */
const sections = [
  'What it finds',
  'Why it matters when you scale',
  'How to fix',
  'When not to worry',
  'References',
  'Cases',
];

const only = process.env.PAGE ?? '';

for (const rule of rules.filter(({ id }) => id.includes(only))) {
  describe(rule.id, () => {
    const text = readFileSync(pagePath(rule.id)!, 'utf8');

    it('has a page of the common shape', () => {
      assert.equal(text.split('\n', 1)[0], `# ${rule.id}`);
      const headings = headed(text, '## ').map((part) => part.split('\n', 1)[0]);
      assert.deepEqual(headings, sections);
      assert.match(rule.title, /^[^\n]*\.$/);
    });

    it('shows every message', () => {
      const shown = new Set(readCases(text).flatMap(({ expected }) => expected.map(({ key }) => key)));
      assert.deepEqual(
        Object.keys(rule.messages).filter((key) => !shown.has(key)),
        [],
      );
    });

    for (const one of readCases(text)) {
      it(one.name, () => checkCase(rule, one));
    }
  });
}

async function checkCase(rule: Rule, { files, fixed, expected }: Case): Promise<void> {
  const workspace = new MemoryWorkspace(files);
  const session = sessionFor(rule, workspace);
  const before = (await session.audit()).findings;
  const found = before
    .filter((finding) => finding.rule === rule.id)
    .map((finding) => toExpected(finding, files));
  assert.deepEqual(sorted(found), sorted(expected));
  const fixes = before.flatMap(({ rule: id, fixes }) => (id === rule.id ? fixes : []));
  assert.ok(rule.fix !== 'none' || fixes.length === 0, 'A rule that says it has no fix offers one.');

  const after = await fixAll(rule, workspace, files);
  if (Object.keys(fixed).length > 0) {
    const changed = Object.entries(after).filter(([path, text]) => files[path] !== text);
    assert.deepEqual(Object.fromEntries(changed), fixed);
  }
}

/** Applies the first fix of every finding, one after the other, and holds each to what a fix promises. */
async function fixAll(
  rule: Rule,
  workspace: MemoryWorkspace,
  files: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const now = { ...files };
  for (let round = 0; round < 30; round += 1) {
    const session = sessionFor(rule, workspace);
    const before = (await session.audit()).findings;
    const next = await firstFixable(
      session,
      before.filter((finding) => finding.rule === rule.id),
    );
    if (!next) return now;
    for (const [path, text] of applyChanges((path) => now[path], next.changes)) {
      now[path] = text;
      workspace.set(path, text);
    }
    const after = (await sessionFor(rule, workspace).audit()).findings;
    const known = before.map(identity);
    const fresh = after.filter((finding) => !take(known, identity(finding)));
    const title = next.finding.fixes[0]!.title;
    assert.deepEqual(fresh.map(identity), [], `The fix “${title}” brought new findings.`);
    assert.ok(after.length < before.length, `The fix “${title}” left its finding.`);
  }
  throw new Error('The fixes never end.');
}

async function firstFixable(
  session: Session,
  findings: readonly Finding[],
): Promise<{ finding: Finding; changes: Awaited<ReturnType<Session['changes']>> } | undefined> {
  for (const finding of findings) {
    const changes = finding.fixes.length > 0 ? await session.changes(finding) : [];
    if (changes.length > 0) return { finding, changes };
  }
  return undefined;
}

function identity({ rule, messageKey, at, message }: Finding): string {
  return `${rule}[${messageKey}] ${at.file}: ${message}`;
}

function take(items: string[], item: string): boolean {
  const index = items.indexOf(item);
  if (index >= 0) items.splice(index, 1);
  return index >= 0;
}

function sessionFor(rule: Rule, workspace: MemoryWorkspace): Session {
  const levels = rule.level === 'off' ? [{ pattern: rule.id, level: 'warning' as const }] : [];
  return new Session(workspace, { today, levels });
}

function toExpected({ at, severity, messageKey: key, message }: Finding, files: Case['files']): Expected {
  const { file, range } = at;
  if (!range) return { file, severity, key, message };
  const text = files[file]!;
  const before = text.slice(0, range.start);
  const lineStart = before.lastIndexOf('\n') + 1;
  const lineEnd = text.indexOf('\n', range.start);
  const end = Math.min(range.end, lineEnd === -1 ? text.length : lineEnd);
  const column = (offset: number): number => offset - lineStart + 1;
  return {
    file,
    severity,
    key,
    message,
    line: before.split('\n').length,
    start: column(range.start),
    end: column(end),
  };
}

function sorted(items: readonly Expected[]): Expected[] {
  const key = ({ file, line = 0, start = 0, message }: Expected): string =>
    `${file}:${String(line).padStart(5)}:${String(start).padStart(4)} ${message}`;
  return items
    .map(({ file, line, start, end, severity, key, message }) => ({
      file,
      line,
      start,
      end,
      severity,
      key,
      message,
    }))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}
