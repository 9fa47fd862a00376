/** SDKs of feature flags in JavaScript and TypeScript, by their documentation. */
import type { FlagSdk } from './flagSdk.ts';

/** `#` stands before the origin of what is known by its type alone. */
export const javascriptFlagSdks: readonly FlagSdk[] = [
  {
    id: 'openfeature',
    origin: /^#?@openfeature\//,
    calls: [
      { name: /^get(Boolean|String|Number|Object)(?:Value|Details)$/, fallback: 1, unique: true },
      {
        name: /^use(?:Suspense)?(Boolean|String|Number|Object)Flag(?:Value|Details)$/,
        fallback: 1,
        imported: true,
      },
      { name: /^use(?:Suspense)?Flag$/, fallback: 1, imported: true },
    ],
  },
  {
    id: 'launchdarkly',
    origin: /^#?(?:@launchdarkly\/|launchdarkly-)/,
    receiver: /(?:^|\W)ld|launch_?darkly/i,
    calls: [
      { name: /^variation(?:Detail)?$/, fallback: 2 },
      { name: /^(bool|string|number|json)Variation(?:Detail)?$/, fallback: 2 },
      { name: /^use(Bool|String|Number|Json)Variation(?:Detail)?$/, fallback: 1, imported: true },
    ],
  },
  {
    id: 'unleash',
    origin: /^#?(?:unleash-client|unleash-proxy-client|@unleash\/)/,
    receiver: /unleash/i,
    calls: [
      { name: /^isEnabled$/, type: 'boolean' },
      { name: /^getVariant$/ },
      { name: /^(?:useFlag|flag)$/, type: 'boolean', imported: true },
      { name: /^(?:useVariant|variant)$/, imported: true },
    ],
  },
  {
    id: 'growthbook',
    origin: /^#?@growthbook\//,
    receiver: /growth_?book|(?:^|\W)gb$/i,
    calls: [
      { name: /^is(?:On|Off)$/, type: 'boolean' },
      { name: /^(?:getFeatureValue)$/, fallback: 1 },
      { name: /^(?:evalFeature|feature)$/ },
      { name: /^useFeatureIsOn$/, type: 'boolean', imported: true },
      { name: /^useFeatureValue$/, fallback: 1, imported: true },
      { name: /^useFeature$/, imported: true },
    ],
  },
  {
    id: 'flagsmith',
    origin: /^#?(?:@flagsmith\/|flagsmith(?:-|\/|\.|$|\())/,
    receiver: /flagsmith/i,
    calls: [
      { name: /^(?:hasFeature|isFeatureEnabled)$/, type: 'boolean' },
      { name: /^(?:getFeatureValue|getValue|getFlag)$/ },
      { name: /^useFlags$/, list: true, imported: true },
    ],
  },
  {
    id: 'configcat',
    origin: /^#?(?:@configcat\/|configcat-)/,
    receiver: /config_?cat/i,
    calls: [
      { name: /^getValue(?:Details)?(?:Async)?$/, fallback: 1 },
      { name: /^useFeatureFlag$/, fallback: 1, imported: true },
    ],
  },
  {
    id: 'posthog',
    origin: /^#?(?:posthog-|@posthog\/(?!mcp|ai))/,
    receiver: /posthog/i,
    calls: [
      { name: /^isFeatureEnabled$/, type: 'boolean' },
      { name: /^getFeatureFlag(?:Payload|Result)?$/ },
      { name: /^useFeatureFlagEnabled$/, type: 'boolean', imported: true },
      { name: /^useFeatureFlag(?:VariantKey|Payload|Result)?$/, imported: true },
    ],
  },
  {
    id: 'statsig',
    origin: /^#?(?:@statsig\/|statsig-)/,
    receiver: /statsig/i,
    calls: [
      {
        name: /^(?:checkGate(?:Sync|WithExposureLoggingDisabled)?|getFeatureGate(?:Sync)?)$/,
        key: [0, 1],
        type: 'boolean',
      },
      { name: /^get(?:Experiment|DynamicConfig|Config|Layer)(?:Sync)?$/, key: [0, 1], type: 'object' },
      { name: /^use(?:GateValue|Gate|FeatureGate)$/, type: 'boolean', imported: true },
      { name: /^use(?:Experiment|DynamicConfig|Layer)$/, type: 'object', imported: true },
    ],
  },
  {
    id: 'split',
    origin: /^#?@splitsoftware\//,
    receiver: /split/i,
    calls: [
      { name: /^getTreatment(?:WithConfig)?$/, key: [1, 0], type: 'string' },
      { name: /^getTreatments(?:WithConfig)?$/, key: [1, 0], list: true, type: 'string' },
      {
        name: /^use(?:SplitTreatments|Treatments?(?:WithConfig)?)$/,
        named: ['names', 'name'],
        list: true,
        imported: true,
      },
    ],
  },
  {
    id: 'devcycle',
    origin: /^#?@devcycle\//,
    receiver: /devcycle|dvc/i,
    calls: [
      { name: /^variable(?:Value)?$/, key: [0, 1], fallback: 1 },
      { name: /^use(?:Variable|VariableValue|RenderIfEnabled)$/, fallback: 1, imported: true },
    ],
  },
];

/** Components that show what is below them where a flag says so; the attribute that holds its key. */
export const flagComponents: Readonly<Record<string, readonly [sdk: string, attribute: string]>> = {
  PostHogFeature: ['posthog', 'flag'],
  FeatureEnabled: ['growthbook', 'feature'],
  IfFeatureEnabled: ['growthbook', 'feature'],
  FeatureString: ['growthbook', 'feature'],
  FeatureFlag: ['openfeature', 'flagKey'],
  SplitTreatments: ['split', 'names'],
  RenderIfEnabled: ['devcycle', 'variableKey'],
};
