/** Reads the cases of a rule's page: small repositories with the expected findings marked under the text. */

export interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The files after the first fix of every finding, where the page shows them. */
  readonly fixed: Readonly<Record<string, string>>;
  readonly expected: readonly Expected[];
}

/** A marked finding; line and columns are one-based, and columns end where the first line does. */
export interface Expected {
  readonly file: string;
  readonly line?: number;
  readonly start?: number;
  readonly end?: number;
  readonly severity: string;
  readonly key: string;
  readonly message: string;
}

/** @throws when a page is not of the shape all pages have */
export function readCases(page: string): Case[] {
  const [, text] = page.split(/^## Cases$/m);
  if (text === undefined) throw new Error('The page has no “## Cases”.');
  return headed(text, '### ').map((section) => readCase(section));
}

/** The parts of a page that start with a heading, without its marks; what stands in a fence starts none. */
export function headed(text: string, marks: string): string[] {
  const parts: string[] = [];
  let open = '';
  for (const line of text.split('\n')) {
    const [ticks = ''] = /^`{3,}/.exec(line) ?? [];
    const inside = open !== '';
    if (inside && line === open) open = '';
    else if (!inside && ticks !== '') open = ticks;
    if (!inside && line.startsWith(marks)) parts.push(line.slice(marks.length));
    else if (parts.length > 0) parts[parts.length - 1] += `\n${line}`;
  }
  return parts;
}

const fence = /^(`{3,})(\S+) (\S+)(?: (fixed))?\n([^]*?)^\1$/gm;

function readCase(section: string): Case {
  const name = section.slice(0, section.indexOf('\n')).trim();
  const files: Record<string, string> = {};
  const fixed: Record<string, string> = {};
  const expected: Expected[] = [];
  for (const [, , , path, after, body] of section.matchAll(fence)) {
    if (after) fixed[path!] = body!;
    else files[path!] = unmark(path!, body!, expected);
  }
  if (Object.keys(files).length === 0) throw new Error(`The case “${name}” has no files.`);
  return { name, files, fixed, expected };
}

const marker =
  /^(?:[ \t]*(?:#|\/\/|<!--|--)?[ \t]*)(\^+|\^file) (error|warning|info)\[([\w-]+)\]: (.*?)(?:[ \t]*-->)?$/;

/** Takes the marker lines out of a text and notes what they say. */
function unmark(file: string, body: string, expected: Expected[]): string {
  const kept: string[] = [];
  for (const line of body.split('\n')) {
    const match = marker.exec(line);
    if (!match) {
      kept.push(line);
      continue;
    }
    const [, carets, severity, key, message] = match as unknown as [string, string, string, string, string];
    const common = { file, severity, key, message };
    if (carets === '^file') expected.push(common);
    else {
      const start = line.indexOf('^') + 1;
      expected.push({ ...common, line: kept.length, start, end: start + carets.length });
    }
  }
  return kept.join('\n');
}
