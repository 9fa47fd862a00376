/** SDKs of feature flags in Python, by their documentation. */
import type { FlagSdk } from './flagSdk.ts';

const flagKey = ['flag_key', 'key'];
const fallback = ['default_value', 'default', 'fallback'];

export const pythonFlagSdks: readonly FlagSdk[] = [
  {
    id: 'openfeature',
    origin: /^openfeature\b/,
    calls: [
      {
        name: /^get_(boolean|string|integer|float|object)_(?:value|details)(?:_async)?$/,
        named: flagKey,
        fallback: 1,
        fallbackNamed: fallback,
        unique: true,
      },
    ],
  },
  {
    id: 'launchdarkly',
    origin: /^ldclient\b/,
    receiver: /(?:^|\W)ld|launch_?darkly/i,
    calls: [
      {
        name: /^variation(?:_detail)?$/,
        named: flagKey,
        fallback: 2,
        fallbackNamed: fallback,
      },
    ],
  },
  {
    id: 'unleash',
    origin: /^Unleash(?:Client)?\b/,
    receiver: /unleash/i,
    calls: [
      { name: /^is_enabled$/, named: ['feature_name'], type: 'boolean' },
      { name: /^get_variant$/, named: ['feature_name'] },
    ],
  },
  {
    id: 'flagsmith',
    origin: /^flagsmith\b/,
    receiver: /flagsmith/i,
    calls: [
      { name: /^is_feature_enabled$/, named: ['feature_name'], type: 'boolean' },
      { name: /^get_(?:feature_value|flag)$/, named: ['feature_name'] },
    ],
  },
  {
    id: 'posthog',
    origin: /^posthog(?:analytics)?\b/,
    receiver: /posthog/i,
    calls: [
      { name: /^feature_enabled$/, named: ['key'], type: 'boolean' },
      { name: /^get_feature_flag(?:_payload|_result)?$/, named: ['key'] },
    ],
  },
  {
    id: 'growthbook',
    origin: /^growthbook\b/,
    receiver: /growth_?book|(?:^|\W)gb$/i,
    calls: [
      { name: /^(?:is_on|isOn|is_off|isOff)$/, type: 'boolean' },
      { name: /^(?:get_feature_value|getFeatureValue)$/, fallback: 1, fallbackNamed: fallback },
      { name: /^(?:eval_feature|evalFeature)$/ },
    ],
  },
  {
    id: 'configcat',
    origin: /^configcatclient\b/,
    receiver: /config_?cat/i,
    calls: [{ name: /^get_value(?:_details)?$/, named: ['key'], fallback: 1, fallbackNamed: fallback }],
  },
  {
    id: 'statsig',
    origin: /^statsig(?:_python_core)?\b/,
    receiver: /statsig/i,
    calls: [
      { name: /^(?:check_gate|get_feature_gate)$/, key: [1], type: 'boolean' },
      { name: /^get_(?:experiment|config|dynamic_config|layer)$/, key: [1], type: 'object' },
    ],
  },
  {
    id: 'split',
    origin: /^splitio\b/,
    receiver: /split/i,
    calls: [{ name: /^get_treatment(?:_with_config)?$/, key: [1], type: 'string' }],
  },
];
