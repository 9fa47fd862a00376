/**
 * Where tests switch a flag on or off: `flag: false`, `mock('flag', true)`, `when(isEnabled("flag")).thenReturn(false)`,
 * `fake.disable("flag")`. Read by text, in any language. It must never know which flags there are.
 */
import type { ArtifactKind } from '../artifact.ts';
import type { FlagTestFacts } from './facts.ts';

export const flagTests: ArtifactKind<FlagTestFacts> = {
  id: 'flagTests',
  claims: (path) => isTest.test(path) && /\.(?:[cm]?[jt]sx?|py|go|java|kt|cs|rb|php|rs)$/.test(path),
  mayHold: (text) => /\b(?:[tT]rue|[fF]alse)\b|\b(?:en|dis)able\(/.test(text) && flagWords.test(text),
  parse({ text }) {
    const settings = settingsIn(text);
    return { ...(settings.length > 0 && { facts: { settings } }), problems: [] };
  },
};

const isTest =
  /(?:^|\/)(?:__)?(?:tests?|specs?|e2e)(?:__)?\/|(?:^|\/)src\/test\/|[._-](?:tests?|spec|e2e)\.\w+$|(?:^|\/)(?:test_[^/]*|conftest)\.py$|(?:Tests?|Spec|IT)\.\w+$/;
const flagWords = /flag|feature|toggle|unleash|launchdarkly|growth_?book|posthog|statsig/i;

/** A text that may be a key, or the member of something that is named for flags. */
const names =
  /(["'`])([A-Za-z][\w.:/-]{2,100})\1|\b\w{0,60}(?:[fF]lag|FLAG|[fF]eature|FEATURE|[tT]oggle|TOGGLE)\w{0,60}\.([A-Za-z]\w{2,100})\b/g;
/** How far from the name its value may stand. */
const reach = 120;

function settingsIn(text: string): FlagTestFacts['settings'] {
  const found: { name: string; on: boolean; range: { start: number; end: number } }[] = [];
  for (const match of text.matchAll(names)) {
    const name = (match[2] ?? match[3])!;
    const end = match.index + match[0].length;
    const on =
      valueAfter(text.slice(end, end + reach)) ??
      valueBefore(text.slice(Math.max(0, match.index - 40), match.index));
    if (on !== undefined) found.push({ name, on, range: { start: match.index, end } });
    if (found.length >= 2000) break;
  }
  return found;
}

function valueAfter(after: string): boolean | undefined {
  const word =
    /^\s*\]?\s*[:,=]\s*([tT]rue|[fF]alse)\b/.exec(after)?.[1] ??
    /^[^;{}\n]{0,60}\)\s*\)\s*\.\s*(?:thenReturn|willReturn|mockReturnValue|mockResolvedValue)\(\s*(true|false)\s*\)/.exec(
      after,
    )?.[1];
  return word === undefined ? undefined : word.toLowerCase() === 'true';
}

function valueBefore(before: string): boolean | undefined {
  const verb = /\b(?:(enable|turnOn|turn_on)|(?:disable|turnOff|turn_off))\(\s*$/i.exec(before);
  return verb ? verb[1] !== undefined : undefined;
}
