/**
 * Tells the code that runs on a server from what runs in browsers, in projects that hold both. Where nothing says that
 * a file runs on a server, it is taken for the browser's.
 */
import type { PackageFacts } from '../../artifacts/packages/facts.ts';
import type { SourceFacts } from '../../artifacts/source/facts.ts';
import type { Model, Service } from '../../model/model.ts';
import { folderOf, foldersUp } from '../../model/paths.ts';

/** Packages that draw pages: a project with one of them sends some of its code to browsers. */
const browserPackage = /^(?:react|preact|vue|svelte|solid-js|@angular\/core|lit|jquery)$/;

/** Folders and names that frameworks and people give to what runs on a server. */
const serverPath =
  /(?:^|\/)(?:server|api|backend|workers?|jobs?|server-only)\/|\.server\.[jt]sx?$|(?:^|\/)(?:route|middleware|actions?)\.[jt]sx?$/;

const serverModule =
  /^(?:node:.+|fs|path|http|https|net|crypto|os|child_process|server-only|next\/(?:server|headers)|express|fastify|koa|hono|@nestjs\/.+|@prisma\/client|pg|mysql2|mongodb|mongoose|ioredis|redis|bullmq)$/;

/** Variables that builds put into what is sent to browsers. */
const publicVariable = /^(?:NEXT_PUBLIC_|VITE_|REACT_APP_|PUBLIC_|NODE_ENV$)/;

/** @returns whether a file of the service runs on a server */
export function runsOnServer(model: Model, service: Service): (file: string) => boolean {
  const mixed = service.package !== undefined && drawsPages(service.package.facts);
  return (file) => {
    if (!mixed && ![...foldersUp(file)].some((folder) => foldersOfPages(model).has(folder))) return true;
    const facts = model.sources.get(file);
    return facts !== undefined && (isServerPath(file, service.root) || saysServer(facts));
  };
}

function drawsPages({ dependencies }: PackageFacts): boolean {
  return Object.keys(dependencies).some((name) => browserPackage.test(name));
}

const pagesOf = new WeakMap<Model, ReadonlySet<string>>();

/** Folders of packages that draw pages: those beside a server in another language, or below it, belong to no service. */
function foldersOfPages(model: Model): ReadonlySet<string> {
  let folders = pagesOf.get(model);
  if (!folders) {
    const drawing = model.packages.filter(({ file, facts }) => file.includes('/') && drawsPages(facts));
    pagesOf.set(model, (folders = new Set(drawing.map(({ file }) => folderOf(file)))));
  }
  return folders;
}

/** Below the service's folder: a folder `api/` that holds a whole application says nothing about its files. */
function isServerPath(file: string, root: string | undefined): boolean {
  const below = root && file.startsWith(`${root}/`) ? file.slice(root.length + 1) : file;
  // The client of an API is called after it as often as its server.
  return serverPath.test(below) && !/client/i.test(below);
}

function saysServer({ imports, environment, listens }: SourceFacts): boolean {
  return (
    listens.length > 0 ||
    imports.some(({ specifier }) => serverModule.test(specifier)) ||
    environment.some(({ value }) => !publicVariable.test(value))
  );
}
