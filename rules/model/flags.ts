/**
 * Joins definitions of flags with the places that read them. It knows which format can serve which SDK, and when
 * nothing can be said; it must never know what is wrong with a flag.
 */
import type { FlagDefinitionsFacts, FlagFormat, FlagMentionsFacts } from '../artifacts/flags/facts.ts';
import type { FactsByKind } from '../artifacts/kinds.ts';
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { FlagDefinition, FlagRead, Flags, FlagSetting, Role } from './model.ts';
import { readsOfFlags } from './flagWrappers.ts';
import type { Modules } from './modules.ts';
import { baseOf } from './paths.ts';
import { terraformFlags } from './terraformFlags.ts';
import { push } from '../groups.ts';

type Files = readonly (readonly [path: string, facts: FlagDefinitionsFacts])[];

/**
 * @param role of a path: what tests and examples define or read says nothing about production
 * @param functions names of the team's own functions that read flags, besides those that are seen to
 */
export function joinFlags(
  facts: Pick<FactsByKind, 'flags' | 'flagMentions' | 'flagTests' | 'source' | 'terraform'>,
  role: (path: string) => Role,
  functions: readonly string[],
  modules: Modules,
): Flags {
  const files = [
    ...[...facts.flags].filter(([path, { certain }]) => certain || isNamedForFlags(path)),
    ...terraformFlags(facts.terraform),
  ];
  const complete = completeSdks(files, facts.source, role);
  const own = new Set(functions);
  const inCamelCase = camelCaseKeys(files);
  const reads = readsOfFlags(facts.source, modules, (callee) => isConfigured(callee, own)).map(
    ({ file, facts: read, key: found, loose }): FlagRead => {
      const written = found?.value;
      const key = read.camelCase && written !== undefined ? (inCamelCase.get(written) ?? written) : written;
      return {
        file,
        // The key that another file declares is named here, whatever stands here.
        facts: found ? { ...read, key: found } : read,
        key,
        role: role(file),
        complete: !loose && complete(read.sdk),
      };
    },
  );
  return {
    definitions: joinDefinitions(files, reads, facts.flagMentions, role),
    reads,
    settings: joinSettings(facts),
    complete: reads.every((read) => read.complete),
  };
}

/** Tests name flags by their keys, or by the constants that hold these. */
function joinSettings({ flagTests, source }: Pick<FactsByKind, 'flagTests' | 'source'>): FlagSetting[] {
  const keys = new Map<string, string>();
  if (flagTests.size > 0)
    for (const { flagKeys } of source.values())
      for (const { name, key } of flagKeys) keys.set(name.slice(name.lastIndexOf('.') + 1), key.value);
  return [...flagTests].flatMap(([file, { settings }]) =>
    settings.map(({ name, on, range }) => ({ key: keys.get(name) ?? name, on, at: { file, range } })),
  );
}

function joinDefinitions(
  files: Files,
  reads: readonly FlagRead[],
  mentions: ReadonlyMap<string, FlagMentionsFacts>,
  role: (path: string) => Role,
): FlagDefinition[] {
  const byKey = readsByKey(reads);
  const computed = new Set(
    reads.flatMap((read) => (read.key === undefined && read.role === 'production' ? read.facts.sdk : [])),
  );
  const mentioned = new Set([...mentions.values()].flatMap(({ keys }) => keys.map((key) => key?.value)));
  const unseen = mentioned.has(undefined) || (reads.length === 0 && mentions.size === 0);
  return files.flatMap(([file, { format, flags }]) => {
    const readsAreKnown = !unseen && ![...computed].some((sdk) => serves(format, sdk));
    return flags.map((flag) => ({
      file,
      facts: flag,
      format,
      role: role(file),
      reads: (byKey.get(flag.key.value) ?? []).filter((read) => serves(format, read.facts.sdk)),
      readsAreKnown: readsAreKnown && !mentioned.has(flag.key.value),
    }));
  });
}

function readsByKey(reads: readonly FlagRead[]): ReadonlyMap<string, readonly FlagRead[]> {
  const groups = new Map<string, FlagRead[]>();
  for (const read of reads) {
    const { key } = read;
    if (key === undefined) continue;
    push(groups, key, read);
  }
  return groups;
}

/** `isOn` in the configuration stands for `flags.isOn(…)` too. */
function isConfigured(callee: string | undefined, functions: ReadonlySet<string>): boolean {
  return (
    callee !== undefined &&
    (functions.has(callee) || functions.has(callee.slice(callee.lastIndexOf('.') + 1)))
  );
}

/** Keys by what LaunchDarkly's React SDK makes of them: `new-checkout` is `newCheckout` there. */
function camelCaseKeys(files: Files): ReadonlyMap<string, string> {
  const keys = files.flatMap(([, { flags }]) => flags.map(({ key }) => key.value));
  return new Map(
    keys.map((key) => [key.replace(/[^A-Za-z0-9]+(.)/g, (_, next: string) => next.toUpperCase()), key]),
  );
}

/** A text that only looks like feature flags must also be called so. */
function isNamedForFlags(path: string): boolean {
  return /^(?:[\w-]+[._-])?(?:flags|toggles)\.(?:ya?ml|json)$/i.test(baseOf(path));
}

/** SDKs that only certain formats can serve. OpenFeature, and a team's own wrapper, can be served from any. */
const formatsOf: Readonly<Record<string, readonly FlagFormat[]>> = {
  unleash: ['unleash', 'plain'],
  launchdarkly: ['launchdarkly', 'plain'],
  growthbook: ['growthbook', 'plain'],
  configcat: ['configcat', 'plain'],
  flagsmith: ['flagsmith', 'plain'],
  posthog: ['plain'],
  statsig: ['plain'],
  split: ['plain'],
  devcycle: ['plain'],
};

function serves(format: FlagFormat, sdk: string): boolean {
  return !Object.hasOwn(formatsOf, sdk) || formatsOf[sdk]!.includes(format);
}

/**
 * Tells whether everything an SDK could read is defined here: some file serves it, every such file could be read to its
 * end, and no provider fetches definitions from elsewhere.
 */
function completeSdks(
  files: Files,
  sources: ReadonlyMap<string, SourceFacts>,
  role: (path: string) => Role,
): (sdk: string) => boolean {
  const elsewhere = [...sources].some(
    ([path, source]) => role(path) === 'production' && usesOtherProvider(source),
  );
  const known = new Map<string, boolean>();
  return (sdk) => {
    let verdict = known.get(sdk);
    if (verdict === undefined) {
      // A manifest names what accessors are generated for, and others may be asked for by hand.
      const serving = files.filter(([, { format }]) => format !== 'manifest' && serves(format, sdk));
      const inProduction = serving.some(([path, { certain }]) => certain && role(path) === 'production');
      const readable = serving.every(([, { partial }]) => !partial);
      verdict = inProduction && readable && !(elsewhere && !Object.hasOwn(formatsOf, sdk));
      known.set(sdk, verdict);
    }
    return verdict;
  };
}

/** OpenFeature packages that bring no definitions of their own, and those whose definitions are files we read. */
const withoutDefinitions =
  /^@openfeature\/(?:core|server-sdk|web-sdk|react-sdk|nestjs-sdk|angular-sdk|flagd(?:-web)?-(?:provider|core)|[\w-]*hooks?)$/;

function usesOtherProvider({ imports }: SourceFacts): boolean {
  return imports.some(({ specifier, names }) => {
    if (!/open-?feature/i.test(specifier)) return false;
    if (Object.values(names).some((name) => /^(?:InMemory|Multi)Provider$/.test(name))) return true;
    return !specifier.startsWith('.') && !withoutDefinitions.test(specifier);
  });
}
