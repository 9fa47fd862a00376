/** Text that Go code is known to hold: literals, constants, and the defaults of variables and flags. */
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, unwrap, type Code } from './code.ts';

export interface Value {
  /** With `unknown` wherever a part is decided at run time. */
  readonly text: string;
  /** The environment variable that overrides it, or a part of it. */
  readonly variable?: string;
  /** The command-line flag whose default it is. */
  readonly flag?: string;
}

/** Stands for what is not known within a value's text. */
export const unknown = '\0';

const nothing: Value = { text: unknown };
const maxSteps = 16;

/** The text of an expression that is wholly known and that nothing overrides. */
export function fixedText(node: Syntax | undefined, code: Code): string | undefined {
  const value = valueOf(node, code);
  return value.text.includes(unknown) || value.variable !== undefined ? undefined : value.text;
}

export function valueOf(node: Syntax | undefined, code: Code): Value {
  return new Evaluation(code).of(node, 0);
}

/** One value: what has been looked at is not looked at again, so that names that stand for each other end. */
class Evaluation {
  readonly #open = new Set<Syntax>();
  #repeated = false;
  #steps = 0;

  constructor(readonly code: Code) {}

  of(node: Syntax | undefined, depth: number): Value {
    if (!node || depth > maxSteps || ++this.#steps > 400) return nothing;
    const bare = unwrap(node);
    switch (bare.type) {
      case 'interpreted_string_literal':
        return { text: bare.text.slice(1, -1).replace(/\\(["\\])/g, '$1') };
      case 'raw_string_literal':
        return { text: bare.text.slice(1, -1) };
      case 'int_literal':
        return { text: bare.text };
      case 'binary_expression': {
        const [left, right] = bare.children;
        if (!left || !right || bare.between(left, right) !== '+') return nothing;
        return joined([this.of(left, depth + 1), this.of(right, depth + 1)]);
      }
      case 'identifier':
        return this.#name(bare, depth);
      case 'call_expression':
        return this.#call(bare, depth);
      default:
        return nothing;
    }
  }

  #name(name: Syntax, depth: number): Value {
    const found = this.code.declarations(name);
    if (!found || found.length > 20) return nothing;
    if (found.some(({ parameterOf }) => parameterOf)) return nothing;
    const values: Value[] = [];
    for (const { value } of found) {
      if (!value) continue;
      if (this.#open.has(value)) {
        this.#repeated = true;
        continue;
      }
      this.#open.add(value);
      const before = this.#repeated;
      this.#repeated = false;
      const made = this.of(value, depth + 1);
      this.#open.delete(value);
      const repeated = this.#repeated;
      this.#repeated = before;
      // `port = ":" + port` is the last of its values.
      if (repeated && !this.#open.size) return made;
      values.push(made);
    }
    const variable = values.find((value) => value.variable !== undefined)?.variable;
    const texts = [...new Set(values.map((value) => value.text))];
    if (variable === undefined && texts.some((text) => text.includes(unknown))) return nothing;
    const partly = texts.filter((text) => text.includes(unknown) && text !== unknown);
    // `addr = ":" + port` leaves a part of `addr := ":8080"` to a variable.
    const known = texts.filter((text) => text !== '' && !text.includes(unknown));
    const [text, ...others] = known.length > 0 ? known : partly;
    if (others.length > 0) return nothing;
    const empty = texts.includes('') ? '' : unknown;
    const flag = values.find((value) => value.flag !== undefined)?.flag;
    return {
      text: text ?? empty,
      ...(variable !== undefined && { variable }),
      ...(flag !== undefined && { flag }),
    };
  }

  #call(call: Syntax, depth: number): Value {
    const args = argumentsOf(call);
    const origin = this.code.origin(call) ?? '';
    const name = calledName(call) ?? '';
    const at = (index: number): Value => this.of(args[index], depth + 1);
    if (/^os\.(?:Getenv|LookupEnv)$/.test(origin)) return { text: unknown, variable: at(0).text };
    if (origin === 'strconv.Itoa' || /^(?:string|int|uint16)$/.test(name)) return at(0);
    if (origin === 'fmt.Sprintf' || origin === 'fmt.Sprint') return this.#format(args, depth);
    if (origin === 'net.JoinHostPort') return joined([at(0), { text: ':' }, at(1)]);
    // Flags: the package `flag`, pflag, and flag sets.
    if (/^(?:String|Int|Uint)P?$/.test(name) && args.length >= 3)
      return { ...at(name.endsWith('P') ? 2 : 1), flag: at(0).text };
    if (/env/i.test(name) && args.length === 2) {
      const [variable, fallback] = [at(0).text, at(1)];
      return /^[A-Z][A-Z0-9_]*$/.test(variable) ? { text: fallback.text, variable } : nothing;
    }
    if (origin === 'cmp.Or' && args.length === 2) {
      return { text: at(1).text, variable: at(0).variable };
    }
    return nothing;
  }

  #format(args: readonly Syntax[], depth: number): Value {
    const [format, ...rest] = args;
    const values = rest.map((argument) => this.of(argument, depth + 1));
    const pieces = this.of(format, depth + 1).text.split(/%[svd]/);
    if (pieces.length !== values.length + 1) return nothing;
    return joined(pieces.flatMap((text, index) => [{ text }, values[index] ?? { text: '' }]));
  }
}

function joined(parts: readonly Value[]): Value {
  const variable = parts.findLast((part) => part.variable !== undefined)?.variable;
  const flag = parts.findLast((part) => part.flag !== undefined)?.flag;
  return {
    text: parts
      .map(({ text }) => text)
      .join('')
      .slice(0, 2000),
    ...(variable !== undefined && { variable }),
    ...(flag !== undefined && { flag }),
  };
}
