/**
 * Signs that the raw text of a file gives, in any language: bare prints, loggers, limits on what clients may ask. They
 * err on the side of what is there, since they are asked whether a service lacks something. It must never parse.
 */
import type { Ranged } from '../../text.ts';
import type { SourceFacts } from './facts.ts';

interface Words {
  /** A statement that prints, at the start of its line: what stands in a comment or a text does not. */
  readonly prints: RegExp;
  readonly loggers: RegExp;
}

const javascript: Words = {
  prints: /^[ \t]*(?:void )?(console\.(?:log|info|warn|error|debug|trace))\(/gm,
  loggers:
    /\b(?:pino|winston|bunyan|log4js|loglevel|consola|tslog|signale|roarr|morgan)\b|(?<!disable)[lL]ogger|\b(?:log|LOG)\.(?:info|warn|error|debug|fatal)\(|@opentelemetry\/api-logs/,
};
const jvmLoggers =
  /[lL]ogger|\b(?:slf4j|log4j|logback|java\.util\.logging|Timber|mu\.KotlinLogging|Slf4j|Log4j2|JBossLog|io\.quarkus\.logging)\b|\b(?:log|LOG)\.(?:info|warn|error|debug)\(/;

/** C# and PHP are not here: their frameworks bring a logger, and what PHP prints is its answer. */
const words: Readonly<Record<string, Words>> = {
  javascript,
  python: {
    prints: /^[ \t]*(print)\((?!.*\bfile\s*=\s*f)/gm,
    loggers: /\blogging\b|[lL]ogger|\b(?:loguru|structlog|logbook|logzero|getLogger|logfire)\b|\blog\.\w+\(/,
  },
  go: {
    prints: /^[ \t]*(fmt\.Print(?:ln|f)?|fmt\.Fprint(?:ln|f)?(?=\(os\.Std)|println)\(/gm,
    loggers:
      /"(?:[^"\n]*\/)?(?:slog|zap|zerolog|logrus|glog|klog|log15|go-kit\/log|logr|log|hclog)"|[lL]ogger|\b[lL]og\w*\.\w+\(/,
  },
  rust: {
    prints: /^[ \t]*(println!|eprintln!)[ ]?\(/gm,
    loggers:
      /\b(?:tracing|log|slog|env_logger|tracing_subscriber|fern|simplelog|log4rs)(?:::|\b *[;{])|\b(?:info|warn|error|debug)!\(|[lL]ogger/,
  },
  java: {
    prints: /^[ \t]*(System\.(?:out|err)\.print(?:ln|f)?|\w+\.printStackTrace)\(/gm,
    loggers: jvmLoggers,
  },
  kotlin: {
    prints: /^[ \t]*(println|print|System\.(?:out|err)\.println|\w+\.printStackTrace)\(/gm,
    loggers: jvmLoggers,
  },
  ruby: {
    prints: /^[ \t]*(puts|p|\$stdout\.puts|\$stderr\.puts|STDOUT\.puts|STDERR\.puts|warn)[ (]["'#:\w]/gm,
    loggers: /[lL]ogger|\blog\.\w+/,
  },
};

const rateLimit = /rate[-_ ]?limit|throttl|limiter|rack[-_]?attack|bucket4j/i;

/** More of them say no more about a file. */
const enough = 3;

/** @returns the facts of a file that its text alone gives */
export function signsIn(
  text: string,
  language: string,
): Pick<SourceFacts, 'prints' | 'loggers' | 'rateLimits'> {
  const { prints, loggers } = words[language] ?? {};
  return {
    prints: prints ? printsIn(text, prints) : [],
    loggers: loggers ? first(text, loggers) : [],
    rateLimits: first(text, rateLimit),
  };
}

function printsIn(text: string, pattern: RegExp): Ranged<string>[] {
  const found: Ranged<string>[] = [];
  for (const { 0: whole, 1: value = '', index } of text.matchAll(pattern)) {
    const start = index + whole.indexOf(value);
    found.push({ value, range: { start, end: start + value.length } });
    if (found.length === enough) break;
  }
  return found;
}

function first(text: string, pattern: RegExp): Ranged<string>[] {
  const found = pattern.exec(text);
  return found
    ? [{ value: found[0].trim(), range: { start: found.index, end: found.index + found[0].length } }]
    : [];
}
