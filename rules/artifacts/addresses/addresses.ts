/**
 * Addresses that code, settings and proxies have in their text: `http://orders:8080`, `proxy_pass http://web`,
 * `reverse_proxy api:8000`. Only hosts without a domain, and those of a cluster: whether one is anybody's name is for
 * others to know.
 */
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import type { AddressFacts } from './facts.ts';

const code = /\.(?:[cm]?[jt]sx?|py|go|java|kts?|cs|rs|rb|php)$/;
/** Settings, and what nginx, Caddy, Traefik, Envoy, HAProxy and development servers are told. */
const settings =
  /(?:^|\/)(?:appsettings[^/]*\.json|(?:application|bootstrap)[^/]*\.(?:ya?ml|properties)|package\.json|Caddyfile[^/]*|(?:config|settings)\.(?:json|ya?ml|toml)|traefik[^/]*\.(?:toml|ya?ml)|envoy[^/]*\.ya?ml|haproxy[^/]*\.cfg|conf|[^/]+\.(?:conf|conf\.template|conf\.tmpl))$/;
/** What a configuration server hands to others: Spring Boot reads its own from the top of its resources and `config`. */
const handedOut = /\/src\/main\/resources\/(?!config\/[^/]+$).+\/[^/]+\.(?:ya?ml|properties)$/;
const declarations = /\.d\.[cm]?ts$|[.-]min\.[cm]?js$/;

export const addresses: ArtifactKind<AddressFacts> = {
  id: 'addresses',
  claims: (path) =>
    (code.test(path) || settings.test(path)) && !declarations.test(path) && !handedOut.test(path),
  mayHold: (text, path) =>
    withScheme.test(text) || registered.test(text) || (!code.test(path) && withPort.test(text)),
  parse,
};

const label = '[a-z][a-z0-9_-]{1,62}';
const address = `(${label})(?:\\.[a-z0-9-]+\\.svc(?:\\.cluster\\.local)?)?`;
/** What may follow the host: its port, a path, the end of the text it stands in, or a value that is put in. */
const end = '(?=[:/"\'`;?#\\s$%{]|$)';
const withScheme = new RegExp(`\\b(?:https?|grpcs?|wss?|tcp|dubbo)://${address}${end}`);
/** Where no scheme is written, a port shows that it is an address. */
const withPort = new RegExp(`(?:^|[\\s"'=@])${address}:\\d{2,5}(?=["'/;,\\s]|$)`, 'm');
/** Declarative clients of Spring Cloud and Micronaut, and load-balanced addresses. */
const registered = new RegExp(
  `@(?:Feign)?Client\\((?:[^()"\\n]*\\b(?:id|name|value)\\s*=\\s*)?"/?(${label})"|\\blb://(${label})(?=["/\\s]|$)`,
);
/** Lines that explain; what stands after code on its line is rare. */
const comment = /^\s*(?:\/\/|#|\*|\/\*|--|;|<!--)/;
const notHosts = new Set(['localhost', 'host', 'hostname', 'example', 'www']);
const longestLine = 2000;

function parse({ path, text }: TextFile): Parsed<AddressFacts> {
  const hosts = new Map<string, Ranged<string>>();
  const ids = new Map<string, Ranged<string>>();
  const read = (found: Map<string, Ranged<string>>, pattern: RegExp): void => {
    for (const match of text.matchAll(pattern)) {
      const name = match[1] ?? match[2]!;
      const before = text.slice(
        Math.max(text.lastIndexOf('\n', match.index) + 1, match.index - longestLine),
        match.index,
      );
      if (notHosts.has(name) || found.has(name) || comment.test(before)) continue;
      const start = match.index + match[0].indexOf(name, match[0].search(/\/\/|"/) + 1);
      found.set(name, { value: name, range: { start, end: start + name.length } });
    }
  };
  read(hosts, new RegExp(withScheme, 'g'));
  if (!code.test(path)) read(hosts, new RegExp(withPort, 'gm'));
  read(ids, new RegExp(registered, 'g'));
  const facts = { hosts: [...hosts.values()], ids: [...ids.values()] };
  return { ...(hosts.size + ids.size > 0 && { facts }), problems: [] };
}
