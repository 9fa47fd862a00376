/** SDKs of feature flags in Go, by their documentation. */
import type { FlagSdk } from './flagSdk.ts';

export const goFlagSdks: readonly FlagSdk[] = [
  {
    id: 'openfeature',
    origin: /(?:^|\/)open-feature\/go-sdk\b|(?:^|\/)openfeature\.dev\b/,
    calls: [
      {
        name: /^(Boolean|String|Int|Float|Object)Value(?:Details)?$/,
        key: [1],
        fallback: 1,
        unique: true,
      },
      { name: /^(Boolean|String|Int|Float|Object)$/, key: [1], fallback: 1 },
    ],
  },
  {
    id: 'launchdarkly',
    origin: /(?:^|\/)launchdarkly\/go-server-sdk\b/,
    receiver: /(?:^|\W)ld|launch_?darkly/i,
    calls: [
      {
        name: /^(Bool|String|Int|Float64|JSON)Variation(?:Detail)?(?:Ctx)?$/,
        key: [0, 1],
        fallback: 2,
        unique: true,
      },
    ],
  },
  {
    id: 'unleash',
    origin: /(?:^|\/)Unleash\/unleash-client-go\b/i,
    receiver: /unleash/i,
    calls: [{ name: /^IsEnabled$/, type: 'boolean' }, { name: /^GetVariant$/ }],
  },
  {
    id: 'flagsmith',
    origin: /(?:^|\/)Flagsmith\/flagsmith-go-client\b/i,
    receiver: /flagsmith/i,
    calls: [{ name: /^IsFeatureEnabled$/, type: 'boolean' }, { name: /^Get(?:FeatureValue|Flag)$/ }],
  },
  {
    id: 'posthog',
    origin: /(?:^|\/)posthog\/posthog-go\b/,
    receiver: /posthog/i,
    calls: [
      { name: /^IsFeatureEnabled$/, named: ['Key'], type: 'boolean' },
      { name: /^GetFeatureFlag(?:Payload)?$/, named: ['Key'] },
    ],
  },
  {
    id: 'growthbook',
    origin: /(?:^|\/)growthbook\/growthbook-(?:golang|go)\b/,
    receiver: /growth_?book|(?:^|\W)gb$/i,
    calls: [
      { name: /^EvalFeature$/, key: [1, 0] },
      { name: /^(?:Feature|IsOn|IsOff)$/, key: [0, 1] },
    ],
  },
  {
    id: 'configcat',
    origin: /(?:^|\/)configcat\/go-sdk\b/,
    receiver: /config_?cat/i,
    calls: [{ name: /^Get(Bool|String|Int|Float)Value(?:Details)?$/, fallback: 1 }],
  },
];
