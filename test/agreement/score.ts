/** Counts agreement, and keeps where there was none. */

/** A disagreement, or an answer that was not asked for strictly. */
export interface Entry {
  readonly verdict: 'right' | 'wrong' | 'missed';
  /** Repository and place or service. */
  readonly where: string;
  readonly why: string;
  /** Either answer is acceptable: counted apart. */
  readonly ambiguous: boolean;
  /** Missed because the service's code is not here, or is in a language that is not read. */
  readonly unread?: boolean;
}

export class Tally {
  readonly #entries = new Map<string, Entry[]>();

  add(name: string, entry: Entry): void {
    const entries = this.#entries.get(name);
    if (entries) entries.push(entry);
    else this.#entries.set(name, [entry]);
  }

  /** A table of counts with precision (right of all that was said) and recall (right of all there was to say). */
  table(heading: string): string[] {
    const width = Math.max(heading.length, ...[...this.#entries.keys()].map((name) => name.length)) + 2;
    const heads = ['right', 'wrong', 'missed', '(unread)', 'precision', 'recall', 'ambiguous'];
    const lines = [heading.padEnd(width) + heads.map((head) => head.padStart(11)).join('')];
    const names = [...this.#entries.keys()].sort();
    for (const name of names) lines.push(row(name.padEnd(width), this.#entries.get(name)!));
    if (names.length > 1) lines.push(row('all'.padEnd(width), [...this.#entries.values()].flat()));
    return lines;
  }

  /** Every wrong and every missed answer, with its place. */
  disagreements(): string[] {
    return (['wrong', 'missed'] as const).flatMap((verdict) =>
      [...this.#entries].flatMap(([name, entries]) =>
        entries
          .filter((entry) => entry.verdict === verdict)
          .map(
            ({ where, why, ambiguous }) =>
              `${verdict}${ambiguous ? ' (ambiguous)' : ''}  ${name}  ${where}  ${why}`,
          ),
      ),
    );
  }
}

function row(name: string, entries: readonly Entry[]): string {
  const strict = entries.filter(({ ambiguous }) => !ambiguous);
  const [right, wrong, missed] = (['right', 'wrong', 'missed'] as const).map(
    (verdict) => strict.filter((entry) => entry.verdict === verdict).length,
  ) as [number, number, number];
  const unread = strict.filter((entry) => entry.verdict === 'missed' && entry.unread).length;
  const cells = [
    right,
    wrong,
    missed,
    unread,
    ratio(right, right + wrong),
    ratio(right, right + wrong + missed),
  ];
  return name + [...cells, entries.length - strict.length].map((cell) => String(cell).padStart(11)).join('');
}

function ratio(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(2);
}
