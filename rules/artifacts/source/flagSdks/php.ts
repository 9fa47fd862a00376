/** SDKs of feature flags in PHP, by their documentation. */
import type { FlagSdk } from './flagSdk.ts';

export const phpFlagSdks: readonly FlagSdk[] = [
  {
    id: 'openfeature',
    origin: /\bOpenFeature\\/,
    calls: [{ name: /^get(Boolean|String|Integer|Float|Object)(?:Value|Details)$/, fallback: 1 }],
  },
  {
    id: 'launchdarkly',
    origin: /\bLaunchDarkly\\/,
    receiver: /ld_?client|launch_?darkly/i,
    calls: [{ name: /^variation(?:Detail)?$/, fallback: 2 }],
  },
  {
    id: 'unleash',
    origin: /\bUnleash\\/,
    receiver: /unleash/i,
    calls: [{ name: /^isEnabled$/, type: 'boolean' }, { name: /^getVariant$/ }],
  },
  {
    id: 'flagsmith',
    origin: /\bFlagsmith\\/,
    receiver: /flagsmith/i,
    calls: [{ name: /^isFeatureEnabled$/, type: 'boolean' }, { name: /^getFeatureValue$/ }],
  },
  {
    id: 'posthog',
    origin: /\bPostHog\\/,
    receiver: /posthog/i,
    calls: [{ name: /^isFeatureEnabled$/, type: 'boolean' }, { name: /^getFeatureFlag(?:Payload)?$/ }],
  },
  {
    id: 'growthbook',
    origin: /\bGrowthbook\\/,
    receiver: /growth_?book|^\$gb$/i,
    calls: [
      { name: /^is(?:On|Off)$/, type: 'boolean' },
      { name: /^getValue$/, fallback: 1 },
      { name: /^getFeature$/ },
    ],
  },
  {
    id: 'configcat',
    origin: /\bConfigCat\\/,
    receiver: /config_?cat/i,
    calls: [{ name: /^getValue(?:Details)?$/, fallback: 1, named: ['key'] }],
  },
  {
    id: 'statsig',
    origin: /\bStatsig\\/,
    receiver: /statsig/i,
    calls: [
      { name: /^checkGate$/, key: [1], type: 'boolean' },
      { name: /^get(?:Experiment|Config|Layer)$/, key: [1], type: 'object' },
    ],
  },
  {
    id: 'split',
    origin: /\bSplitIO\\/,
    receiver: /split/i,
    calls: [{ name: /^getTreatment(?:WithConfig)?$/, key: [1], type: 'string' }],
  },
  {
    id: 'devcycle',
    origin: /\bDevCycle\\/,
    receiver: /devcycle|^\$dvc/i,
    calls: [{ name: /^variable(?:Value)?$/, key: [1], fallback: 1 }],
  },
];
