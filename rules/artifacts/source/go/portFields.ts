/**
 * Ports in settings structures of Go: fields that a helper or a tag fills from the environment, with a default. The
 * field is read elsewhere, as `cfg.Port`. It must never know where.
 */
import type { PortFieldFact } from '../facts.ts';

const name = '(\\w*(?:Port|Addr|Address))';
const variable = '([A-Z][A-Z0-9_]{0,60})';
/** `HTTPPort: envOrDefault("HTTP_PORT", "8080"),` */
const filled = new RegExp(
  `\\b${name}:[ \\t]*(?:\\w+\\.)?\\w*[eE]nv\\w*\\([ \\t]*"${variable}"[ \\t]*,[ \\t]*"?:?(\\d{2,5})"?[ \\t]*\\)`,
  'g',
);
/** ``Port int `env:"PORT" envDefault:"8080"` ``, of caarlos0/env, envconfig and cleanenv. */
const tagged = new RegExp(
  `^[ \\t]*${name}[ \\t]+\\w+[ \\t]+\`[^\`\\n]*\\b(?:env|envconfig):"${variable}[^"\\n]*"[^\`\\n]*\\b(?:envDefault|env-default|default):"[^"\\n:]*:?(\\d{2,5})"`,
  'gm',
);

export function portFieldsIn(text: string): PortFieldFact[] {
  if (!/(?:Port|Addr|Address)\b/.test(text)) return [];
  return [filled, tagged].flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => {
      const start = match.index + match[0].lastIndexOf(match[3]!);
      const port = { value: Number(match[3]), range: { start, end: start + match[3]!.length } };
      return { field: match[1]!, variable: match[2]!, port };
    }),
  );
}
