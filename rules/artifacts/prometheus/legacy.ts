/** Prometheus 1's own language for rules: `ALERT name IF expr FOR 1m LABELS { … } ANNOTATIONS { … }`. */
import type { Ranged, TextRange } from '../../text.ts';
import type { AlertFacts } from './facts.ts';

const clause = /^[ \t]*(ALERT|IF|FOR|LABELS|ANNOTATIONS|WITH)\b[ \t]*/gm;

/** @param within the part of the text that is looked at */
export function parseLegacyRules(text: string, within: TextRange): AlertFacts[] {
  const clauses: { keyword: string; start: number; body: TextRange }[] = [];
  clause.lastIndex = within.start;
  for (let match = clause.exec(text); match && match.index < within.end; match = clause.exec(text)) {
    const start = match.index + match[0].search(/\S/);
    const previous = clauses.at(-1);
    if (previous) previous.body = { start: previous.body.start, end: match.index };
    clauses.push({ keyword: match[1]!, start, body: { start: clause.lastIndex, end: within.end } });
  }
  const alerts: AlertFacts[] = [];
  for (let index = 0; index < clauses.length; index += 1) {
    const head = clauses[index]!;
    if (head.keyword !== 'ALERT' || clauses[index + 1]?.keyword !== 'IF') continue;
    const name = /^[A-Za-z_]\w*/.exec(text.slice(head.body.start, head.body.end));
    if (!name) continue;
    let next = index + 1;
    while (next < clauses.length && clauses[next]!.keyword !== 'ALERT') next += 1;
    const parts = clauses.slice(index + 1, next);
    const bodyOf = (keyword: string): TextRange | undefined =>
      parts.find((part) => part.keyword === keyword)?.body;
    const duration = bodyOf('FOR');
    const last = parts.at(-1)!.body;
    alerts.push({
      name: { value: name[0], range: { start: head.body.start, end: head.body.start + name[0].length } },
      range: { start: head.start, end: trimmed(text, last).range.end },
      expr: trimmed(text, parts[0]!.body),
      ...(duration && { for: trimmed(text, duration) }),
      labels: entries(text, bodyOf('LABELS') ?? bodyOf('WITH')),
      labelsTemplated: false,
      annotations: entries(text, bodyOf('ANNOTATIONS')),
      templated: false,
      style: 'legacy',
    });
  }
  return alerts;
}

function trimmed(text: string, { start, end }: TextRange): Ranged<string> {
  const raw = text.slice(start, end);
  const from = start + (raw.length - raw.trimStart().length);
  const value = raw.trim();
  return { value, range: { start: Math.min(from, end), end: Math.min(from, end) + value.length } };
}

function entries(text: string, body: TextRange | undefined): Record<string, Ranged<string>> {
  const found: Record<string, Ranged<string>> = {};
  if (!body) return found;
  const entry = /([A-Za-z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/g;
  entry.lastIndex = body.start;
  for (let match = entry.exec(text); match && entry.lastIndex <= body.end; match = entry.exec(text)) {
    const end = entry.lastIndex;
    found[match[1]!] = { value: match[2]!.slice(1, -1), range: { start: end - match[2]!.length, end } };
  }
  return found;
}
