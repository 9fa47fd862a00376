/** Which version of a base image to pin: what the repository says of itself, else the release that is supported longest. */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { ImageReference } from '../../artifacts/dockerfile/facts.ts';
import type { Dockerfile, Model } from '../../model/model.ts';
import { foldersUp, join } from '../../model/paths.ts';
import { officialName } from './baseImages.ts';

export interface Pin {
  readonly tag: string;
  /** Where the repository says so. */
  readonly source?: string;
}

/**
 * Supported releases of common images: the long-term support release where there is one, else the newest that has been
 * out for two months. Source: https://endoflife.date, read on 2026-08-22; for maven and busybox their own release notes.
 */
const supported: Readonly<Record<string, string>> = {
  node: '24',
  python: '3.14',
  golang: '1.26',
  ruby: '4.0',
  php: '8.5',
  rust: '1.96',
  elixir: '1.20',
  erlang: '29',
  perl: '5.42',
  'eclipse-temurin': '25',
  amazoncorretto: '25',
  maven: '3.9',
  gradle: '9',
  composer: '2',
  'oven/bun': '1',
  alpine: '3.24',
  debian: '13',
  ubuntu: '26.04',
  fedora: '44',
  almalinux: '10',
  rockylinux: '9',
  amazonlinux: '2023',
  busybox: '1.37',
  nginx: '1.30',
  'nginxinc/nginx-unprivileged': '1.30',
  httpd: '2.4',
  caddy: '2',
  traefik: '3.7',
  haproxy: '3.4',
  redis: '8',
  'valkey/valkey': '9',
  memcached: '1.6',
  postgres: '18',
  mysql: '9.7',
  mariadb: '12.3',
  mongo: '8',
  rabbitmq: '4',
  'mcr.microsoft.com/dotnet/sdk': '10.0',
  'mcr.microsoft.com/dotnet/aspnet': '10.0',
  'mcr.microsoft.com/dotnet/runtime': '10.0',
  'mcr.microsoft.com/dotnet/runtime-deps': '10.0',
};

/** The supported release of an image. */
export function supportedRelease(image: ImageReference): string | undefined {
  const name = officialName(image);
  if (name === undefined) return undefined;
  // Distroless has no versions, but variants that do not start as root.
  if (name.startsWith('gcr.io/distroless/')) return 'nonroot';
  return Object.hasOwn(supported, name) ? supported[name] : undefined;
}

/** Whether the name alone is known to be an image's, and not that of a build context or a local image. */
export function isPublicImage(image: ImageReference): boolean {
  return /[./:]/.test(image.name ?? '') || supportedRelease(image) !== undefined;
}

/**
 * The version that most other files of the repository use of the same image, without its variant: another distribution
 * could lack what this one is built on.
 */
export function versionElsewhere(model: Model, image: ImageReference): Pin | undefined {
  const name = officialName(image);
  const uses = new Map<string, { count: number; file: string }>();
  const add = (tag: string, file: string): void => {
    const use = uses.get(tag);
    if (use) use.count++;
    else uses.set(tag, { count: 1, file });
  };
  for (const { file, facts } of model.dockerfiles) {
    for (const { from } of facts.stages) {
      const { tag } = from.value;
      const version = versionIn(tag);
      if (version !== undefined && officialName(from.value) === name) add(version, file);
    }
  }
  for (const { file, facts } of model.composeServices) {
    const [reference, tag, ...rest] = facts.image?.value.split(':') ?? [];
    const version = versionIn(tag);
    if (rest.length > 0 || version === undefined) continue;
    if (officialName({ text: '', name: reference }) === name) add(version, file);
  }
  const [most] = [...uses].sort(([, a], [, b]) => b.count - a.count);
  return most && { tag: most[0], source: most[1].file };
}

/** `20.1` of `20.1-alpine`; of a version with a build number, such as `21.0.2_13-jre`, the part that is a tag too. */
function versionIn(tag: string | undefined): string | undefined {
  const [version, major, next] = /^(v?\d+)(?:\.\d+)*(?:(_))?/.exec(tag ?? '') ?? [];
  return next === undefined ? version : major;
}

const declarations: Readonly<Record<string, readonly (readonly [string, RegExp])[]>> = {
  node: [
    ['.nvmrc', /^\s*v?(\d+(?:\.\d+){0,2})\s*$/],
    ['.node-version', /^\s*v?(\d+(?:\.\d+){0,2})\s*$/],
  ],
  python: [['.python-version', /^\s*(\d+\.\d+)(?:\.\d+)?\s*$/]],
  golang: [['go.mod', /^go (\d+\.\d+)/m]],
  ruby: [['.ruby-version', /^\s*(?:ruby-)?(\d+\.\d+)(?:\.\d+)?\s*$/]],
};

/** The file nearest to the build context that may say which version of a language the service is written for. */
export function declaringFile(
  model: Model,
  { context }: Dockerfile,
  image: ImageReference,
): string | undefined {
  const name = officialName(image) ?? '';
  const known = Object.hasOwn(declarations, name) ? declarations[name]! : [];
  for (const folder of foldersUp(join(context, 'x'))) {
    const found = known.map(([file]) => join(folder, file)).find((file) => model.files.lists(file));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The oldest Node release that the nearest package.json with `engines` allows. */
export function engineOf(model: Model, { context }: Dockerfile, image: ImageReference): Pin | undefined {
  if (officialName(image) !== 'node') return undefined;
  for (const folder of foldersUp(join(context, 'x'))) {
    const file = join(folder, 'package.json');
    const engine = model.packages.find((one) => one.file === file)?.facts.engines?.['node'];
    const tag = /^[\s^~>=v]*(\d+)/.exec(engine?.value ?? '')?.[1];
    if (tag !== undefined) return { tag, source: file };
  }
  return undefined;
}

/** What such a file says. */
export function declaredVersion({ path, text }: TextFile, image: ImageReference): string | undefined {
  const known = declarations[officialName(image) ?? ''] ?? [];
  const pattern = known.find(([file]) => path === file || path.endsWith(`/${file}`))?.[1];
  return pattern?.exec(text.slice(0, 100_000))?.[1];
}
