/** Joins flags with the tests that switch them: a side that no test runs. */
import { place, type FlagRead, type FlagSetting, type Model } from '../../model/model.ts';
import { defineRule } from '../rule.ts';
import { push } from '../../groups.ts';

export default defineRule({
  id: 'rollout/flag-untested',
  title: 'Tests run one side of a feature flag only.',
  area: 'rollout',
  section: '§7',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    'one-side': {
      text: 'Tests set the flag {key} to {value} alone, which the code falls back to anyway: no test runs what users get when it is switched {other}.',
    },
  },
  check(model, report) {
    const settings = groupByKey(model.flags.settings);
    if (settings.size === 0) return;
    for (const [key, reads] of readsByKey(model)) {
      const own = settings.get(key);
      const [first] = own ?? [];
      if (!own || !first) continue;
      const service = model.serviceOf(reads[0]!.file);
      const fallbacks = new Set(reads.map(({ facts }) => facts.defaultOn === true));
      const sides = new Set(own.map(({ on }) => on));
      if (sides.size === 1 && fallbacks.size === 1 && fallbacks.has(first.on)) {
        report.gap({
          message: 'one-side',
          data: { key, value: String(first.on), other: first.on ? 'off' : 'on' },
          at: first.at,
          ...(service && { service }),
          related: reads.map(({ file, facts }) => ({
            at: place(file, facts),
            message: `${key} is read here`,
          })),
        });
      } else if (fallbacks.size > 1 && sides.size === 1) {
        report.unknown(service, `The code falls back to different values of ${key}.`, first.at);
      } else {
        report.met(service, { at: first.at, message: `${key} is set here, and its other side runs too` });
      }
    }
  },
});

function groupByKey(settings: readonly FlagSetting[]): ReadonlyMap<string, readonly FlagSetting[]> {
  const groups = new Map<string, FlagSetting[]>();
  for (const setting of settings) {
    push(groups, setting.key, setting);
  }
  return groups;
}

/** Reads in production of flags that are on or off. */
function readsByKey({ flags }: Model): ReadonlyMap<string, readonly FlagRead[]> {
  const groups = new Map<string, FlagRead[]>();
  for (const read of flags.reads) {
    const { key, role, facts } = read;
    if (key === undefined || role !== 'production') continue;
    if (facts.type !== undefined && facts.type !== 'boolean') continue;
    push(groups, key, read);
  }
  return groups;
}
