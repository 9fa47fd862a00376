/** Findings for people at a terminal: what is wrong, where, why we think so, what to do; then how ready the whole is. */
import { areas, severities, type Area, type Finding, type Safety, type Severity } from '../practices/rule.ts';
import type { Place } from '../text.ts';
import { count, countSeverities, newFindings, shownPath, spanOf, type Reported } from './audited.ts';
import { printable, widthOf, wrap } from './characters.ts';
import { frame } from './frame.ts';
import { glyphs, hyperlink, painter, type Glyphs, type Look, type Paint, type Style } from './look.ts';
import { levelInWords, profileInWords, unmetInWords } from './levelText.ts';
import type { Score } from './scorecard.ts';
import { mergeChecklists, sumScorecards } from './sum.ts';
import { groupBy } from '../groups.ts';

/** Where there is no terminal: wide enough for code, and minified files stay out of logs. */
const widthWithoutTerminal = 140;
const maxRelated = 4;
const maxSkippedShown = 5;
const maxUnmet = 6;
const barLength = 10;
const noScore: Score = { met: 0, gap: 0, unknown: 0, percent: null };

const severityStyles: Readonly<Record<Severity, Style>> = { error: 'red', warning: 'yellow', info: 'cyan' };

/**
 * Renders every finding that no baseline knows, grouped by file, and the summary. Ends with a line break.
 * @param summary leaves the findings out
 */
export function formatHuman(
  audits: readonly Reported[],
  look: Look,
  { milliseconds, summary = false }: { readonly milliseconds?: number; readonly summary?: boolean } = {},
): string {
  const writer = new Writer(look);
  for (const audited of summary ? [] : audits) {
    for (const finding of newFindings(audited)) writer.finding(audited, finding);
  }
  writer.summary(audits, milliseconds);
  return writer.text();
}

/** How a fix is applied: the command that does it. */
export function fixCommand(safety: Safety): string {
  return safety === 'safe' ? 'scaleready fix' : 'scaleready fix --suggested';
}

/** `3 errors, 1 warning`; empty where there are none. */
export function severitiesInWords(findings: readonly Finding[]): string {
  const counts = countSeverities(findings);
  return severities
    .filter((severity) => counts[severity] > 0)
    .map((severity) => count(counts[severity], severity))
    .join(', ');
}

class Writer {
  readonly #lines: string[] = [];
  readonly #paint: Paint;
  readonly #glyphs: Glyphs;
  readonly #width: number;

  constructor(readonly look: Look) {
    this.#paint = painter(look);
    this.#glyphs = glyphs(look);
    this.#width = Math.max(40, look.width ?? widthWithoutTerminal);
  }

  text(): string {
    return this.#lines.join('\n') + '\n';
  }

  finding(audited: Reported, finding: Finding): void {
    const related = finding.related.slice(0, maxRelated);
    const gutter = this.#gutter(audited, [finding.at, ...related.map(({ at }) => at)]);
    this.#heading(finding);
    this.#place(audited, finding.at, this.#glyphs.top, gutter);
    for (const { at, message } of related) this.#place(audited, at, this.#glyphs.branch, gutter, message);
    const more = finding.related.length - related.length;
    if (more > 0) this.#lines.push(`${gutter} ${this.#dim(this.#glyphs.branch)} and ${more} more places`);
    this.#advice(finding, gutter);
    this.#lines.push('');
  }

  #heading({ rule, severity, message }: Finding): void {
    const color = severityStyles[severity];
    const plain = `${severity}[${rule}]: `;
    const text = printable(message);
    const [first, ...rest] = this.look.width ? wrap(plain + text, this.#width) : [plain + text];
    const prefix = `${this.#paint(severity, color, 'bold')}${this.#paint(`[${rule}]`, color)}: `;
    this.#lines.push(prefix + this.#paint(first!.slice(plain.length), 'bold'));
    for (const line of rest) this.#lines.push(this.#paint(line, 'bold'));
  }

  /** Blanks as wide as the longest line number of these places. */
  #gutter(audited: Reported, places: readonly Place[]): string {
    const numbers = places.map((place) => spanOf(audited, place)?.start.line ?? 0);
    return ' '.repeat(String(Math.max(...numbers)).length + 1);
  }

  #place(audited: Reported, place: Place, corner: string, gutter: string, label?: string): void {
    const paint = this.#paint;
    const span = spanOf(audited, place);
    const path = shownPath(audited.folder, place.file);
    const position = span ? `:${span.start.line}:${span.start.column}` : '';
    const location = this.#linked(path, paint(printable(path) + position, 'blue'));
    const file = place.range && audited.read(place.file);
    const head = `${gutter} ${this.#dim(corner)} ${location}`;
    if (!file || !place.range) {
      this.#lines.push(label ? `${head}  ${paint(printable(label), 'cyan')}` : head);
      return;
    }
    const framed = frame(file, place.range, this.#width - gutter.length - 4, this.#glyphs.cut);
    const side = this.#dim(this.#glyphs.side);
    const number = String(framed.line).padStart(gutter.length);
    this.#lines.push(head, `${this.#dim(number)} ${side} ${framed.text}`);
    const mark = (label ? this.#glyphs.secondary : this.#glyphs.primary).repeat(framed.markLength);
    const underline = `${gutter} ${side} ${' '.repeat(framed.markStart)}${paint(mark, label ? 'cyan' : 'yellow')}`;
    const goesOn = framed.continues ? this.#dim(this.#glyphs.cut) : '';
    if (!label) {
      this.#lines.push(underline + goesOn);
      return;
    }
    const words = printable(label);
    const room = this.#width - gutter.length - 4 - framed.markStart - framed.markLength;
    if (widthOf(words) <= room) {
      this.#lines.push(`${underline}${goesOn} ${paint(words, 'cyan')}`);
      return;
    }
    this.#lines.push(underline + goesOn);
    for (const line of wrap(words, this.#width - gutter.length - 5)) {
      this.#lines.push(`${gutter} ${side}  ${paint(line, 'cyan')}`);
    }
  }

  #advice({ rule, fixes }: Finding, gutter: string): void {
    const fix = fixes[0];
    const start = `${gutter} ${this.#dim(this.#glyphs.bottom)} `;
    if (!fix) {
      this.#lines.push(`${start}${this.#dim('help: ')}scaleready explain ${rule}`);
      return;
    }
    const label = fix.safety === 'safe' ? 'fix: ' : 'suggested fix: ';
    const title = printable(fix.title);
    const command = `(${fixCommand(fix.safety)})`;
    const margin = gutter.length + 2 + this.#glyphs.bottom.length;
    const room = (this.look.width ? this.#width : Infinity) - margin;
    const [first, ...rest] = wrap(label + title, room);
    const lines = [this.#paint(label, 'green') + first!.slice(label.length), ...rest];
    if (widthOf(rest.at(-1) ?? first!) + 1 + command.length <= room)
      lines.push(`${lines.pop()!} ${this.#dim(command)}`);
    else lines.push(this.#dim(command));
    this.#lines.push(start + lines[0]!, ...lines.slice(1).map((line) => ' '.repeat(margin) + line));
  }

  summary(audits: readonly Reported[], milliseconds?: number): void {
    const findings = audits.flatMap(newFindings);
    this.#areas(audits, findings);
    this.#checklist(audits);
    if (audits.length === 1) this.#levels(audits[0]!);
    else this.#folders(audits);
    this.#totals(audits, findings);
    this.#known(audits);
    this.#files(audits, milliseconds);
  }

  #areas(audits: readonly Reported[], findings: readonly Finding[]): void {
    const scores = sumScorecards(audits.map(({ audit }) => audit.scorecard));
    const rows = (Object.keys(areas) as Area[]).flatMap((area) => {
      const here = findings.filter(({ rule }) => rule.startsWith(`${area}/`));
      const score = scores.areas.find((one) => one.area === area)?.score ?? noScore;
      const empty = here.length === 0 && score.met + score.gap + score.unknown === 0;
      return empty ? [] : [this.#row(areas[area], score, severitiesInWords(here))];
    });
    if (rows.length === 0) return;
    const paint = this.#paint;
    this.#lines.push(paint(`${' '.repeat(nameWidth + barLength + 6)}${heads}   findings`, 'dim'), ...rows);
    const total = this.#row('Scaling readiness', scores.total, '');
    this.#lines.push(this.#dim(this.#glyphs.rule.repeat(tableWidth)), paint(total, 'bold'), '');
  }

  #checklist(audits: readonly Reported[]): void {
    const items = mergeChecklists(audits.map(({ audit }) => audit.scorecard.checklist));
    if (items.every(({ standing }) => standing === 'not-applicable')) return;
    const met = items.filter(({ standing }) => standing === 'met').length;
    this.#lines.push(`${this.#paint('Before you scale', 'bold')}: ${met} of ${items.length}`);
    for (const { title, standing, first } of items)
      if (standing === 'gap' || standing === 'unknown') {
        this.#lines.push(`  ${title}: ${standing === 'gap' ? 'not yet' : 'unknown'}`);
        if (first !== undefined) this.#wrapped(`    ${first}`);
      }
    this.#lines.push('');
  }

  #levels({ audit: { scorecard } }: Reported): void {
    const { reached, services, profile } = scorecard;
    if (!reached) return;
    const asked = `asked as a ${profileInWords(profile)}`;
    this.#lines.push(`${this.#paint(levelInWords(reached), 'bold')}, ${asked}.`);
    for (const unmet of reached.missing.slice(0, maxUnmet)) this.#lines.push(`  ${unmetInWords(unmet)}`);
    const more = reached.missing.length - maxUnmet;
    if (more > 0) this.#lines.push(this.#dim(`  and ${more} more (--format json lists them all)`));
    const by = groupBy(
      services.flatMap(({ name, reached }) =>
        reached ? [{ name, level: reached.level ?? 'no level' }] : [],
      ),
      ({ level }) => level,
    );
    const names = [...by].map(
      ([level, those]) => `${level}: ${those.map(({ name }) => printable(name)).join(', ')}`,
    );
    if (names.length > 0) this.#wrapped(`  Services by level. ${names.join('; ')}.`);
    this.#lines.push('');
  }

  /** Where each repository stands, the one that is furthest behind first. */
  #folders(audits: readonly Reported[]): void {
    const percentOf = ({ audit }: Reported): number => audit.scorecard.total.percent ?? 101;
    const rows = audits
      .toSorted((a, b) => percentOf(a) - percentOf(b))
      .map((audited) => {
        const { total, services, reached } = audited.audit.scorecard;
        const counts = countSeverities(newFindings(audited));
        return [
          printable(audited.folder),
          this.#bar(total),
          reached ? (reached.level ?? 'no level') : '',
          String(services.length),
          ...severities.map((severity) => String(counts[severity])),
        ];
      });
    const table = [['repository', '', 'level', 'services', ...severities.map((one) => `${one}s`)], ...rows];
    const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => widthOf(row[column]!))));
    const cell = (text: string, column: number): string => {
      const blanks = ' '.repeat(widths[column]! - widthOf(text));
      return column < 3 ? text + blanks : blanks + text;
    };
    const [head, ...body] = table.map((row) => row.map(cell).join('  ').trimEnd());
    this.#lines.push(this.#dim(head!), ...body, '');
  }

  #known(audits: readonly Reported[]): void {
    const baselines = audits.flatMap(({ baseline }) => baseline ?? []);
    if (baselines.length === 0) return;
    const known = baselines.reduce((sum, { known }) => sum + known.size, 0);
    const gone = baselines.reduce((sum, { gone }) => sum + gone, 0);
    this.#lines.push(
      `${count(known, 'finding')} of the baseline ${known === 1 ? 'is' : 'are'} still there, and not shown.`,
    );
    if (gone > 0)
      this.#lines.push(
        `${count(gone, 'finding')} of the baseline ${gone === 1 ? 'is' : 'are'} gone: with --update-baseline ${gone === 1 ? 'it' : 'they'} cannot come back unnoticed.`,
      );
  }

  #wrapped(text: string): void {
    this.#lines.push(...(this.look.width ? wrap(text, this.#width) : [text]));
  }

  #row(name: string, score: Score, findings: string): string {
    const { met, gap, unknown } = score;
    const numbers = [met, gap, unknown].map((number) => String(number).padStart(columnWidth)).join('');
    return `${name.padEnd(nameWidth)}${this.#bar(score)}${numbers}   ${findings}`.trimEnd();
  }

  #bar({ percent }: Score): string {
    const full = Math.round(((percent ?? 0) / 100) * barLength);
    const color: Style =
      percent === null ? 'dim' : percent >= 80 ? 'green' : percent >= 50 ? 'yellow' : 'red';
    const bar =
      this.#paint(this.#glyphs.full.repeat(full), color) +
      this.#dim(this.#glyphs.empty.repeat(barLength - full));
    const shown = percent === null ? '–' : `${Math.round(percent)} %`;
    return `${bar} ${shown.padStart(5)}`;
  }

  #totals(audits: readonly Reported[], findings: readonly Finding[]): void {
    const suppressed = audits.reduce((sum, { audit }) => sum + audit.suppressed.length, 0);
    const aside = suppressed > 0 ? ` (${suppressed} suppressed)` : '';
    if (findings.length === 0) {
      const none = audits.some(({ baseline }) => baseline) ? 'No new findings.' : 'No findings.';
      this.#lines.push(`${this.#paint(none, 'green', 'bold')}${aside}`);
      return;
    }
    const files = new Set(
      audits.flatMap((audited) => newFindings(audited).map(({ at }) => shownPath(audited.folder, at.file))),
    );
    this.#lines.push(
      `${this.#paint(`Found ${severitiesInWords(findings)}`, 'bold')} in ${count(files.size, 'file')}${aside}.`,
    );
    const safe = findings.filter(({ fixes }) => fixes[0]?.safety === 'safe').length;
    const suggested = findings.filter(({ fixes }) => fixes[0]?.safety === 'suggested').length;
    const offers = [
      ...(safe > 0 ? [`${safe} can be fixed with \`${fixCommand('safe')}\``] : []),
      ...(suggested > 0
        ? [`${suggested} ${safe > 0 ? 'more' : 'can be fixed'} with \`${fixCommand('suggested')}\``]
        : []),
    ];
    if (offers.length > 0) this.#lines.push(`${offers.join(', ')}.`);
  }

  #files(audits: readonly Reported[], milliseconds?: number): void {
    const sum = (pick: (files: Reported['audit']['files']) => number): number =>
      audits.reduce((total, { audit }) => total + pick(audit.files), 0);
    const skipped = audits.flatMap(({ folder, audit }) =>
      audit.files.skipped.map(({ path, reason }) => ({ path: shownPath(folder, path), reason })),
    );
    const time = milliseconds === undefined ? '' : ` in ${(milliseconds / 1000).toFixed(2)} s`;
    const seen = count(
      sum(({ seen }) => seen),
      'file',
    );
    const parsed = sum(({ parsed }) => parsed).toLocaleString('en');
    const skips = skipped.length === 0 ? 'none skipped' : `${skipped.length} skipped`;
    const end = skipped.length === 0 ? '.' : ':';
    this.#lines.push(this.#dim(`${seen} seen, ${parsed} with something to check, ${skips}${time}${end}`));
    for (const { path, reason } of skipped.slice(0, maxSkippedShown)) {
      this.#lines.push(this.#dim(`  ${printable(path)}: ${printable(reason)}`));
    }
    const more = skipped.length - maxSkippedShown;
    if (more > 0) this.#lines.push(this.#dim(`  and ${more} more (--format json lists them all)`));
  }

  #linked(path: string, text: string): string {
    return this.look.link ? hyperlink(this.look.link(path), text) : text;
  }

  #dim(text: string): string {
    return this.#paint(text, 'dim');
  }
}

const nameWidth = 29;
const columnWidth = 9;
const heads = ['met', 'gap', 'unknown'].map((head) => head.padStart(columnWidth)).join('');
const tableWidth = nameWidth + barLength + 6 + heads.length + '   findings'.length;
