/** Ports and addresses that Rust code is known to hold: literals, constants, and defaults of environment variables. */
import type { Ranged } from '../../../text.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, functionOf, methodOf, receiverOf, unwrap, type Code } from './code.ts';

export interface Port {
  readonly port?: Ranged<number>;
  readonly portVariable?: string;
}

const maxSteps = 16;

/** Methods that give back what they are called on, in another form. */
const transparent =
  /^(?:unwrap|expect|parse|into|to_string|to_owned|clone|as_str|as_ref|ok|map|map_err|and_then|next|to_socket_addrs|context|await|borrow)$/;

/** The port of an address: `"0.0.0.0:3000"`, `([0, 0, 0, 0], 3000)`, `format!("0.0.0.0:{port}")`. */
export function portOf(node: Syntax | undefined, code: Code, steps = 0): Port {
  if (!node || steps > maxSteps) return {};
  const bare = unwrap(node);
  const next = (other: Syntax | undefined): Port => portOf(other, code, steps + 1);
  switch (bare.type) {
    case 'integer_literal': {
      const value = Number(bare.text.replace(/_|[iu](?:8|16|32|64|size)$/g, ''));
      return Number.isInteger(value) && value > 0 && value < 65536
        ? { port: { value, range: bare.range } }
        : {};
    }
    case 'string_literal':
    case 'raw_string_literal': {
      const digits = /(?:^|:)(\d{1,5})["#]*$/.exec(bare.text.replace(/^r?#*"/, ''))?.[1];
      return digits === undefined ? {} : { port: { value: Number(digits), range: bare.range } };
    }
    case 'tuple_expression':
      return next(bare.children[1]);
    case 'identifier':
      return next(code.value(bare));
    case 'macro_invocation':
      return formatted(bare, code, steps);
    case 'closure_expression':
      return next(bare.field('body'));
    case 'block':
      return bare.children.length === 1 ? next(bare.children[0]) : {};
    case 'call_expression':
      return called(bare, code, steps);
    default:
      return {};
  }
}

function called(call: Syntax, code: Code, steps: number): Port {
  const [first, second] = argumentsOf(call);
  const name = methodOf(call);
  if (name !== undefined) {
    const before = portOf(receiverOf(call), code, steps + 1);
    if (/^unwrap_or(?:_else)?$/.test(name)) return { ...portOf(first, code, steps + 1), ...before };
    return transparent.test(name) ? before : {};
  }
  const origin = code.origin(functionOf(call));
  if (/(?:^|::)env::var(?:_os)?$/.test(origin)) {
    const text = code.string(first)?.text.slice(1, -1);
    return text === undefined ? {} : { portVariable: text };
  }
  if (/(?:^|::)SocketAddr(?:V[46])?::from$|^String::from$/.test(origin))
    return portOf(first, code, steps + 1);
  return /(?:^|::)SocketAddr(?:V[46])?::new$/.test(origin) ? portOf(second, code, steps + 1) : {};
}

/** `format!("0.0.0.0:{}", port)`, `format!("{host}:{port}")` */
function formatted(macro: Syntax, code: Code, steps: number): Port {
  if (macro.field('macro')?.text !== 'format') return {};
  const [format, ...rest] = macro.child('token_tree')?.children ?? [];
  if (format?.type !== 'string_literal') return {};
  const end = /(?:(\d{1,5})|\{(\w*)\})"$/.exec(format.text);
  if (!end) return {};
  if (end[1] !== undefined) return { port: { value: Number(end[1]), range: format.range } };
  // Arguments of a macro are tokens: a name that stands alone at the end is one.
  const name = end[2] || /,\s*(\w+)\s*,?\s*\)$/.exec(macro.text)?.[1];
  return name === undefined || (rest.length === 0 && !end[2])
    ? {}
    : portOf(code.valueAt(name, macro), code, steps + 1);
}
