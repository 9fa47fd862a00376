/**
 * Routes that annotations of Spring, JAX-RS and Micronaut declare. What a class inherits is named and joined elsewhere;
 * paths that are no constants of its file leave its router incomplete.
 */
import type { Ranged } from '../../../text.ts';
import type { RouteFact, RouterFact } from '../facts.ts';
import { annotationOf, valuesOf, type Annotation, type JvmClass, type JvmMethod } from './classes.ts';

/** Frameworks that a file uses, by what it imports. */
export interface Frameworks {
  readonly spring: boolean;
  readonly jaxrs: boolean;
  readonly micronaut: boolean;
}

export function frameworksOf(imports: readonly string[]): Frameworks {
  const uses = (start: RegExp): boolean => imports.some((name) => start.test(name));
  return {
    spring: uses(/^org\.springframework\./),
    jaxrs: uses(/^(?:javax|jakarta)\.ws\.rs\b/),
    micronaut: uses(/^io\.micronaut\./),
  };
}

export function routersOf(classes: readonly JvmClass[], frameworks: Frameworks): RouterFact[] {
  return classes.flatMap((found) => {
    if (annotationOf(found, clients)) return [];
    const socket = annotationOf(found, /^(?:WebSocket|ServerEndpoint|ServerWebSocket)$/);
    if (socket) return socketRouters(found, socket);
    if (frameworks.spring) return springRouters(found);
    if (frameworks.jaxrs) return jaxrsRouters(found);
    return frameworks.micronaut ? micronautRouters(found) : [];
  });
}

/** A class that answers one path, by a protocol that begins with a GET. */
function socketRouters(found: JvmClass, annotation: Annotation): RouterFact[] {
  const { paths, complete } = pathsOf(annotation, 'path', 'value');
  const { range } = annotation;
  const routes = paths.map((path) => ({ method: 'GET', path, range }));
  return routersAt({ ...found, supertypes: [] }, 'websocket', [{ value: '', range }], routes, complete);
}

/** Interfaces whose annotations say what is asked of others. */
const clients = /^(?:FeignClient|RegisterRestClient|Client|HttpExchange|ReactiveFeignClient)$/;

/** Supertypes that have no routes. */
const plain =
  /^(?:Serializable|InitializingBean|DisposableBean|ApplicationListener|ApplicationContextAware|EnvironmentAware|Closeable|AutoCloseable|Object|ErrorController)$/;

const springMapping = /^(Get|Post|Put|Delete|Patch|Request)Mapping$/;

function springRouters(found: JvmClass): RouterFact[] {
  const repository = annotationOf(found, /^RepositoryRestResource$/);
  if (repository) return repositoryRouters(found, repository);
  const isController = annotationOf(found, /^(?:Rest)?Controller$|^RepositoryRestController$/) !== undefined;
  const mapped = found.methods.flatMap((method) => springRoutes(method));
  if (!isController && mapped.length === 0) return [];
  const own = annotationOf(found, /^RequestMapping$/);
  const prefixes = pathsOf(own, 'value', 'path');
  const routes = mapped.filter((route) => route !== undefined);
  const complete = prefixes.complete && routes.length === mapped.length;
  return routersAt(found, 'spring', prefixes.paths, routes, complete, !isController);
}

/** https://docs.spring.io/spring-data/rest/reference/repository-resources.html */
function repositoryRouters(found: JvmClass, annotation: Annotation): RouterFact[] {
  if (valuesOf(annotation, 'exported').some(({ written }) => written === 'false')) return [];
  // Without a path of its own it is the plural of what it keeps.
  if (valuesOf(annotation, 'path').length === 0) return [];
  const { paths, complete } = pathsOf(annotation, 'path');
  const { range } = annotation;
  const routes = paths.flatMap(({ value, range: at }) =>
    [value, `${value}/*`].map((path) => ({ method: 'ALL', path: { value: path, range: at }, range })),
  );
  return routersAt(
    { ...found, supertypes: [] },
    'spring-data-rest',
    [{ value: '', range }],
    routes,
    complete,
  );
}

function springRoutes(method: JvmMethod): (RouteFact | undefined)[] {
  return method.annotations.flatMap((annotation) => {
    const verb = springMapping.exec(annotation.name)?.[1];
    if (verb === undefined) return [];
    const { paths, complete } = pathsOf(annotation, 'value', 'path');
    const named = valuesOf(annotation, 'method').map(({ written }) => written.replace(/^.*\./, ''));
    const methods = verb !== 'Request' ? [verb.toUpperCase()] : named.length > 0 ? named : ['ALL'];
    const routes = paths.flatMap((path) =>
      methods.map((name) => ({ method: name, path, range: annotation.range })),
    );
    return complete ? routes : [...routes, undefined];
  });
}

const verbs = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)$/;

function jaxrsRouters(found: JvmClass): RouterFact[] {
  const application = annotationOf(found, /^ApplicationPath$/);
  if (application) {
    const { paths, complete } = pathsOf(application, 'value');
    return [
      {
        local: found.name,
        framework: 'jaxrs',
        range: application.range,
        routes: [],
        mounts: [],
        prefix: paths[0]?.value ?? '',
        complete,
      },
    ];
  }
  const own = annotationOf(found, /^Path$/);
  const routes: RouteFact[] = [];
  let complete = true;
  for (const method of found.methods) {
    const verb = annotationOf(method, verbs);
    const at = annotationOf(method, /^Path$/);
    if (!verb && !at) continue;
    const { paths, complete: known } = pathsOf(at, 'value');
    // A method with a path and no verb hands the rest of the path on to another class.
    if (!verb || !known) complete = false;
    if (verb) routes.push(...paths.map((path) => ({ method: verb.name, path, range: verb.range })));
  }
  if (!own && routes.length === 0) return [];
  const prefixes = pathsOf(own, 'value');
  const lends = found.isInterface || own === undefined;
  return routersAt(found, 'jaxrs', prefixes.paths, routes, complete && prefixes.complete, lends);
}

const micronautVerbs = /^(Get|Post|Put|Delete|Patch|Head|Options)$/;

function micronautRouters(found: JvmClass): RouterFact[] {
  const own = annotationOf(found, /^Controller$/);
  const routes: RouteFact[] = [];
  const prefixes = pathsOf(own, 'value');
  let { complete } = prefixes;
  for (const method of found.methods) {
    for (const annotation of method.annotations) {
      const verb = micronautVerbs.exec(annotation.name)?.[1]?.toUpperCase();
      if (verb === undefined) continue;
      const { paths, complete: known } = pathsOf(annotation, 'value', 'uri', 'uris');
      if (!known) complete = false;
      routes.push(...paths.map((path) => ({ method: verb, path, range: annotation.range })));
    }
  }
  if (!own && routes.length === 0) return [];
  return routersAt(found, 'micronaut', prefixes.paths, routes, complete, !own);
}

/** One router for each prefix: the routes of a class stand below all of them. */
function routersAt(
  { name, range, supertypes }: JvmClass,
  framework: string,
  prefixes: readonly Ranged<string>[],
  routes: readonly RouteFact[],
  complete: boolean,
  lends = false,
): RouterFact[] {
  const inherits = supertypes.filter((supertype) => !plain.test(supertype));
  return prefixes.map(({ value: prefix }, index) => ({
    local: index === 0 ? name : `${name} ${index}`,
    framework,
    range,
    controller: true,
    routes,
    mounts: [],
    ...(prefix !== '' && { prefix }),
    ...(inherits.length > 0 && { inherits }),
    ...(lends && { lends }),
    complete,
  }));
}

/** The paths that an annotation names; one that names none stands for the path of its class. */
function pathsOf(
  annotation: Annotation | undefined,
  ...names: readonly string[]
): { readonly paths: readonly Ranged<string>[]; readonly complete: boolean } {
  const range = annotation?.range ?? { start: 0, end: 0 };
  const given = annotation ? valuesOf(annotation, ...names) : [];
  if (given.length === 0) return { paths: [{ value: '', range }], complete: true };
  const known = given.flatMap(({ text }) => text ?? []).filter(({ value }) => !/\$\{|#\{/.test(value));
  const paths = known.map(({ value, range: at }) => ({ value: plainPath(value), range: at }));
  return { paths, complete: known.length === given.length };
}

/** `{?page,size}` of Micronaut says what may be asked with a path, `{/rest}` and `**` what may follow it. */
function plainPath(path: string): string {
  return path
    .replace(/\{[?&#][^{}]*\}/g, '')
    .replace(/\{\+[^{}]*\}|\*\*|\{\*[^{}]*\}/g, '*')
    .replace(/\{\/(\w+)\}/g, '/{$1?}')
    .replace(/\{(\w+):[^{}]*\/[^{}]*\}.*$/, '*');
}
