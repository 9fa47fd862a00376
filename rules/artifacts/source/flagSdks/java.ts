/** SDKs of feature flags in Java, by their documentation. */
import type { FlagSdk } from './flagSdk.ts';

export const javaFlagSdks: readonly FlagSdk[] = [
  {
    id: 'openfeature',
    origin: /^dev\.openfeature\./,
    calls: [{ name: /^get(Boolean|String|Integer|Double|Object)(?:Value|Details)$/, fallback: 1 }],
  },
  {
    id: 'launchdarkly',
    origin: /^com\.launchdarkly\./,
    receiver: /(?:^|\W)ld|launch_?darkly/i,
    calls: [
      {
        name: /^(bool|string|int|double|jsonValue)Variation(?:Detail)?$/,
        fallback: 2,
        unique: true,
      },
    ],
  },
  {
    id: 'unleash',
    origin: /^(?:io|no\.finn)\.(?:getunleash|unleash)\b/,
    receiver: /unleash/i,
    calls: [{ name: /^isEnabled$/, type: 'boolean' }, { name: /^getVariant$/ }],
  },
  {
    id: 'flagsmith',
    origin: /^com\.flagsmith\b/,
    receiver: /flagsmith/i,
    calls: [
      { name: /^(?:isFeatureEnabled|hasFeatureFlag)$/, type: 'boolean' },
      { name: /^getFeature(?:Value|FlagValue)$/ },
    ],
  },
  {
    id: 'posthog',
    origin: /^com\.posthog\b/,
    receiver: /posthog/i,
    calls: [
      { name: /^isFeatureEnabled$/, key: [1, 0], type: 'boolean' },
      { name: /^getFeatureFlag(?:Payload|Result)?$/, key: [1, 0] },
    ],
  },
  {
    id: 'growthbook',
    origin: /^(?:com\.)?growthbook\b/,
    receiver: /growth_?book|(?:^|\W)gb$/i,
    calls: [
      { name: /^is(?:On|Off)$/, type: 'boolean' },
      { name: /^getFeatureValue$/, fallback: 1 },
      { name: /^evalFeature$/ },
    ],
  },
  {
    id: 'configcat',
    origin: /^com\.configcat\b/,
    receiver: /config_?cat/i,
    calls: [{ name: /^getValue(?:Details)?(?:Async)?$/, key: [1], fallback: 2 }],
  },
  {
    id: 'split',
    origin: /^io\.split\b/,
    receiver: /split/i,
    calls: [{ name: /^getTreatment(?:WithConfig)?$/, key: [1], type: 'string' }],
  },
];
