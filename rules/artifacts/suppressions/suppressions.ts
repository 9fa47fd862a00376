/**
 * Comments that accept findings, in any file's comment syntax:
 * `scaleready-disable-next-line RULE[, RULE] [until YYYY-MM-DD] [-- reason]`, `scaleready-disable-line …` for its own
 * line, `scaleready-disable-file …` for the file; and what other tools take for one. It must never know which rules
 * there are.
 */
import type { Ranged, TextRange } from '../../text.ts';
import type { ArtifactKind, Problem, TextFile } from '../artifact.ts';
import { buildkit, hadolint } from '../dockerfile/suppressions.ts';
import { kubeLinter, kubeScore, polaris } from '../kubernetes/suppressions.ts';
import { pint } from '../prometheus/suppressions.ts';
import type { Directive, ForeignSuppressions, SuppressionFacts } from './facts.ts';

/** The tools whose suppressions are honoured for what is equivalent. */
const otherTools: readonly ForeignSuppressions[] = [hadolint, buildkit, kubeLinter, kubeScore, polaris, pint];

export const suppressions: ArtifactKind<SuppressionFacts> = {
  id: 'suppressions',
  claims: () => true,
  mayHold: (text) => text.includes(own) || otherTools.some((tool) => tool.mayHold(text)),
  parse(file) {
    const directives: Directive[] = [];
    const problems: Problem[] = [];
    for (const match of file.text.matchAll(comment)) {
      const directive = read(file, match);
      if ('message' in directive) problems.push(directive);
      else directives.push(directive);
    }
    const foreign = otherTools.filter((tool) => tool.mayHold(file.text)).flatMap((tool) => tool.read(file));
    return directives.length + foreign.length > 0
      ? { facts: { directives, foreign }, problems }
      : { problems };
  },
};

const own = 'scaleready-disable-';

/** After a comment sign; the sign keeps prose that mentions the words apart from directives. */
const comment =
  /(?<sign>#|\/\/|\/\*|<!--|--|;)[ \t]*scaleready-disable-(?<scope>next-line|line|file)\b(?<rest>[^\r\n]*)/g;

function read(file: TextFile, match: RegExpExecArray): Directive | Problem {
  const { sign, scope, rest } = match.groups as { sign: string; scope: Scope; rest: string };
  const body = rest.replace(sign === '<!--' ? /-->.*$/ : sign === '/*' ? /\*\/.*$/ : /$/, '');
  const range = { start: match.index, end: match.index + match[0].trimEnd().length };
  const bodyStart = match.index + match[0].length - rest.length;
  const [head = '', ...reasons] = body.split(/(?:^|[ \t])--(?=[ \t]|$)/);
  const until = /\buntil[ \t]+(\S+)/.exec(head);
  if (until && !isDate(until[1]!)) {
    const start = bodyStart + until.index + until[0].length - until[1]!.length;
    return {
      message: `“${until[1]!}” is no date; write the last day of this suppression as in “until 2027-01-31”.`,
      range: { start, end: start + until[1]!.length },
    };
  }
  const rules = ruleNames(until ? head.slice(0, until.index) : head, bodyStart);
  if (rules.length === 0) {
    return { message: 'This suppression names no rule; write the id of the rule after it.', range };
  }
  const reason = reasons.join(' -- ').trim();
  const covers = coverage(file, scope, match.index);
  return {
    rules,
    ...(covers && { covers }),
    ...(reason && { reason }),
    ...(until && { until: { value: until[1]!, range } }),
    range,
  };
}

type Scope = 'next-line' | 'line' | 'file';

function ruleNames(text: string, offset: number): Ranged<string>[] {
  return [...text.matchAll(/[^\s,]+/g)].map((match) => ({
    value: match[0],
    range: { start: offset + match.index, end: offset + match.index + match[0].length },
  }));
}

/** A next line that goes on after a backslash, as in a Dockerfile, is covered to its end. */
function coverage({ text, lines }: TextFile, scope: Scope, at: number): TextRange | undefined {
  if (scope === 'file') return undefined;
  const own = lines.position(at).line;
  const first = scope === 'line' ? own : own + 1;
  let last = first;
  while (last < lines.lineCount - 1 && /\\[ \t]*\r?\n?$/.test(lineOf(last))) last += 1;
  return { start: lines.lineStart(first), end: lines.lineStart(last + 1) };

  function lineOf(line: number): string {
    return text.slice(lines.lineStart(line), lines.lineStart(line + 1));
  }
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}
