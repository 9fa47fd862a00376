/** Asks which records of incidents leave out what makes the next one shorter. */
import type { Heading, MarkdownFacts } from '../../artifacts/markdown/facts.ts';
import { defineRule } from '../rule.ts';
import { postmortems } from './kinds.ts';

export default defineRule({
  id: 'runbooks/postmortem-incomplete',
  title: 'A postmortem leaves out when it was noticed and over, why it happened, or who does what about it.',
  area: 'runbooks',
  section: '§8',
  level: 'info',
  joins: false,
  fix: 'none',
  messages: {
    incomplete: {
      text: 'The postmortem {postmortem} does not say {missing}, so the next incident of this kind teaches it again.',
    },
    'unassigned-actions': {
      text: 'The postmortem {postmortem} names actions without anybody who does them, and those are the ones that are never done.',
    },
  },
  check(model, report) {
    for (const { file, facts, title } of postmortems(model)) {
      const { missing, actions } = judge(facts);
      const first = facts.headings[0];
      const data = { postmortem: title };
      if (missing.length > 0)
        report.gap({
          message: 'incomplete',
          data: { ...data, missing: inWords(missing) },
          at: first ? { file, range: first.range } : { file },
        });
      else if (actions && isUnassigned(actions, facts))
        report.gap({ message: 'unassigned-actions', data, at: { file, range: actions.range } });
      else report.met(undefined, { at: { file }, message: `${title} says what happened and who does what` });
    }
  },
});

const cause =
  /\bcauses?\b|contributing|\bwhy\b|what (?:happened|went wrong)|reason|explanation|trigger|5 ?whys|diagnosis|analysis|background|description|ursache|hintergrund|causa|原因/i;
const when =
  /timeline|chronolog|duration|detect|discover|resol|recover|mitigat|time to|zeitlicher|zeitachse|verlauf|cronolog|経緯|タイムライン|时间/i;
const action =
  /action|follow[- ]?ups?|next steps|to-?dos?\b|prevent|improve|remediat|corrective|what (?:will|are|do) we|going forward|recommendation|countermeasure|maßnahme|acciones|再発防止|対策|改进/i;

interface Judgement {
  readonly missing: readonly string[];
  readonly actions?: Heading;
}

/** Generous: headings, words in bold, front matter and a handful of times count. */
function judge({ headings, labels, frontMatter, times }: MarkdownFacts): Judgement {
  const words = [...headings.slice(1).map(({ text }) => text), ...labels, ...Object.keys(frontMatter)];
  const has = (pattern: RegExp): boolean => words.some((text) => pattern.test(text));
  const actions = headings.find(({ text, depth, filled }) => depth > 1 && filled && action.test(text));
  return {
    missing: [
      ...(has(when) || times.length >= 2 ? [] : ['when it was noticed and when it was over']),
      ...(has(cause) ? [] : ['why it happened']),
      ...(has(action) ? [] : ['what is done about it, and by whom']),
    ],
    ...(actions && { actions }),
  };
}

/** Nobody is named, and no issue: not under its heading, nor anywhere else on the page. */
function isUnassigned({ body }: Heading, { assignments, links }: MarkdownFacts): boolean {
  const inside = (at: number): boolean => at >= body.start && at < body.end;
  return !assignments.some(inside) && !links.some(({ target }) => inside(target.range.start));
}

function inWords(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0]! : `${parts.slice(0, -1).join(', ')}, and ${parts.at(-1)!}`;
}
