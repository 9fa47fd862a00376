/** Asks of an SLO whether it can be kept or missed at all. */
import { place } from '../../model/model.ts';
import type { TextRange } from '../../text.ts';
import { setScalar } from '../edits/yaml.ts';
import { defineRule, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'alerting/slo-invalid',
  title: 'An SLO has no objective that could be missed, no indicator or no window.',
  area: 'alerting',
  section: '§4',
  level: 'error',
  joins: false,
  fix: 'suggested',
  messages: {
    objective: {
      text: 'The objective {value} of the SLO {slo} is not between {least} and {most}, so it can be neither kept nor missed.',
    },
    fraction: {
      text: 'The objective {value} of the SLO {slo} is in percent, so almost every request may fail; {meant} was probably meant.',
    },
    perfect: {
      text: 'The SLO {slo} allows no failure at all, so its error budget is spent by the first one and its alert never ends.',
      level: 'warning',
    },
    'objective-missing': {
      text: 'The SLO {slo} names no objective, so nobody can say whether it is kept.',
    },
    indicator: {
      text: 'The SLO {slo} has no indicator, so nothing measures it.',
    },
    window: {
      text: 'The SLO {slo} does not say over which time it holds, so its error budget cannot be counted.',
    },
  },
  check(model, report) {
    for (const { file, facts, services } of model.slos) {
      if (model.role(file) !== 'production') continue;
      const service = services.length === 1 ? services[0] : undefined;
      const slo = facts.name.value;
      const at = place(file, facts.name);
      if (facts.open) {
        report.unknown(service, `A template decides a part of the SLO ${slo}.`, at);
        continue;
      }
      let sound = true;
      for (const objective of facts.objectives) {
        const { share, value } = objective;
        const isFraction = facts.format !== 'openslo' && share !== undefined && share > 0 && share < 0.01;
        if (share !== undefined && share > 0 && share < 1 && !isFraction) continue;
        sound = false;
        if (isFraction) {
          const meant = Number((share * 10_000).toFixed(6));
          report.gap({
            message: 'fraction',
            data: { slo, value, meant },
            at: place(file, objective),
            service,
            fixes: [inPercent(file, objective.range, meant)],
          });
          continue;
        }
        const isShare = facts.format === 'openslo' && share === Number(value);
        const data = { slo, value, least: 0, most: isShare ? 1 : 100 };
        if (share === 1)
          report.gap({ message: 'perfect', data: { slo }, at: place(file, objective), service });
        else report.gap({ message: 'objective', data, at: place(file, objective), service });
      }
      const lacking = [
        ['objective-missing', facts.objectives.length === 0],
        ['indicator', !facts.indicator],
        ['window', !facts.window],
      ] as const;
      for (const [message, lacks] of lacking) {
        if (!lacks) continue;
        sound = false;
        report.gap({ message, data: { slo }, at, service });
      }
      if (sound) report.met(service, { at, message: `${slo} has an objective, an indicator and a window` });
    }
  },
});

function inPercent(file: string, range: TextRange, percent: number): LazyFix {
  return {
    title: `Write ${percent} percent`,
    safety: 'suggested',
    changes({ read }) {
      const change = setScalar(read(file), range, percent);
      return change ? [change] : [];
    },
  };
}
