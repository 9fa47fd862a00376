/** Events of product analytics: where code sends them, what a tracking plan says, and how both are joined. */
import assert from 'node:assert/strict';
import { trackingPlan } from '../../rules/artifacts/events/trackingPlan.ts';
import type { EventFact } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import { joinEvents } from '../../rules/model/events.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function eventsIn(path: string, text: string): readonly EventFact[] {
  if (!source.mayHold(text, path)) return [];
  const file = textFile(path, text);
  try {
    return source.parse(file).facts!.events;
  } finally {
    file.dispose();
  }
}

const shown = ({ tool, name, callee, forwardedBy }: EventFact): string =>
  [callee ?? tool, name?.value ?? `? ${forwardedBy ?? ''}`.trim()].join(': ');

describe('Events in code', () => {
  before(() => Promise.all(['typescript', 'tsx', 'python'].map((name) => loadGrammar(name as 'python'))));

  const cases: Record<string, [path: string, code: string, events: string[]]> = {
    'PostHog in a browser': [
      'a.ts',
      `import posthog from 'posthog-js';\nposthog.capture('Order Placed', { total });\n`,
      ['posthog: Order Placed'],
    ],
    'PostHog on a server': [
      'a.ts',
      `import { PostHog } from 'posthog-node';\nconst client = new PostHog(key);\nclient.capture({ distinctId: id, event: 'Order Placed' });\n`,
      ['posthog: Order Placed'],
    ],
    'a hook': [
      'a.tsx',
      `import { usePostHog } from 'posthog-js/react';\nexport function B() {\n  const posthog = usePostHog();\n  posthog?.capture('Clicked');\n  return <b />;\n}\n`,
      ['posthog: Clicked'],
    ],
    'Segment, by name and by object': [
      'a.ts',
      `import { Analytics } from '@segment/analytics-node';\nconst analytics = new Analytics({ writeKey });\nanalytics.track({ userId, event: 'Signed Up' });\nwindow.analytics.track('Signed In');\n`,
      ['segment: Signed Up', 'segment: Signed In'],
    ],
    'Amplitude, Mixpanel, RudderStack': [
      'a.ts',
      `import * as amplitude from '@amplitude/analytics-browser';\nimport mixpanel from 'mixpanel-browser';\nimport Rudder from '@rudderstack/rudder-sdk-node';\namplitude.track('A');\nmixpanel.track('B');\nnew Rudder(k).track({ event: 'C', userId });\n`,
      ['amplitude: A', 'mixpanel: B', 'rudderstack: C'],
    ],
    'OpenTelemetry’s named log records, and not plain ones': [
      'a.ts',
      `import { logs } from '@opentelemetry/api-logs';\nconst logger = logs.getLogger('shop');\nlogger.emit({ eventName: 'order.placed' });\nlogger.emit({ body: 'x' });\n`,
      ['opentelemetry: order.placed'],
    ],
    'constants by name': [
      'a.ts',
      `import posthog from 'posthog-js';\nconst E = { placed: 'Order Placed' } as const;\nposthog.capture(E.placed);\n`,
      ['posthog: Order Placed'],
    ],
    'a function that hands events on': [
      'a.ts',
      `import posthog from 'posthog-js';\nexport function trackEvent(name: string) {\n  posthog.capture(name);\n}\n`,
      ['posthog: ? trackEvent'],
    ],
    'calls of such a function': [
      'a.ts',
      `import { trackEvent } from './analytics';\ntrackEvent('Opened');\n`,
      ['trackEvent: Opened'],
    ],
    'no event: errors, tests of other things, other libraries': [
      'a.ts',
      `import * as Sentry from '@sentry/node';\nimport { track } from 'other';\nSentry.captureException(new Error('x'));\ncaptureException('x');\ntrack('x');\nmouse.capture('x');\n`,
      ['capture: x'],
    ],
    'PostHog in Python, before and after version 6': [
      'a.py',
      `import posthog\nposthog.capture(user.id, 'Order Placed')\nposthog.capture('Order Sent', distinct_id=user.id)\nposthog.capture(user.id, event=name)\n`,
      ['posthog: Order Placed', 'posthog: Order Sent', 'posthog: ?'],
    ],
    'Segment, Mixpanel and Amplitude in Python': [
      'a.py',
      `import segment.analytics as analytics\nfrom mixpanel import Mixpanel\nfrom amplitude import Amplitude, BaseEvent\nmp = Mixpanel(T)\nclient = Amplitude(K)\nanalytics.track('u', 'A')\nmp.track(u, 'B')\nclient.track(BaseEvent(event_type='C', user_id=u))\n`,
      ['segment: A', 'mixpanel: B', 'amplitude: C'],
    ],
  };
  for (const [name, [path, code, events]] of Object.entries(cases))
    it(name, () => assert.deepEqual(eventsIn(path, code).map(shown), events));
});

describe('A tracking plan', () => {
  const planned = (path: string, text: string) =>
    trackingPlan.parse(textFile(path, text)).facts?.events.map(({ name }) => name.value);

  it('is a list, a map, or a protocol', () => {
    assert.deepEqual(planned('tracking-plan.yaml', 'events:\n  - Signed Up\n  - name: Order Placed\n'), [
      'Signed Up',
      'Order Placed',
    ]);
    assert.deepEqual(planned('tracking-plan.yaml', 'events:\n  Signed Up: { owner: web }\n'), ['Signed Up']);
    const protocol = { display_name: 'Shop', rules: { events: [{ name: 'Signed Up', rules: {} }] } };
    assert.deepEqual(planned('segment-tracking-plan.json', JSON.stringify(protocol)), ['Signed Up']);
    for (const text of ['', 'events:', 'events: 3', '{', 'events:\n  - {'])
      assert.doesNotThrow(() => planned('tracking-plan.yaml', text));
  });

  it('is known by its name', () => {
    for (const path of ['tracking-plan.yaml', 'docs/tracking_plan.json', 'web-tracking-plan.prod.json'])
      assert.ok(trackingPlan.claims(path), path);
    for (const path of ['scaling-plan.yaml', 'plan.json', 'tracking.yaml'])
      assert.ok(!trackingPlan.claims(path), path);
  });
});

describe('The join of events', () => {
  before(() => loadGrammar('typescript'));

  const join = (files: Record<string, string>) => {
    const read = (path: string, text: string) => {
      const file = textFile(path, text);
      try {
        return source.parse(file).facts!;
      } finally {
        file.dispose();
      }
    };
    const sources = new Map(Object.entries(files).map(([path, text]) => [path, read(path, text)]));
    const none = new Map();
    return joinEvents(
      { source: sources, trackingPlan: none, packageJson: none, manifest: none },
      () => 'production',
    );
  };
  const wrapper = `import posthog from 'posthog-js';\nexport const track = (event: string) => posthog.capture(event);\n`;

  it('follows a function that hands events on to whoever calls it', () => {
    const { sent, complete } = join({
      'track.ts': wrapper,
      'a.ts': `import { track } from './track';\ntrack('Opened');\n`,
    });
    assert.deepEqual(
      sent.map(({ file, name }) => [file, name]),
      [['a.ts', 'Opened']],
    );
    assert.ok(complete);
  });

  it('takes calls of a name that hands nothing on for nothing', () => {
    assert.deepEqual(join({ 'a.ts': `import { track } from './track';\ntrack('Opened');\n` }).sent, []);
  });

  it('knows when a name is computed', () => {
    const computed = `import { track } from './track';\ntrack('Opened');\ntrack(kind + '_opened');\n`;
    assert.ok(!join({ 'track.ts': wrapper, 'a.ts': computed }).complete);
    assert.ok(!join({ 'a.ts': `import posthog from 'posthog-js';\nposthog.capture(names[0]);\n` }).complete);
  });
});
