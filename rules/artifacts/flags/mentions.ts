/**
 * Keys of flags that are asked for where no read is seen: by the same SDKs in languages that are not parsed, in those
 * where a client is called what nobody can tell, in components of Vue and Svelte, and by an OpenFeature manifest, from
 * which accessors are generated. A mention is enough to keep a flag from being called unused; it is too little to call
 * it undefined.
 */
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { entriesOf, rangeOf, valueAt } from '../nodes.ts';
import type { FlagMentionsFacts } from './facts.ts';

export const flagMentions: ArtifactKind<FlagMentionsFacts> = {
  id: 'flagMentions',
  claims: (path) => /\.(?:kt|kts|scala|cs|rb|php|rs|swift|dart|ex|exs|vue|svelte|astro|json)$/.test(path),
  mayHold: (text) => manifest.test(text) || (sdk.test(text) && read.test(text)),
  parse,
};

const manifest = /"flagType"[ \t]*:/;
const sdk =
  /openfeature|open-feature|open_feature|launchdarkly|ldclient|unleash|flagd|growth_?book|flagsmith|config_?cat|posthog|statsig|splitio|devcycle/i;
/** Evaluation methods of the SDKs in the spellings of these languages. */
const read =
  /\b(?:get_?)?(?:bool(?:ean)?|string|int(?:eger)?|float|double|number|object|json)_?(?:value|variation|details)(?:_?details?)?(?:_?async)?\s*\(|\b(?:is_?enabled|get_?variant|variation(?:_?detail)?|is_?feature_?enabled|has_?feature(?:_?flag)?|get_?feature_?(?:value|flag)|get_?value(?:_?async)?|is_?on|is_?off|eval_?feature|check_?gate|get_?treatment|feature_?enabled)\s*\(/i;
const reads = new RegExp(read, 'gi');

/** Arguments are looked at this far: a key stands first, or second after a context. */
const reach = 200;

function parse(file: TextFile): Parsed<FlagMentionsFacts> {
  const keys = manifest.test(file.text) ? manifestKeys(file) : callKeys(file.text);
  return keys.length > 0 ? { facts: { keys }, problems: [] } : { problems: [] };
}

function manifestKeys(file: TextFile): Ranged<string>[] {
  const entries = entriesOf(valueAt(file.yaml()[0]?.contents, 'flags'));
  return entries.map(({ key, keyNode }) => ({ value: key, range: rangeOf(keyNode) }));
}

function callKeys(text: string): (Ranged<string> | null)[] {
  const keys: (Ranged<string> | null)[] = [];
  for (const call of text.matchAll(reads)) {
    const start = call.index + call[0].length;
    // Go passes a context first; Python may name its arguments.
    const key = /^\s*(?:[\w.]+(?:\(\))?\s*,\s*)?(?:(?:flag_)?key\s*[=:]\s*)?(["'])([^"'\r\n]+)\1/.exec(
      text.slice(start, start + reach),
    );
    if (!key) keys.push(null);
    else {
      const at = start + key[0].length - key[2]!.length - 1;
      keys.push({ value: key[2]!, range: { start: at, end: at + key[2]!.length } });
    }
  }
  return keys;
}
