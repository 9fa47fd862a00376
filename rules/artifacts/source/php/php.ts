/** PHP. Files in which no fact may stand are found by words in the raw text and not parsed. */
import type { TextFile } from '../../artifact.ts';
import type { OutgoingCallFact, SourceFacts } from '../facts.ts';
import { noFacts, type Language } from '../language.ts';
import { Syntax, visitAll } from '../syntax.ts';
import { argumentsOf, calledName, callTypes, named, receiverOf, textOf } from './code.ts';
import { flagReadOfCall, mayReadFlags } from './flags.ts';
import { routersIn } from './routes.ts';

export const php: Language = {
  id: 'php',
  extensions: ['.php'],
  grammar: () => 'php',
  mayHold: (text) => holding.test(text) || mayReadFlags.test(text),
  extract,
};

const holding =
  /\bRoute::(?:get|post|put|patch|delete|any|match|prefix|middleware|resource|apiResource|controller|view|redirect|group)\b|\bwithRouting\b|\bSlim\\|#\[(?:\w+\\)*Route\b|\bcurl_(?:init|exec)\(|\bGuzzleHttp\\Client\b|\bHttp::retry\(|\bTracerProvider(?:Builder|Factory)\b|\b(?:env|getenv)\(['"]/;

const functionTypes: ReadonlySet<string> = new Set([
  'function_definition',
  'method_declaration',
  'anonymous_function',
  'anonymous_function_creation_expression',
  'arrow_function',
]);

function extract(file: TextFile): SourceFacts {
  const { text } = file;
  const facts = noFacts();
  const root = new Syntax(file.tree('php').rootNode, text);
  facts.routers.push(...routersIn(root, text));
  const readsFlags = mayReadFlags.test(text);
  visitAll(root, (node) => {
    const flag = readsFlags && callTypes.has(node.type) ? flagReadOfCall(node, text) : undefined;
    if (flag) facts.flags.push(flag);
    const outgoing = outgoingCallOf(node, text);
    if (outgoing && node.closest(functionTypes)) facts.calls.push(outgoing);
    if (node.type === 'scoped_call_expression' && isImmediate(node))
      facts.retries.push({ kind: 'immediate', what: 'Http::retry', range: node.range });
    if (node.type !== 'function_call_expression') return;
    const name = calledName(node);
    const variable = name === 'env' || name === 'getenv' ? textOf(argumentsOf(node)[0]) : undefined;
    if (variable) facts.environment.push(variable);
  });
  const sdk = /\b(?:TracerProviderBuilder|TracerProviderFactory)\b|\bnew TracerProvider\b/.exec(text);
  if (sdk)
    facts.tracing.push({
      vendor: 'opentelemetry',
      range: { start: sdk.index, end: sdk.index + sdk[0].length },
    });
  return { language: 'php', ...facts };
}

/** Laravel makes no pause unless it is told: https://laravel.com/docs/http-client#retries */
function isImmediate(call: Syntax): boolean {
  const [times, ...others] = argumentsOf(call);
  return (
    receiverOf(call)?.text === 'Http' &&
    calledName(call) === 'retry' &&
    times?.type === 'integer' &&
    Number(times.text) > 1 &&
    others.length === 0 &&
    named(call, 'sleepMilliseconds') === undefined
  );
}

/**
 * curl (https://curl.se/libcurl/c/CURLOPT_TIMEOUT.html) and Guzzle
 * (https://docs.guzzlephp.org/en/stable/request-options.html#timeout) wait for ever unless told otherwise.
 */
function outgoingCallOf(node: Syntax, text: string): OutgoingCallFact | undefined {
  const { range } = node;
  if (node.type === 'function_call_expression' && calledName(node) === 'curl_exec') {
    const isLimited = /\bCURLOPT_TIMEOUT(?:_MS)?\b|\bCURLOPT_LOW_SPEED_TIME\b/.test(text);
    // The handle, or its options, may come from elsewhere.
    const isWhole = /\bcurl_init\(/.test(text) && !/\bcurl_setopt_array\(\s*\$\w+\s*,\s*[^[\sa]/.test(text);
    return {
      client: 'curl',
      callee: 'curl_exec',
      range,
      timeout: isLimited ? 'set' : isWhole ? 'missing' : 'unknown',
    };
  }
  if (node.type !== 'object_creation_expression' || !/\bGuzzleHttp\\Client\b/.test(text)) return undefined;
  const name = node.child('name', 'qualified_name')?.text ?? '';
  const isGuzzle =
    /^\\?GuzzleHttp\\Client$/.test(name) ||
    (name === 'Client' && /\buse\s+GuzzleHttp\\Client\s*;/.test(text));
  if (!isGuzzle) return undefined;
  const [options] = argumentsOf(node);
  const isPlain = !options || options.type === 'array_creation_expression';
  const limited = /['"](?:timeout|read_timeout)['"]|\bTIMEOUT\b/.test(options?.text ?? '');
  // Each request may bring a limit of its own, and a handler as well.
  const isOpen = !isPlain || /timeout|\.\.\.\$/i.test(text);
  return {
    client: 'guzzle',
    callee: `new ${name}`,
    range,
    timeout: limited ? 'set' : isOpen ? 'unknown' : 'missing',
  };
}
