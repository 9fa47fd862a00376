/** Loops of Python that nothing ends, whatever goes wrong in them. */
import type { SwallowedErrorFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';

const telling =
  /^(?:print|traceback\.\w+|(?:self\.)?_?log(?:ger|ging)?\.\w+|\w*[lL]og(?:ger)?\.\w+|str|repr|type|time\.sleep|sleep|sys\.exc_info)$/;

/**
 * `while True: try: … except: log()`: without a name, or with BaseException, it catches SystemExit and KeyboardInterrupt
 * as well (https://docs.python.org/3/library/exceptions.html#SystemExit), so the process cannot even be stopped.
 */
export function swallowedOf(loop: Syntax): SwallowedErrorFact | undefined {
  if (!/^(?:True|1)$/.test(loop.field('condition')?.text ?? '')) return undefined;
  const body = loop.field('body')?.children ?? [];
  for (const statement of body) {
    if (statement.type !== 'try_statement') continue;
    const clause = statement.children.find(
      ({ type, text }) => type === 'except_clause' && /^except\s*(?::|\(?BaseException\b)/.test(text),
    );
    if (clause && onlyTells(clause)) {
      const end = clause.start + clause.text.indexOf(':');
      return { what: 'every exception, SystemExit among them', range: { start: clause.start, end } };
    }
  }
  return undefined;
}

function onlyTells(clause: Syntax): boolean {
  let only = true;
  visitAll(clause, (node) => {
    if (/^(?:raise|return|break)_statement$|^(?:assignment|augmented_assignment|await)$/.test(node.type))
      only = false;
    if (node.type === 'call' && !telling.test(node.field('function')?.text ?? '')) only = false;
    return only;
  });
  return only;
}
