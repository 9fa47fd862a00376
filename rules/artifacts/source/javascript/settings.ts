/** Settings of frameworks that find routes by files, as far as they change these routes. Text is enough to find them. */
import type { RouterFact } from '../facts.ts';

const next = /\bnextConfig\b|\bNextConfig\b|\bbasePath\s*:|\brewrites\s*(?:\(|:)/;
const kit = /@sveltejs\/(?:adapter|kit\/vite)/;

/**
 * A router without routes, for the prefix that a file of settings gives to all of them. Its local name says more:
 * `export` where plain files are made and nothing serves, `open` where routes may be added or moved.
 */
export function settingsIn(text: string): RouterFact | undefined {
  const framework = next.test(text) ? 'next' : kit.test(text) ? 'sveltekit' : undefined;
  if (framework === undefined) return undefined;
  const base = framework === 'next' ? /\bbasePath\b/.exec(text) : /\bbase\s*:/.exec(text);
  const said = base && /^(?:basePath|base\s*)\s*:\s*(['"`])([^'"`$\\\n]*)\1/.exec(text.slice(base.index));
  const isOpen = (base && !said) || /\b(?:rewrites|pageExtensions|i18n)\b/.test(text);
  const isExport = /\boutput\s*:\s*['"]export['"]|@sveltejs\/adapter-static/.test(text);
  return {
    local: isExport ? 'export' : isOpen ? 'open' : 'plain',
    framework: `${framework}-config`,
    range: { start: 0, end: 0 },
    routes: [],
    mounts: [],
    complete: true,
    ...(said && { prefix: said[2]! }),
  };
}
