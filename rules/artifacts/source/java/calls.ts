/** Calls over the network in Java, and whether each has a time limit. It must never know what is called. */
import type { OutgoingCallFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, following, receiverOf, type Code } from './code.ts';

/**
 * Only what waits for ever. OkHttp gives up after ten seconds, Feign after sixty; RestTemplate on the JDK's connections
 * (https://docs.spring.io/spring-framework/reference/integration/rest-clients.html), java.net.http without
 * `timeout` and URLConnection have no limit to read.
 */
export function outgoingCallOf(node: Syntax, code: Code): OutgoingCallFact | undefined {
  return node.type === 'object_creation_expression' ? createdOf(node, code) : calledOf(node, code);
}

function createdOf(node: Syntax, code: Code): OutgoingCallFact | undefined {
  const type = node.field('type')?.text;
  const { range } = node;
  if (code.is(type, 'org.springframework.web.client.RestTemplate')) {
    const fact = { client: 'RestTemplate', range, callee: 'RestTemplate' };
    const known = argumentsOf(node).length === 0 && !limited.test(code.text);
    return { ...fact, timeout: known ? 'missing' : 'unknown' };
  }
  if (code.is(type, 'okhttp3.OkHttpClient'))
    return { client: 'okhttp', range, callee: 'OkHttpClient', timeout: 'set' };
  return undefined;
}

/** Words by which a limit may come to a client later on. */
const limited = /timeout|setRequestFactory|customiz|interceptor/i;

function calledOf(call: Syntax, code: Code): OutgoingCallFact | undefined {
  const name = calledName(call);
  const receiver = receiverOf(call);
  const { range } = call;
  if (name === 'newBuilder' && code.is(receiver?.text, 'java.net.http.HttpRequest')) {
    const chain = following(call);
    const last = chain.at(-1);
    const fact = { client: 'java.net.http', range: last?.range ?? range, callee: 'HttpRequest' };
    if (chain.some((next) => calledName(next) === 'timeout')) return { ...fact, timeout: 'set' };
    const built = last !== undefined && calledName(last) === 'build';
    // A future may be waited for with a limit of its own.
    const awaited = /\bsendAsync\b|\borTimeout\b|\.timeout\(/.test(code.text);
    return { ...fact, range, timeout: built && !awaited ? 'missing' : 'unknown' };
  }
  if (name === 'create' && code.is(receiver?.text, 'org.springframework.web.client.RestClient')) {
    const known = argumentsOf(call).every(({ type }) => type === 'string_literal');
    const timeout = known && !limited.test(code.text) ? 'missing' : 'unknown';
    return { client: 'RestClient', range, callee: 'RestClient.create', timeout };
  }
  if (/^open(?:Connection|Stream)$/.test(name) && receiver?.type === 'object_creation_expression') {
    if (!code.is(receiver.field('type')?.text, 'java.net.URL')) return undefined;
    const timeout = /setReadTimeout|setConnectTimeout/.test(code.text) ? 'set' : 'missing';
    return { client: 'URLConnection', range, callee: `URL.${name}`, timeout };
  }
  if (name === 'withDeadlineAfter') return { client: 'grpc', range, callee: 'stub', timeout: 'set' };
  return undefined;
}
