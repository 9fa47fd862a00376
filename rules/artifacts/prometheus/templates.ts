/**
 * Text in a Helm template is no YAML until it is rendered. Actions are replaced by characters of the same number, so
 * that what is left parses and every range holds.
 */

/** A character of the Private Use Area: allowed in plain YAML scalars, and in no real file. */
export const maskCharacter = '\uE000';

export interface Masked {
  readonly text: string;
  /** Offsets of actions that stand alone on their line and put out something, such as `{{ toYaml … }}`. */
  readonly output: readonly number[];
  /** Values of `{{ $name := "text" }}`. */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * What only Helm and never Prometheus' own templates in annotations have: its built-in objects and functions, and
 * actions that trim and stand alone on their line.
 */
const helm =
  /\{\{-?\s*(?:\$?\.(?:Values|Release|Chart|Capabilities|Files|Template)\b|(?:include|template|toYaml|tpl|define|nindent)\b)|^[ \t]*\{\{-[^\n]*\}\}[ \t]*\r?$/m;

export function isTemplate(text: string): boolean {
  return helm.test(text);
}

/** Masks every `{{ }}`: an action alone on its line becomes blank, another one becomes mask characters. */
export function maskTemplate(text: string): Masked {
  const output: number[] = [];
  const variables: Record<string, string> = {};
  const parts: string[] = [];
  let at = 0;
  for (let start = text.indexOf('{{'); start !== -1; start = text.indexOf('{{', at)) {
    const end = endOfAction(text, start);
    const action = text.slice(start, end);
    const assigned = /^\{\{-?\s*(\$\w+)\s*:?=\s*"([^"\\]*)"\s*-?\}\}$/.exec(action);
    if (assigned) variables[assigned[1]!] = assigned[2]!;
    const alone = standsAlone(text, start, end);
    if (alone && !isControl(action)) output.push(start);
    parts.push(text.slice(at, start), action.replace(/[^\r\n]/g, alone ? ' ' : maskCharacter));
    at = end;
  }
  parts.push(text.slice(at));
  return { text: parts.join(''), output, variables };
}

/** The offset after the action's `}}`; strings in it may hold braces. An open action ends with its line. */
function endOfAction(text: string, start: number): number {
  if (/^\{\{-?\s*\/\*/.test(text.slice(start, start + 12))) {
    const close = text.indexOf('*/', start);
    const end = close === -1 ? -1 : text.indexOf('}}', close);
    if (end !== -1) return end + 2;
  }
  const token = /"(?:[^"\\\r\n]|\\.)*"|`[^`]*`|\}\}|\r|\n/g;
  token.lastIndex = start + 2;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === '}}') return token.lastIndex;
    if (match[0] === '\n' || match[0] === '\r') break;
  }
  const close = text.indexOf('}}', start);
  const newline = text.slice(start).search(/[\r\n]/);
  const lineEnd = newline === -1 ? text.length : start + newline;
  return close !== -1 && close < lineEnd ? close + 2 : lineEnd;
}

/** Whether nothing but other actions shares the action's lines. */
function standsAlone(text: string, start: number, end: number): boolean {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const line = text.slice(lineStart, start) + text.slice(end, newline === -1 ? text.length : newline);
  return line.replace(/\{\{.*?\}\}/g, '').trim() === '';
}

function isControl(action: string): boolean {
  return /^\{\{-?\s*(?:if|else|end|range|with|define|block|break|continue|\/\*|\$\w+\s*:?=)/.test(action);
}
