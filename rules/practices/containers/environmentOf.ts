/**
 * Which environment variables public base images set, so that a variable that nobody sets can be told from one that the
 * image brings along. It must never know a Dockerfile.
 *
 * Source: the Env of the images' configurations, read in June 2026 (`docker image inspect`); PATH is everywhere.
 */
import type { ImageReference } from '../../artifacts/dockerfile/facts.ts';
import { officialName } from './baseImages.ts';

/** Plain distributions set nothing but PATH. */
const bare = new Set([
  'scratch',
  'alpine',
  'debian',
  'ubuntu',
  'busybox',
  'almalinux',
  'rockylinux',
  'amazonlinux',
]);

/** Whatever of these an image of that name may set, over all of its versions and variants. */
const known: Readonly<Record<string, RegExp>> = {
  node: /^(?:NODE|YARN|NPM)_/,
  python: /^(?:PYTHON|GPG_KEY$|LANG$|LC_)/,
  golang: /^(?:GO|CGO_)/,
  nginx: /^(?:NGINX|NJS|PKG|DYNPKG|ACME)_/,
  httpd: /^(?:HTTPD|NGHTTP2|OPENSSL)_/,
  ruby: /^(?:RUBY|GEM|BUNDLE|LANG$|RUBYGEMS)/,
};

/** @returns undefined where it cannot be known what the image sets */
export function mayBeSetBy(image: ImageReference, name: string): boolean | undefined {
  const official = officialName(image);
  if (official === undefined) return undefined;
  if (bare.has(official)) return false;
  return Object.hasOwn(known, official) ? known[official]!.test(name) : undefined;
}
