/** Takes accepted findings out, says which comments accept nothing, and writes such comments. */
import type { TextFile } from '../artifacts/artifact.ts';
import type {
  Acceptance,
  Directive,
  ForeignDirective,
  SuppressionFacts,
} from '../artifacts/suppressions/facts.ts';
import { suppressionUnused } from './faults.ts';
import { matchesRule, type LevelOf } from './levels.ts';
import type { Change, Finding, Rule } from './rule.ts';
import { toFinding } from './run.ts';
import { nearest } from '../nearest.ts';

export interface Suppressed {
  readonly finding: Finding;
  readonly reason?: string;
  /** The comment or annotation that accepts it. */
  readonly directive: Acceptance;
}

export interface Suppression {
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
}

/** Takes out what comments accept, and says which comments accept nothing. @param today as in `accept` */
export function suppress(
  findings: readonly Finding[],
  directives: ReadonlyMap<string, SuppressionFacts>,
  { rules, levelOf, today }: { rules: readonly Rule[]; levelOf: LevelOf; today: string },
): Suppression {
  const { kept, suppressed, used } = accept(findings, directives, today);
  const unused = [...directives].flatMap(([file, facts]) =>
    facts.directives.flatMap((directive) => faultsOf(file, directive)),
  );
  return { findings: [...kept, ...unused], suppressed };

  function faultsOf(file: string, directive: Directive): Finding[] {
    const unknown = directive.rules.filter(({ value }) => !rules.some(({ id }) => matchesRule(value, id)));
    const found = unknown.map(({ value, range }) => {
      const hint = hintFor(value, rules);
      return toFinding(
        suppressionUnused,
        { message: 'unknown', data: { rule: value, hint }, at: { file, range } },
        levelOf,
      );
    });
    const at = { file, range: directive.range };
    const names = directive.rules.map(({ value }) => value).join(', ');
    if (used.has(directive) && isOver(directive, today)) {
      const data = { until: directive.until!.value, rules: names };
      found.push(toFinding(suppressionUnused, { message: 'expired', data, at }, levelOf));
    } else if (!used.has(directive) && unknown.length === 0) {
      found.push(toFinding(suppressionUnused, { message: 'unused', data: { rules: names }, at }, levelOf));
    }
    return found.filter((finding) => finding !== undefined);
  }
}

/** @param today ISO date; a suppression holds to the end of its last day */
export function accept(
  findings: readonly Finding[],
  directives: ReadonlyMap<string, SuppressionFacts>,
  today: string,
): { kept: readonly Finding[]; suppressed: readonly Suppressed[]; used: ReadonlySet<Directive> } {
  const kept: Finding[] = [];
  const suppressed: Suppressed[] = [];
  const used = new Set<Directive>();
  for (const finding of findings) {
    const facts = directives.get(finding.at.file);
    const own = facts?.directives.find((one) => accepts(one, finding));
    if (own) used.add(own);
    const foreign = facts?.foreign.filter((one) => !isOver(one, today)) ?? [];
    const directive = own && !isOver(own, today) ? own : acceptingEquivalents(foreign, finding);
    if (!directive) kept.push(finding);
    else suppressed.push({ finding, directive, ...(directive.reason && { reason: directive.reason }) });
  }
  return { kept, suppressed, used };
}

/** “ Did you mean …?” with the rule id that is nearest, or nothing. */
export function hintFor(name: string, rules: readonly Rule[]): string {
  const near = nearest(
    name,
    rules.map(({ id }) => id),
  );
  return near ? ` Did you mean “${near}”?` : '';
}

function accepts(directive: Directive, finding: Finding): boolean {
  return covers(directive, finding) && directive.rules.some(({ value }) => matchesRule(value, finding.rule));
}

/**
 * Where a tool gives the verdict by several of its checks, all of them must be named: each is a part of it. Another tool
 * may report a join at its other end, so a suppression there counts as well.
 */
function acceptingEquivalents(
  directives: readonly ForeignDirective[],
  finding: Finding,
): ForeignDirective | undefined {
  const ends = [finding, ...finding.related.filter(({ at }) => at.file === finding.at.file)];
  const naming = (check: string): ForeignDirective | undefined =>
    directives.find(
      (one) =>
        ends.some((end) => covers(one, end)) && one.checks.some((pattern) => matchesRule(pattern, check)),
    );
  const tools = new Set(finding.equivalents.map(toolOf));
  for (const tool of tools) {
    const found = finding.equivalents.filter((check) => toolOf(check) === tool).map(naming);
    if (!found.includes(undefined)) return found[0];
  }
  return undefined;
}

function toolOf(check: string): string {
  return check.slice(0, check.indexOf('/'));
}

function covers({ covers: range }: Acceptance, { at }: Pick<Finding, 'at'>): boolean {
  const start = at.range?.start ?? 0;
  return !range || (start >= range.start && start < range.end);
}

function isOver({ until }: Acceptance, today: string): boolean {
  return until !== undefined && until.value < today;
}

/**
 * The change that accepts a finding by a comment, on the line above it or at the top of its file.
 * @returns undefined where the file's language has no comments
 */
export function suppressionComment(
  file: TextFile,
  finding: Finding,
  scope: 'next-line' | 'file',
  reason: string,
): Change | undefined {
  const [open, close] = commentSigns(file.path) ?? [];
  if (open === undefined) return undefined;
  const line = scope === 'file' ? firstLine(file) : file.lines.position(finding.at.range?.start ?? 0).line;
  const start = file.lines.lineStart(line);
  const indentation = scope === 'file' ? '' : /^[ \t]*/.exec(file.text.slice(start))![0];
  const newline = file.text.includes('\r\n') ? '\r\n' : '\n';
  const comment = `${open} scaleready-disable-${scope} ${finding.rule} -- ${reason}${close}`;
  return {
    kind: 'edit',
    file: file.path,
    range: { start, end: start },
    text: `${indentation}${comment}${newline}`,
  };
}

function commentSigns(path: string): readonly [string, string] | undefined {
  if (/\.(?:[cm]?[jt]sx?|go|java|kts?|cs|rs|php|scala|swift|groovy|gradle|proto|cue)$/i.test(path))
    return ['//', ''];
  if (/\.(?:md|mdx|markdown|html?|xml|csproj)$/i.test(path)) return ['<!--', ' -->'];
  if (/\.sql$/i.test(path)) return ['--', ''];
  if (/\.(?:json|jsonc?|lock|txt)$/i.test(path)) return undefined;
  return ['#', ''];
}

/** After what must stay first: a shebang, parser directives of a Dockerfile, front matter, `---` of YAML. */
function firstLine({ text, lines }: TextFile): number {
  const first = /^(?:#!.*\r?\n)?(?:#[ \t]*(?:syntax|escape|check)[ \t]*=.*\r?\n)*/i.exec(text)![0];
  const frontMatter = /^---\r?\n(?:(?!---).*\r?\n)*---\r?\n(?=\r?\n?#)/.exec(text)?.[0] ?? '';
  return lines.position(Math.max(first.length, frontMatter.length)).line;
}
