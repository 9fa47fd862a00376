/** Adds whole documents to YAML files. It must never know what a document says. */
import { stringify } from 'yaml';
import type { TextFile } from '../../artifacts/artifact.ts';
import type { Change } from '../rule.ts';
import { newlineOf } from './lines.ts';
import type { YamlValue } from './yaml.ts';

/** Whether another document can be put at the end of this file, and mean the same as the ones before it. */
export function takesDocuments(path: string, template: boolean): boolean {
  return !template && /\.ya?ml$/i.test(path);
}

/** Adds a document at the end of a file of manifests; undefined where it is JSON in YAML's clothes. */
export function appendDocument(
  { path, text }: Pick<TextFile, 'path' | 'text'>,
  value: YamlValue,
): Change | undefined {
  if (/^\s*\{/.test(text)) return undefined;
  const newline = newlineOf(text);
  const written = text.trimEnd();
  const separator = /(?:^|\n)(?:---|\.\.\.)$/.test(written) ? '' : `---${newline}`;
  const document = stringify(value, { lineWidth: 0, compat: 'yaml-1.1' }).replaceAll('\n', newline);
  // A separator that is indented by blanks left on the last line is none.
  const start = text.length - /[ \t]*$/.exec(text)![0].length;
  const end = start === 0 || text[start - 1] === '\n' ? '' : newline;
  return {
    kind: 'edit',
    file: path,
    range: { start, end: text.length },
    text: `${end}${separator}${document}`,
  };
}
