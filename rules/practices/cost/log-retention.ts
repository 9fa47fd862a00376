/**
 * Logs that are kept, and paid for, for ever: a log group of CloudWatch never expires unless it is told to.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/WhatIsCloudWatchLogs.html
 */
import { place } from '../../model/model.ts';
import { terraformModules } from '../../model/terraformModules.ts';
import { endOfLine } from '../edits/lines.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { addressOf } from './clouds.ts';

/** Days that the fix keeps logs for: long enough to look into an incident of last month. */
const days = 30;

export default defineRule({
  id: 'cost/log-retention',
  title: 'Logs are kept for ever.',
  area: 'cost',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    forever: {
      text: '{group} sets no retention_in_days, so CloudWatch keeps its logs for ever: the bill grows each month, whatever the traffic does.',
    },
    zero: {
      text: '{group} sets retention_in_days to 0, which keeps its logs for ever: the bill grows each month, whatever the traffic does.',
    },
  },
  check(model, report) {
    for (const { blocks } of terraformModules(model))
      for (const { file, facts } of blocks) {
        if (facts.type !== 'resource' || facts.labels[0] !== 'aws_cloudwatch_log_group') continue;
        const { retention_in_days: retention } = facts.attributes;
        const data = { group: addressOf(facts) };
        if (!retention)
          report.gap({
            message: 'forever',
            data,
            at: place(file, { range: facts.header }),
            fixes: [expire(file, facts.body.start)],
          });
        else if (retention.value === '0')
          report.gap({
            message: 'zero',
            data,
            at: place(file, retention),
            fixes: [setDays(file, retention.range)],
          });
        else report.met(undefined, { at: place(file, retention), message: 'ends the life of logs' });
      }
  },
});

const title = `Keep these logs for ${days} days`;

function expire(file: string, start: number): LazyFix {
  return {
    title,
    safety: 'suggested',
    changes({ read }) {
      const { text } = read(file);
      const end = endOfLine(text, start);
      if (text.slice(start, end).trim() !== '') return [];
      const margin = /^\s*?\n?([ \t]*)/.exec(text.slice(end + 1))?.[1] ?? '  ';
      return [
        {
          kind: 'edit',
          file,
          range: { start: end, end },
          text: `\n${margin === '' ? '  ' : margin}retention_in_days = ${days}`,
        },
      ];
    },
  };
}

function setDays(file: string, range: { start: number; end: number }): LazyFix {
  return { title, safety: 'suggested', changes: () => [{ kind: 'edit', file, range, text: String(days) }] };
}
