/** Where code reads a feature flag, on clients that really come from the SDKs of OpenFeature, LaunchDarkly, Unleash. */
import type { FlagReadFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import {
  argumentsOf,
  calledName,
  calleeOf,
  propertyName,
  propertyOf,
  receiverOf,
  unwrap,
} from './expressions.ts';
import { stringConstant } from './constants.ts';

type FlagType = NonNullable<FlagReadFact['type']>;

const openFeatureMethod = /^get(Boolean|String|Number|Object)(?:Value|Details)$/;
const openFeatureHook = /^use(?:Suspense)?(?:(Boolean|String|Number|Object)Flag(?:Value|Details)|Flag)$/;
const launchDarklyMethod = /^(?:(bool|string|number|json)?[vV]ariation(?:Detail)?)$/;
const unleashMethod = /^(?:isEnabled|getVariant|useFlag|useVariant|flag|variant)$/;

const openFeature = /^#?@openfeature\//;
const launchDarkly = /^#?(?:@launchdarkly\/|launchdarkly-)/;
const unleash = /^#?(?:unleash-client|unleash-proxy-client|@unleash\/)/;

/** Names that say a flag is read; the configuration decides whether such a function counts. */
const wrapperName = /feature|flag/i;

const types: Readonly<Record<string, FlagType>> = {
  Boolean: 'boolean',
  bool: 'boolean',
  String: 'string',
  string: 'string',
  Number: 'number',
  number: 'number',
  Object: 'object',
  json: 'object',
};

export function flagReadsOf(call: Syntax, code: Code): FlagReadFact[] {
  const name = calledName(call) ?? '';
  const origin = code.origin(calleeOf(call)) ?? '';
  const [first] = argumentsOf(call);
  if (openFeature.test(origin) || /^[.@~#:]|^$/.test(origin)) {
    const match =
      openFeatureMethod.exec(name) ?? (openFeature.test(origin) ? openFeatureHook.exec(name) : null);
    // These method names are OpenFeature's alone, wherever the client is made.
    if (match && first) return [read(call, 'openfeature', first, code, match[1] && types[match[1]])];
  }
  if (launchDarkly.test(origin)) {
    if (name === 'useFlags') return launchDarklyHook(call, code);
    const match = launchDarklyMethod.exec(name);
    if (match && first) return [read(call, 'launchdarkly', first, code, match[1] && types[match[1]])];
    return [];
  }
  if (unleash.test(origin)) {
    if (!unleashMethod.test(name) || !first) return [];
    const type = /variant/i.test(name) ? undefined : 'boolean';
    return [read(call, 'unleash', first, code, type)];
  }
  if (!first || !/^[.@~#:]|^$/.test(origin)) return [];
  const receiver = receiverOf(call)?.text ?? '';
  const ownLaunchDarkly = launchDarklyMethod.exec(name);
  if (ownLaunchDarkly && /(?:^|\W)ld|launch_?darkly/i.test(receiver)) {
    return [read(call, 'launchdarkly', first, code, ownLaunchDarkly[1] && types[ownLaunchDarkly[1]])];
  }
  if (/^(?:isEnabled|getVariant)$/.test(name) && /unleash/i.test(receiver)) {
    return [read(call, 'unleash', first, code, name === 'isEnabled' ? 'boolean' : undefined)];
  }
  const key = wrapperName.test(name) ? stringConstant(code, first) : undefined;
  if (!key || !/^[\w.:/-]+$/.test(key.value)) return [];
  return [{ key, sdk: 'function', callee: name, range: call.range }];
}

/** `@BooleanFeatureFlag({ flagKey: 'x' })` of OpenFeature's NestJS SDK. */
export function flagReadOfDecorator(decorator: Syntax, code: Code): FlagReadFact | undefined {
  const call = decorator.children[0];
  const match = /^(Boolean|String|Number|Object)FeatureFlag\b/.exec(call?.text ?? '');
  if (!call || !match || !openFeature.test(code.origin(call.children[0]) ?? '')) return undefined;
  const options = argumentsOf(call)[0];
  const object = options && code.definition(options);
  const key = object?.type === 'object' ? propertyOf(object, 'flagKey') : undefined;
  return read(call, 'openfeature', key ?? call, code, types[match[1]!]);
}

function read(
  call: Syntax,
  sdk: string,
  key: Syntax,
  code: Code,
  type: FlagType | '' | undefined,
): FlagReadFact {
  const found = stringConstant(code, key);
  // A constant may be declared far away: what is read here is named here.
  const range = unwrap(key).type === 'string' && found ? found.range : key.range;
  return {
    ...(found && { key: { value: found.value, range } }),
    sdk,
    range: call.range,
    ...(type && { type }),
  };
}

/** `const { newCheckout } = useFlags()`, `const flags = useFlags(); flags.newCheckout`, `useFlags()['new-checkout']`. */
function launchDarklyHook(call: Syntax, code: Code): FlagReadFact[] {
  const facts: FlagReadFact[] = [];
  const add = (node: Syntax, value: string | undefined): void => {
    facts.push({
      ...(value !== undefined && { key: { value, range: node.range } }),
      sdk: 'launchdarkly',
      range: node.range,
      ...(value !== undefined && /^[a-z][A-Za-z0-9]*$/.test(value) && { camelCase: true as const }),
    });
  };
  const parent = call.parent;
  if (parent?.type === 'member_expression' || parent?.type === 'subscript_expression') {
    const key = parent.children.at(-1)!;
    add(key, propertyName(key));
    return facts;
  }
  const target = parent?.type === 'variable_declarator' ? parent.children[0] : undefined;
  if (target?.type === 'object_pattern') {
    for (const child of target.children) {
      if (child.type === 'rest_pattern') add(child, undefined);
      else
        add(
          child,
          propertyName(child.type === 'pair_pattern' ? child.children[0] : undefined) ??
            /^[\w$]+/.exec(child.text)?.[0],
        );
    }
    return facts;
  }
  if (target?.type !== 'identifier') {
    add(call, undefined);
    return facts;
  }
  const scope = call.closest(scopes);
  if (scope) collectMembers(scope, target.text, code, add);
  if (facts.length === 0) add(call, undefined);
  return facts;
}

const scopes: ReadonlySet<string> = new Set(['statement_block', 'program']);

function collectMembers(
  node: Syntax,
  name: string,
  code: Code,
  add: (node: Syntax, value: string | undefined) => void,
  depth = 0,
): void {
  for (const child of node.children) {
    const object = /^(?:member|subscript)_expression$/.test(child.type) ? child.children[0] : undefined;
    if (object?.type === 'identifier' && object.text === name) {
      const key = child.children.at(-1)!;
      add(key, propertyName(key));
    } else if (child.type === 'identifier' && child.text === name && node.type !== 'variable_declarator') {
      // Handed on whole: any flag may be read.
      add(child, undefined);
    } else if (depth < 200) collectMembers(child, name, code, add, depth + 1);
  }
}
