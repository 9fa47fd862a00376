/**
 * Text in a Helm template is no YAML until it is rendered. Actions are replaced by characters of the same number, so
 * that what is left parses and every range holds; what an action puts out is remembered beside it. It must never know
 * which kind of file the template is for.
 */

/** A character of the Private Use Area: allowed in plain YAML scalars, and in no real file. */
export const maskCharacter = '\uE000';

/** One `{{ }}` of a template. */
export interface Action {
  readonly start: number;
  readonly end: number;
  /** Without braces and the dashes that trim. */
  readonly text: string;
  /** Nothing but other actions shares its lines: what it puts out are whole lines. */
  readonly alone: boolean;
  /** It puts out nothing itself: `if`, `end`, an assignment, a comment. */
  readonly control: boolean;
  /**
   * Where its text comes from when that is one plain reference: `image.tag` for `.Values.image.tag` (also through
   * `with`, variables, `toYaml`, `quote`, `default`), `.Chart.Name` for the chart's own.
   */
  readonly values?: string;
  /** The literal that `default` gives it, or the reference. */
  readonly fallback?: string | number;
  readonly fallbackValues?: string;
  /** The column that `nindent` or `indent` moves it to. */
  readonly indent?: number;
}

export interface Masked {
  readonly text: string;
  readonly actions: readonly Action[];
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
  const actions: Action[] = [];
  const variables: Record<string, string> = {};
  const parts: string[] = [];
  const scopes = new Scopes();
  let line: Line = { start: 0, end: -1, blank: false };
  let at = 0;
  for (let start = text.indexOf('{{'); start !== -1; start = text.indexOf('{{', at)) {
    if (start > line.end) line = lineAt(text, start);
    const end = endOfAction(text, start, line);
    const body = bodyOf(text.slice(start, end));
    const assigned = /^(\$\w+)\s*:?=\s*"([^"\\]*)"$/.exec(body);
    if (assigned) variables[assigned[1]!] = assigned[2]!;
    const last = end > line.end ? lineAt(text, end) : line;
    const alone =
      line === last ? line.blank : standsAlone(text.slice(line.start, start), text.slice(end, last.end));
    const control = isControl(body);
    const reference = scopes.read(body);
    actions.push({ start, end, text: body, alone, control, ...(control ? {} : reference) });
    parts.push(
      text.slice(at, start),
      text.slice(start, end).replace(/[^\r\n]/g, alone ? ' ' : maskCharacter),
    );
    at = end;
    line = last;
  }
  parts.push(text.slice(at));
  const output = actions.filter(({ alone, control }) => alone && !control).map(({ start }) => start);
  return { text: parts.join(''), actions, output, variables };
}

/** A line of the text, looked at once for all of its actions. */
interface Line {
  readonly start: number;
  readonly end: number;
  /** Nothing but actions stands on it. */
  readonly blank: boolean;
}

/** Longer lines are not looked into for actions that stand alone: nobody writes them. */
const maxLine = 2000;

function lineAt(text: string, at: number): Line {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const end = newline === -1 ? text.length : newline;
  return { start, end, blank: standsAlone(text.slice(start, end), '') };
}

/** Whether nothing but actions stands before and after. */
function standsAlone(before: string, after: string): boolean {
  if (before.length + after.length > maxLine) return false;
  return `${before}${after}`.replace(/\{\{.*?\}\}/g, '').trim() === '';
}

/** A comment longer than this is not one. */
const maxComment = 5000;

/** The offset after the action's `}}`; strings in it may hold braces. An open action ends with its line. */
function endOfAction(text: string, start: number, line: Line): number {
  if (/^\{\{-?\s*\/\*/.test(text.slice(start, start + 12))) {
    const comment = text.slice(start, start + maxComment);
    const close = comment.indexOf('}}', Math.max(comment.indexOf('*/'), 0));
    if (comment.includes('*/') && close !== -1) return start + close + 2;
  }
  const token = /"(?:[^"\\\r\n]|\\.)*"|`[^`]*`|\}\}|\r|\n/g;
  token.lastIndex = start + 2;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    if (match[0] === '}}') return token.lastIndex;
    if (match[0] === '\n' || match[0] === '\r') break;
  }
  const rest = text.slice(start, line.end);
  const close = rest.indexOf('}}');
  if (close !== -1) return start + close + 2;
  return rest.endsWith('\r') ? line.end - 1 : line.end;
}

/** What stands between the braces, without the dashes that trim. */
function bodyOf(action: string): string {
  const start = action.startsWith('{{-') ? 3 : 2;
  const end = action.endsWith('-}}') ? -3 : action.endsWith('}}') ? -2 : undefined;
  return action.slice(start, end).trim();
}

function isControl(body: string): boolean {
  return /^(?:(?:if|else|end|range|with|define|block|break|continue)\b|\/\*|\$\w+\s*:?=|(?:fail)\b)/.test(
    body,
  );
}

type Reference = Pick<Action, 'values' | 'fallback' | 'fallbackValues' | 'indent'>;

/** What `.` and the variables stand for at each action, as far as they are plain paths into the values. */
class Scopes {
  /** The path that `.` stands for: undefined at the root, null where it cannot be known. */
  #dot: string | null | undefined = undefined;
  readonly #outer: (string | null | undefined)[] = [];
  readonly #variables = new Map<string, string | undefined>();

  read(body: string): Reference {
    const assigned = /^(\$\w+)\s*:?=\s*(.+)$/s.exec(body);
    if (assigned) this.#variables.set(assigned[1]!, this.#pipeline(assigned[2]!).values);
    const [, keyword, rest = ''] = /^(if|with|range|define|block|else|end)\b\s*(.*)$/s.exec(body) ?? [];
    if (keyword === undefined) return this.#pipeline(body);
    if (keyword === 'end') this.#dot = this.#outer.pop();
    else if (keyword === 'else') this.#else(rest);
    else {
      const dot = this.#scope(keyword, rest);
      this.#outer.push(this.#dot);
      this.#dot = dot;
    }
    return {};
  }

  #else(rest: string): void {
    const inside = /^with\b\s*(.*)$/s.exec(rest);
    this.#dot = inside ? this.#scope('with', inside[1]!) : this.#outer.at(-1);
  }

  #scope(keyword: string, rest: string): string | null | undefined {
    if (keyword === 'if') return this.#dot;
    if (keyword === 'define') return undefined;
    if (keyword !== 'with') return null;
    const named = /^(\$\w+)\s*:?=\s*(.+)$/s.exec(rest);
    const { values } = this.#pipeline(named ? named[2]! : rest);
    if (named) this.#variables.set(named[1]!, values);
    return values ?? null;
  }

  #pipeline(body: string): Reference {
    if (body.length > 400) return {};
    const [head = '', ...pipes] = body.split('|').map((part) => part.trim());
    let { values, fallback } = this.#head(head);
    let fallbackValues: string | undefined;
    let indent: number | undefined;
    for (const pipe of pipes) {
      const [, name, argument = ''] = /^(\w+)\s*(.*)$/s.exec(pipe) ?? [];
      if (name === 'nindent' || name === 'indent') indent = Number(argument);
      else if (name === 'default') {
        fallback = literal(argument);
        fallbackValues = this.#path(argument);
        if (fallback === undefined && fallbackValues === undefined) values = undefined;
      }
      if (name === undefined || !keepsValue.has(name)) values = undefined;
    }
    return {
      ...(values !== undefined && { values }),
      ...(values !== undefined && fallback !== undefined && { fallback }),
      ...(values !== undefined && fallbackValues !== undefined && { fallbackValues }),
      ...(indent !== undefined && Number.isSafeInteger(indent) && { indent }),
    };
  }

  #head(head: string): Reference {
    const values = this.#path(head);
    if (values !== undefined) return { values };
    const [, name, argument = ''] = /^(\w+)\s+(.+)$/s.exec(head) ?? [];
    if (name === 'default') {
      const [, value = '', reference = ''] = /^("[^"]*"|\S+)\s+(\S+)$/.exec(argument) ?? [];
      const fallback = literal(value);
      return fallback === undefined ? {} : { values: this.#path(reference), fallback };
    }
    if (name === 'required') return { values: this.#path(argument.replace(/^"[^"]*"\s*/, '')) };
    if (name === 'tpl') return { values: this.#path(argument.replace(/\s+[.$]$/, '')) };
    return name !== undefined && keepsValue.has(name) ? { values: this.#path(argument) } : {};
  }

  #path(expression: string): string | undefined {
    const plain = expression.replace(/^\(\s*([^()]*?)\s*\)$/, '$1');
    if (/^\$?\.Chart\.\w+$/.test(plain)) return plain.replace('$', '');
    const absolute = /^\$?\.Values\.(\w[\w.]*)$/.exec(plain);
    if (absolute) return absolute[1];
    const [, variable, tail = ''] = /^(\$\w+)?((?:\.\w+)*\.?)$/.exec(plain) ?? [];
    if (plain === '' || plain === '$') return undefined;
    const base = variable === undefined ? this.#dot : this.#variables.get(variable);
    if (base === undefined || base === null || base.startsWith('.')) return undefined;
    const path = tail === '.' ? base : `${base}${tail}`;
    return /^\w[\w.]*\w$|^\w$/.test(path) && (tail !== '' || variable !== undefined) ? path : undefined;
  }
}

/** Functions after which the value is still the one that was read. */
const keepsValue = new Set([
  ...['toYaml', 'toYamlPretty', 'quote', 'squote', 'toString', 'trim', 'int', 'int64', 'default'],
  ...['nindent', 'indent'],
]);

function literal(text: string): string | number | undefined {
  const quoted = /^"([^"\\]*)"$/.exec(text);
  if (quoted) return quoted[1];
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}
