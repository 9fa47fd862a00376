/**
 * What frameworks of JavaScript, Ruby and PHP add to the code of a service by convention: routes by the paths of files, and the
 * server that their own command is. It knows no text, only what is started and what is depended on.
 */
import type { ForeignManifestFacts, PackageFacts } from '../artifacts/packages/facts.ts';
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { SymfonyRoutesFacts } from '../artifacts/symfony/facts.ts';
import { fileRoutes } from './fileRoutes.ts';
import { addPhp } from './phpConventions.ts';
import { addRuby } from './rubyConventions.ts';
import type { FileIndex, InFile, Listen } from './model.ts';
import type { PlatformCode } from './platforms/platform.ts';
import type { Started } from './starts.ts';

export interface Conventions {
  readonly root: string;
  readonly package?: InFile<PackageFacts>;
  /** Of another language. */
  readonly manifest?: ForeignManifestFacts;
  readonly files: FileIndex;
  readonly sources: ReadonlyMap<string, SourceFacts>;
  readonly symfonyRoutes: ReadonlyMap<string, SymfonyRoutesFacts>;
  readonly started: Started;
  /** Something here runs it as a process: a site may as well be served by whoever hosts it. */
  readonly deployed: boolean;
}

/** The commands that serve, by framework: each listens on PORT, else on 3000. */
const commands: Readonly<Record<string, RegExp>> = {
  next: /^next$/,
  remix: /^(?:remix|react-router)-serve$/,
  nuxt: /^(?:nuxt|nuxi|nitro)$/,
  sveltekit: /^$/,
};

export function addConventions(code: PlatformCode, conventions: Conventions): void {
  addRuby(code, conventions);
  addPhp(code, conventions);
  const { root, package: pkg, files, sources, started, deployed } = conventions;
  const found = pkg && fileRoutes(root, pkg.facts, files, sources);
  if (!found?.serves || started.servesFiles) return;
  code.routes.push(...found.routes);
  if (!found.complete) code.complete = false;
  if (!deployed || code.listens.some(({ protocol }) => protocol === 'http')) return;
  const start = started.servers.find(({ program }) => commands[found.framework]!.test(program));
  // Without a route that is known, only its command says that it is served, not built to plain files.
  if (found.routes.length === 0 && !start) return;
  const at = start?.at ?? { file: pkg!.file, range: pkg!.facts.scripts['start']?.range };
  const port = start?.port ?? (start?.portVariable === undefined ? 3000 : undefined);
  const listen: Listen = {
    protocol: 'http',
    framework: found.framework,
    router: found.framework,
    at,
    // Their servers close on SIGTERM by themselves.
    drains: true,
    ...(port !== undefined && { port: { value: port, at } }),
    ...(start?.port === undefined && { portVariable: start?.portVariable ?? 'PORT' }),
  };
  code.listens.push(listen);
}
