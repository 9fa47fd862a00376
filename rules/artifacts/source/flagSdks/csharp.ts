/** SDKs of feature flags in C#, by their documentation. */
import type { FlagSdk } from './flagSdk.ts';

export const csharpFlagSdks: readonly FlagSdk[] = [
  {
    id: 'openfeature',
    origin: /^OpenFeature\b/,
    calls: [{ name: /^Get(Boolean|String|Integer|Double|Object)(?:Value|Details)(?:Async)?$/, fallback: 1 }],
  },
  {
    id: 'launchdarkly',
    origin: /^LaunchDarkly\b/,
    receiver: /(?:^|\W)_?ld|launch_?darkly/i,
    calls: [{ name: /^(Bool|String|Int|Float|Double|Json)Variation(?:Detail)?$/, fallback: 2, unique: true }],
  },
  {
    id: 'unleash',
    origin: /^Unleash\b/,
    receiver: /unleash/i,
    calls: [{ name: /^IsEnabled$/, type: 'boolean' }, { name: /^GetVariant$/ }],
  },
  {
    id: 'flagsmith',
    origin: /^Flagsmith\b/,
    receiver: /flagsmith/i,
    calls: [
      { name: /^(?:IsFeatureEnabled|HasFeatureFlag)$/, type: 'boolean' },
      { name: /^GetFeatureValue$/ },
    ],
  },
  {
    id: 'posthog',
    origin: /^PostHog\b/,
    receiver: /posthog/i,
    calls: [
      { name: /^IsFeatureEnabledAsync$/, type: 'boolean' },
      { name: /^GetFeatureFlag(?:Payload)?Async$/ },
    ],
  },
  {
    id: 'growthbook',
    origin: /^GrowthBook\b/,
    receiver: /growth_?book|(?:^|\W)_?gb$/i,
    calls: [
      { name: /^Is(?:On|Off)$/, type: 'boolean' },
      { name: /^GetFeatureValue$/, fallback: 1 },
      { name: /^EvalFeature$/ },
    ],
  },
  {
    id: 'configcat',
    origin: /^ConfigCat\b/,
    receiver: /config_?cat/i,
    calls: [{ name: /^GetValue(?:Details)?(?:Async)?$/, fallback: 1, named: ['key'] }],
  },
  {
    id: 'statsig',
    origin: /^Statsig\b/,
    receiver: /statsig/i,
    calls: [
      { name: /^CheckGate(?:Sync)?$/, key: [1, 0], type: 'boolean' },
      { name: /^Get(?:Experiment|Config|DynamicConfig|FeatureGate)(?:Sync)?$/, key: [1, 0] },
    ],
  },
  {
    id: 'split',
    origin: /^Splitio\b/,
    receiver: /split/i,
    calls: [{ name: /^GetTreatment(?:WithConfig)?(?:Async)?$/, key: [1], type: 'string' }],
  },
  {
    id: 'devcycle',
    origin: /^DevCycle\b/,
    receiver: /devcycle|(?:^|\W)_?dvc/i,
    calls: [{ name: /^Variable(?:Value)?(?:Async)?$/, key: [1], fallback: 1 }],
  },
];
