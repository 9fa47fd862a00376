/**
 * What the runbook_url of an alert leads to: a page of this repository, nothing where a page should be, or somewhere
 * else. Whether a URL means this very repository is inferred from what is in it, and in doubt the answer is
 * "elsewhere". It must never know what a runbook should say.
 */
import type { Configuration } from '../artifacts/configuration/facts.ts';
import type { MarkdownFacts } from '../artifacts/markdown/facts.ts';
import type { AlertFacts } from '../artifacts/prometheus/facts.ts';
import type { Ranged } from '../text.ts';
import { comparable, decode, hasAnchor } from './anchors.ts';
import type { AlertRunbook, FileIndex, InFile } from './model.ts';
import { baseOf, folderOf, foldersUp, join, resolve } from './paths.ts';
import { push } from '../groups.ts';

/** Names of the annotation, without `_` and `-`, the most usual first. */
const annotationNames = [
  ...['runbookurl', 'runbook', 'runbooklink', 'runbookuri', 'runbookhref', 'runbooks'],
  ...['playbookurl', 'playbook', 'playbooklink', 'sopurl', 'sop', 'soplink'],
];

/** Sites with the runbooks of well-known alerts: a page of theirs may be copied, but the URL means theirs. */
const foreignSites = /^https?:\/\/runbooks\.prometheus-operator\.dev\//;

export interface Repository {
  readonly files: FileIndex;
  readonly pages: ReadonlyMap<string, MarkdownFacts>;
  readonly configuration: Configuration;
  /** `github.com/owner/name` and the like, as the repository's own manifests and badges say. */
  readonly identities: readonly string[];
}

/** The annotation that names the runbook; an empty one counts as none. */
export function runbookAnnotation({ annotations }: AlertFacts): Ranged<string> | undefined {
  const byName = new Map(
    Object.entries(annotations).map(([name, value]) => [name.toLowerCase().replace(/[-_]/g, ''), value]),
  );
  return annotationNames.map((name) => byName.get(name)).find((value) => value && value.value.trim() !== '');
}

/** The runbook of every alert that names one; alerts are the keys. */
export function resolveRunbooks(
  alerts: readonly InFile<AlertFacts>[],
  repository: Repository,
): ReadonlyMap<InFile<AlertFacts>, AlertRunbook> {
  const links = alerts.flatMap((alert) => {
    const annotation = runbookAnnotation(alert.facts);
    return annotation ? [readLink(alert, annotation)] : [];
  });
  const context = new Context(links, repository);
  return new Map(links.map((link) => [link.alert, resolveLink(link, context)]));
}

interface Link {
  readonly alert: InFile<AlertFacts>;
  readonly annotation: Ranged<string>;
  readonly url: string;
  readonly anchor?: string;
  /** On a code host: `host/owner/name`, and the path in it. */
  readonly hosted?: {
    readonly repository: string;
    readonly path: string;
    /** At a tag or commit, which may hold pages that are gone now. */
    readonly frozen: boolean;
  };
}

function readLink(alert: InFile<AlertFacts>, annotation: Ranged<string>): Link {
  const written = annotation.value.trim();
  const hash = written.indexOf('#');
  const url = hash < 0 ? written : written.slice(0, hash);
  const anchor = hash < 0 ? '' : written.slice(hash + 1);
  const hosted = readHosted(url);
  return { alert, annotation, url, ...(anchor && { anchor }), ...(hosted && { hosted }) };
}

/** Groups: repository, branch or tag, path. */
const hostedUrls: readonly RegExp[] = [
  /^https?:\/\/(?:www\.)?(github\.com\/[^/]+\/[^/]+)\/(?:blob|tree|raw|edit|blame)\/((?:refs\/(?:heads|tags)\/)?[^/]+)\/(.+)$/i,
  /^https?:\/\/raw\.(github)usercontent\.com\/([^/]+\/[^/]+\/(?:refs\/(?:heads|tags)\/)?[^/]+)\/(.+)$/i,
  /^https?:\/\/([^/]+\/.+?)\/-\/(?:blob|tree|raw)\/([^/]+)\/(.+)$/i,
  /^https?:\/\/(bitbucket\.org\/[^/]+\/[^/]+)\/(?:src|raw)\/([^/]+)\/(.+)$/i,
  /^https?:\/\/([^/]+\/[^/]+\/[^/]+)\/(?:src|raw)\/(?:branch|tag|commit)\/([^/]+)\/(.+)$/i,
  /^https?:\/\/(dev\.azure\.com\/[^/]+\/[^/]+\/_git\/[^/?]+)\?(?:[^#]*&)?()path=(?:\/|%2F)*([^&#]+)/i,
  // GitHub Enterprise and other hosts that write paths as GitHub does.
  /^https?:\/\/([^/]+\/[^/]+\/[^/]+)\/(?:blob|tree)\/([^/]+)\/(.+)$/i,
];

function readHosted(url: string): Link['hosted'] {
  for (const pattern of hostedUrls) {
    const match = pattern.exec(url);
    if (!match) continue;
    const raw = match[1]!.toLowerCase() === 'github';
    const [owner, name] = match[2]!.split('/');
    const repository = raw ? `github.com/${owner}/${name}` : match[1]!;
    const ref = raw ? match[2]!.split('/').slice(2).join('/') : match[2]!;
    const path = decode(match[3]!.replace(/\?.*$/, '')).replace(/\/+$/, '');
    return {
      repository: repository.toLowerCase(),
      path,
      frozen: /^(?:[0-9a-f]{7,40}|refs\/tags\/.+|v?\d+(?:\.\d+)+.*)$/.test(ref),
    };
  }
  return undefined;
}

function resolveLink(link: Link, context: Context): AlertRunbook {
  const { alert, annotation } = link;
  const base = { url: annotation.value.trim(), at: { file: alert.file, range: annotation.range } };
  const elsewhere = { ...base, leads: 'elsewhere' } as const;
  // Decided when the template is rendered, or the alert fires.
  if (/\{\{|\[\[|\$[({]|\s/.test(base.url)) return elsewhere;
  const target = targetOf(link, context);
  if (!target) return elsewhere;
  const { page, found } = target;
  const anchor = link.anchor === undefined ? {} : { anchor: link.anchor };
  if (!found) return { ...base, leads: 'nowhere', missing: 'page', page, ...anchor };
  const facts = context.repository.pages.get(page);
  if (link.anchor === undefined || !facts || hasAnchor(facts, link.anchor)) {
    return { ...base, leads: 'page', page, ...anchor };
  }
  // A site may render a page with other anchors than its headings have.
  return target.inferred ? elsewhere : { ...base, leads: 'nowhere', missing: 'anchor', page, ...anchor };
}

interface Target {
  readonly page: string;
  readonly found: boolean;
  /** What the site shows is a guess. */
  readonly inferred?: boolean;
}

function targetOf(link: Link, context: Context): Target | undefined {
  const { url, hosted, alert } = link;
  const configured = configuredPath(url, context.repository.configuration);
  if (configured !== undefined) {
    const page = context.pageAt(configured) ?? context.pageInAnyCase(configured);
    return page ? { page, found: true } : { page: withExtension(configured), found: false };
  }
  if (hosted) {
    const page = context.hostedPage(hosted.path);
    if (page) return { page, found: true };
    if (hosted.frozen || !context.isHere(hosted.repository)) return undefined;
    return context.repository.files.hasFolder(hosted.path) ? undefined : { page: hosted.path, found: false };
  }
  if (/^[a-z][a-z0-9+.-]*:/i.test(url)) return context.inferred(url);
  return relativeTarget(url, alert.file, context);
}

function configuredPath(url: string, { runbooks }: Configuration): string | undefined {
  const match = Object.entries(runbooks.urls)
    .map(([base, folder]) => ({ base: base.replace(/\/+$/, ''), folder }))
    .filter(({ base }) => url === base || url.startsWith(`${base}/`))
    .toSorted((a, b) => b.base.length - a.base.length)[0];
  if (!match) return undefined;
  const rest = url
    .slice(match.base.length)
    .replace(/\?.*$/, '')
    .replace(/^\/+|\/+$/g, '');
  return resolve(match.folder, decode(rest).replace(/\.html?$/i, ''));
}

/** A path without scheme: as a person finds it from the file, from one of the folders above it, or the repository. */
function relativeTarget(url: string, file: string, context: Context): Target | undefined {
  const path = decode(url);
  const fromTop = path.replace(/^\/+/, '');
  for (const folder of foldersUp(file)) {
    const candidate = resolve(folder, fromTop);
    const page = candidate === undefined ? undefined : context.pageAt(candidate);
    if (page) return { page, found: true };
  }
  if (!/\.(?:md|mdx|markdown)$/i.test(path)) return undefined;
  const page = resolve(/^\.\.?\//.test(path) ? folderOf(file) : '', fromTop);
  return page === undefined ? undefined : { page, found: false };
}

function withExtension(path: string): string {
  return /\.[a-z]{2,8}$/i.test(baseOf(path)) ? path : `${path}.md`;
}

/** Looks up pages, and knows what the URLs of all alerts together say about which sites show this repository. */
class Context {
  readonly #hosted = new Map<string, { readonly found: Set<string>; readonly missing: Set<string> }>();
  /** URL without its last part → the folder whose pages it shows. */
  readonly #folders = new Map<string, string>();
  #byLowerCase: Map<string, string> | undefined;

  constructor(
    links: readonly Link[],
    readonly repository: Repository,
  ) {
    const bases = new Map<string, Map<string, Link>>();
    for (const link of links) {
      if (link.hosted) this.#count(link.hosted);
      else if (/^https?:/i.test(link.url) && !foreignSites.test(link.url)) {
        const { base } = splitUrl(link.url);
        const group = bases.get(base) ?? new Map<string, Link>();
        bases.set(base, group.set(`${link.url}#${link.anchor ?? ''}`, link));
      }
    }
    if (bases.size > 0) this.#inferFolders(bases);
  }

  /** The file that a path stands for: itself, with an extension, or the index of a folder. */
  pageAt(path: string): string | undefined {
    if (path === '') return undefined;
    const { files } = this.repository;
    const found = pageExtensions.map((end) => path + end).find((candidate) => files.has(candidate));
    if (found !== undefined || !files.hasFolder(path)) return found;
    return indexNames.map((name) => join(path, name)).find((index) => files.has(index));
  }

  /** Sites write their paths in lower case. */
  pageInAnyCase(path: string): string | undefined {
    this.#byLowerCase ??= new Map(
      [...this.repository.pages.keys()].map((page) => [page.toLowerCase(), page]),
    );
    return this.#byLowerCase.get(withExtension(path).toLowerCase());
  }

  /** A branch may be called `release/1.2`: then the path starts one or two parts later than it seems to. */
  hostedPage(path: string): string | undefined {
    const parts = path.split('/');
    const starts = parts.slice(0, 3).map((_, index) => parts.slice(index).join('/'));
    return starts.map((start) => this.pageAt(start)).find((page) => page !== undefined);
  }

  /** Whether a repository on a code host is this one. */
  isHere(name: string): boolean {
    if (this.repository.identities.includes(name)) return true;
    const counts = this.#hosted.get(name);
    return counts !== undefined && counts.found.size > 0 && counts.found.size * 2 >= counts.missing.size;
  }

  inferred(url: string): Target | undefined {
    const { base, name } = splitUrl(url);
    const folder = this.#folders.get(base);
    if (folder === undefined || name === '') return undefined;
    const path = join(folder, name);
    const page = this.pageAt(path) ?? this.pageInAnyCase(path);
    return page ? { page, found: true, inferred: true } : { page: withExtension(path), found: false };
  }

  #count({ repository, path, frozen }: NonNullable<Link['hosted']>): void {
    const counts = this.#hosted.get(repository) ?? { found: new Set(), missing: new Set() };
    this.#hosted.set(repository, counts);
    // Every repository has a README: that one is here says nothing.
    if (frozen || /^(?:readme|index|_index)\b/i.test(baseOf(path))) return;
    (this.hostedPage(path) ? counts.found : counts.missing).add(path);
  }

  /** A base URL shows a folder when at least two of its pages are there and hardly any is not. */
  #inferFolders(bases: ReadonlyMap<string, ReadonlyMap<string, Link>>): void {
    const { pages } = this.repository;
    const byName = new Map<string, string[]>();
    for (const page of pages.keys()) {
      const name = comparable(baseOf(page).replace(/\.\w+$/, ''));
      push(byName, name, page);
    }
    for (const [base, links] of bases) {
      const hits = new Map<string, number>();
      for (const { url, anchor } of links.values()) {
        for (const page of byName.get(comparable(splitUrl(url).name)) ?? []) {
          if (anchor !== undefined && !hasAnchor(pages.get(page)!, anchor)) continue;
          hits.set(folderOf(page), (hits.get(folderOf(page)) ?? 0) + 1);
        }
      }
      const [best, next] = [...hits].toSorted((a, b) => b[1] - a[1]);
      if (!best || best[1] < 2 || best[1] === next?.[1] || best[1] < (links.size - best[1]) * 2) continue;
      this.#folders.set(base, best[0]);
    }
  }
}

const pageExtensions = ['', '.md', '.mdx', '.markdown', '.adoc', '.rst'];
const indexNames = ['README.md', 'index.md', '_index.md', 'readme.md'];

function splitUrl(url: string): { readonly base: string; readonly name: string } {
  const clean = url.replace(/\?.*$/, '').replace(/\/+$/, '');
  const slash = clean.lastIndexOf('/');
  return {
    base: clean.slice(0, slash),
    name: decode(clean.slice(slash + 1)).replace(/\.(?:html?|mdx?)$/i, ''),
  };
}
