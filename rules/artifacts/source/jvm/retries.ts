/**
 * What libraries of the JVM try again without a limit or without a pause. It must never know the syntax of a language, nor
 * what is tried.
 */
import type { RetryFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { annotationOf, valuesOf, type JvmClass } from './classes.ts';

/** How a language writes calls. */
export interface CallSyntax {
  calledName(call: Syntax): string;
  receiverOf(call: Syntax): Syntax | undefined;
  argumentsOf(call: Syntax): readonly Syntax[];
}

type Kind = RetryFact['kind'];

interface Library {
  readonly imported: RegExp;
  readonly what: string;
  /** How its chain begins, without white space. */
  readonly begins: RegExp;
  kind(chain: string): Kind | undefined;
}

const libraries: readonly Library[] = [
  {
    // It makes no pause unless one is built in: https://github.com/spring-projects/spring-retry#using-retrytemplate
    imported: /^org\.springframework\.retry\./,
    what: 'RetryTemplate',
    begins: /^RetryTemplate\.builder\(\)/,
    kind: (chain) => {
      if (chain.includes('.infiniteRetry()')) return 'forever';
      return numberIn(chain, 'maxAttempts') > 2 && !/backoff/i.test(chain) ? 'immediate' : undefined;
    },
  },
  {
    // Three attempts and half a second between them by default: https://resilience4j.readme.io/docs/retry
    imported: /^io\.github\.resilience4j\.retry\./,
    what: 'RetryConfig',
    begins: /^RetryConfig\.(?:<[\w<>?,]*>)?custom(?:<[\w<>?,]*>)?\(\)/,
    kind: (chain) => {
      if (/\.maxAttempts\(Int(?:eger)?\.MAX_VALUE\)/.test(chain)) return 'forever';
      const isZero = /\.waitDuration\(Duration\.(?:ZERO|of\w+\(0L?\))\)/.test(chain);
      return isZero && !/\.interval\w*Function\(/.test(chain) ? 'immediate' : undefined;
    },
  },
  {
    // Two retries without a delay by default: https://failsafe.dev/retry/
    imported: /^(?:dev|net\.jodah)\.failsafe\./,
    what: 'RetryPolicy',
    begins: /^RetryPolicy\.(?:<[\w<>?,]*>)?builder(?:<[\w<>?,]*>)?\(\)/,
    kind: (chain) => {
      if (/\.withMax(?:Retries|Attempts)\(-1\)/.test(chain))
        return chain.includes('.withMaxDuration(') ? undefined : 'forever';
      const isShort = /\.withMax(?:Retries\([01]\)|Attempts\([12]\))/.test(chain);
      return isShort || /\.(?:with(?:Delay|Backoff|Jitter)|abort)\w*\(/.test(chain) ? undefined : 'immediate';
    },
  },
];

/** @param imports of the file, by their full names */
export function retriesOf(
  { classes, calls }: { readonly classes: readonly JvmClass[]; readonly calls: readonly Syntax[] },
  imports: readonly string[],
  syntax: CallSyntax,
): RetryFact[] {
  return [
    ...annotatedRetries(classes, imports),
    ...calls.flatMap((call) => retryOf(call, imports, syntax) ?? []),
  ];
}

function retryOf(call: Syntax, imports: readonly string[], syntax: CallSyntax): RetryFact | undefined {
  const name = syntax.calledName(call);
  const receiver = /^(?:build|retry|retryWhen)$/.test(name) ? syntax.receiverOf(call) : undefined;
  if (!receiver) return undefined;
  const chain = withoutSpace(receiver.text);
  const { range } = call;
  if (name !== 'build') {
    const kind = imports.some((one) => one.startsWith('org.springframework.web.reactive.'))
      ? reactorKind(call, name, syntax.argumentsOf(call), chain)
      : undefined;
    return kind && { kind, what: name, range };
  }
  const library = libraries.find(
    ({ begins, imported }) => begins.test(chain) && imports.some((one) => imported.test(one)),
  );
  const kind = library?.kind(chain);
  return kind && { kind, what: library!.what, range };
}

/**
 * `retry()` subscribes again for ever, `retry(n)` and `Retry.max(n)` at once:
 * https://projectreactor.io/docs/core/release/api/reactor/core/publisher/Mono.html
 */
function reactorKind(call: Syntax, name: string, args: readonly Syntax[], chain: string): Kind | undefined {
  if (!/\.(?:retrieve\(\)|exchangeTo(?:Mono|Flux)\()/.test(chain)) return undefined;
  const given = withoutSpace(args.map(({ text }) => text).join(','));
  const isEndless = name === 'retry' ? given === '' : given === 'Retry.indefinitely()';
  if (isEndless) return /\.(?:timeout|take\w*)\(|\.block\(\w/.test(chainAfter(call)) ? undefined : 'forever';
  const times = (name === 'retry' ? /^(\d+)L?$/ : /^Retry\.max\((\d+)L?\)$/).exec(given)?.[1];
  return Number(times ?? 0) > 1 ? 'immediate' : undefined;
}

/** `@Retryable` of Spring tries three times, a second apart, unless it is told otherwise. */
function annotatedRetries(classes: readonly JvmClass[], imports: readonly string[]): RetryFact[] {
  if (!imports.some((name) => name.startsWith('org.springframework.retry.'))) return [];
  return classes.flatMap(({ methods }) =>
    methods.flatMap((method) => {
      const annotation = annotationOf(method, /^Retryable$/);
      const attempts = annotation ? valuesOf(annotation, 'maxAttempts') : [];
      if (!attempts.some(({ written }) => /^Int(?:eger)?\.MAX_VALUE$/.test(written))) return [];
      return [{ kind: 'forever' as const, what: '@Retryable', range: annotation!.range }];
    }),
  );
}

function chainAfter(call: Syntax): string {
  let whole = call;
  while (whole.parent?.start === call.start) whole = whole.parent;
  return withoutSpace(whole.text.slice(call.text.length));
}

function numberIn(chain: string, name: string): number {
  return Number(new RegExp(`\\.${name}\\((\\d{1,9})\\)`).exec(chain)?.[1] ?? 0);
}

function withoutSpace(text: string): string {
  return text.replace(/\s+/g, '');
}
