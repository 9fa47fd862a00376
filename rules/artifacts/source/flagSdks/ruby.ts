/** SDKs of feature flags in Ruby, by their documentation. */
import type { FlagSdk } from './flagSdk.ts';

export const rubyFlagSdks: readonly FlagSdk[] = [
  {
    id: 'openfeature',
    origin: /\bOpenFeature::/,
    calls: [
      {
        name: /^fetch_(boolean|string|number|integer|float|object)_(?:value|details)$/,
        named: ['flag_key'],
        fallback: 1,
        fallbackNamed: ['default_value'],
        unique: true,
      },
    ],
  },
  {
    id: 'launchdarkly',
    origin: /\bLaunchDarkly::/,
    receiver: /(?:^|\W)ld|launch_?darkly/i,
    calls: [{ name: /^variation(?:_detail)?$/, fallback: 2 }],
  },
  {
    id: 'unleash',
    origin: /\bUnleash::/,
    receiver: /unleash/i,
    calls: [{ name: /^(?:is_)?enabled\?$/, type: 'boolean' }, { name: /^get_variant$/ }],
  },
  {
    id: 'flagsmith',
    origin: /\bFlagsmith::/,
    receiver: /flagsmith/i,
    calls: [
      { name: /^(?:is_feature_enabled|feature_enabled\?)$/, type: 'boolean' },
      { name: /^(?:get_)?feature_value$/ },
    ],
  },
  {
    id: 'posthog',
    origin: /\bPostHog::/,
    receiver: /posthog/i,
    calls: [{ name: /^is_feature_enabled$/, type: 'boolean' }, { name: /^get_feature_flag(?:_payload)?$/ }],
  },
  {
    id: 'growthbook',
    origin: /\bGrowthbook::/,
    receiver: /growth_?book|(?:^|\W)gb$/i,
    calls: [
      { name: /^(?:on|off)\?$/, type: 'boolean' },
      { name: /^feature_value$/, fallback: 1 },
      { name: /^eval_feature$/ },
    ],
  },
  {
    id: 'configcat',
    origin: /\bConfigCat\b/,
    receiver: /config_?cat/i,
    calls: [{ name: /^get_value(?:_details)?$/, fallback: 1 }],
  },
  {
    id: 'statsig',
    origin: /\bStatsig\b/,
    receiver: /statsig/i,
    calls: [
      { name: /^check_gate$/, key: [1], type: 'boolean' },
      { name: /^get_(?:experiment|config|layer)$/, key: [1], type: 'object' },
    ],
  },
  {
    id: 'split',
    origin: /\bSplitIoClient::/,
    receiver: /split/i,
    calls: [{ name: /^get_treatment(?:_with_config)?$/, key: [1], type: 'string' }],
  },
  {
    id: 'devcycle',
    origin: /\bDevCycle::/,
    receiver: /devcycle|(?:^|\W)dvc/i,
    calls: [{ name: /^variable(?:_value)?$/, key: [1], fallback: 1 }],
  },
];
