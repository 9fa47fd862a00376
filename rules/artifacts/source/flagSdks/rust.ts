/** SDKs of feature flags in Rust, by their documentation. */
import type { FlagSdk } from './flagSdk.ts';

export const rustFlagSdks: readonly FlagSdk[] = [
  {
    id: 'openfeature',
    origin: /^open_feature\b/,
    calls: [{ name: /^get_(bool|int|float|string|struct)_(?:value|details)$/ }],
  },
  {
    id: 'launchdarkly',
    origin: /^launchdarkly_server_sdk\b/,
    receiver: /ld_?client|launch_?darkly/i,
    calls: [
      { name: /^(bool|str|float|int|json)_variation(?:_detail)?$/, key: [1], fallback: 1, unique: true },
    ],
  },
  {
    id: 'unleash',
    origin: /^unleash_(?:api_)?client\b/,
    receiver: /unleash/i,
    calls: [{ name: /^is_enabled(?:_str)?$/, type: 'boolean' }, { name: /^get_variant(?:_str)?$/ }],
  },
  {
    id: 'flagsmith',
    origin: /^flagsmith\b/,
    receiver: /flagsmith/i,
    calls: [
      { name: /^is_feature_enabled$/, type: 'boolean' },
      { name: /^get_feature_value_as_string$/, type: 'string' },
      { name: /^get_flag$/ },
    ],
  },
  {
    id: 'posthog',
    origin: /^posthog_rs\b/,
    receiver: /posthog/i,
    calls: [{ name: /^is_feature_enabled$/, type: 'boolean' }, { name: /^get_feature_flag(?:_payload)?$/ }],
  },
  {
    id: 'growthbook',
    origin: /^growthbook_rust(?:_sdk)?\b/,
    receiver: /growth_?book|^gb$/i,
    calls: [{ name: /^is_(?:on|off)$/, type: 'boolean' }, { name: /^feature_result$/ }],
  },
  {
    id: 'configcat',
    origin: /^configcat\b/,
    receiver: /config_?cat/i,
    calls: [{ name: /^get_(?:flag_)?(?:value|details)$/, fallback: 1 }],
  },
  {
    id: 'statsig',
    origin: /^statsig(?:_rust)?\b/,
    receiver: /statsig/i,
    calls: [
      { name: /^(?:check_gate|get_feature_gate)$/, key: [1], type: 'boolean' },
      { name: /^get_(?:experiment|dynamic_config|config|layer)$/, key: [1], type: 'object' },
    ],
  },
];
