/** NestJS controllers: a class's decorators are its routes. */
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { argumentsOf, classTypes, propertyOf, unwrap } from './expressions.ts';
import { stringConstant } from './constants.ts';
import { handlerOf } from './handlers.ts';
import { optionOf } from './paths.ts';
import type { Router, Routers } from './routers.ts';

const verbs: Readonly<Record<string, string>> = {
  Get: 'GET',
  Post: 'POST',
  Put: 'PUT',
  Patch: 'PATCH',
  Delete: 'DELETE',
  Head: 'HEAD',
  Options: 'OPTIONS',
  All: 'ALL',
  Sse: 'GET',
  Search: 'SEARCH',
};

/** @param decorator any decorator; only `@Controller` is read */
export function readController(decorator: Syntax, code: Code, routers: Routers): void {
  const call = decorator.children[0];
  if (!call || !/^Controller\b/.test(call.text)) return;
  const inClass = classTypes.has(decorator.parent?.type ?? '')
    ? decorator.parent
    : decorator.parent?.children.find(({ type }) => classTypes.has(type));
  const name = inClass?.child('type_identifier', 'identifier')?.text;
  const body = inClass?.child('class_body');
  if (!inClass || name === undefined || !body) return;
  const [given] = argumentsOf(call);
  const options = given && unwrap(given);
  const path = options?.type === 'object' ? propertyOf(options, 'path') : options;
  const prefixes = path ? strings(path, code) : [''];
  const written = options?.type === 'object' ? propertyOf(options, 'version') : undefined;
  const versions = written ? versionsOf(written, code) : undefined;
  const router = routers.declare(inClass, name, 'nestjs', {
    controller: true,
    ...(versions && { versions }),
    ...(prefixes?.length === 1 && { prefix: prefixes[0] }),
  });
  // Decorators of the same name belong to other frameworks, which serve below paths of their own.
  const origin = code.origin(call);
  if (origin !== undefined && !/^(?:@nestjs\/|[.:#~]|@\/)/.test(origin)) {
    router.complete = false;
    return;
  }
  if (!prefixes || (written && !versions) || (options?.type === 'object' && propertyOf(options, 'host'))) {
    router.complete = false;
  }
  readMethods(body, prefixes && prefixes.length > 1 ? prefixes : [''], code, router);
}

function readMethods(body: Syntax, prefixes: readonly string[], code: Code, router: Router): void {
  for (const decorator of body.children) {
    if (decorator.type !== 'decorator') continue;
    const call = decorator.children[0];
    const name = /^\w+/.exec(call?.text ?? '')?.[0] ?? '';
    if (name === 'Version') router.complete = false;
    const method = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (!call || method === undefined) continue;
    const [path] = argumentsOf(call);
    const paths = path ? strings(path, code) : [''];
    if (!paths) router.complete = false;
    const range = path ? unwrap(path).range : decorator.range;
    const handled = methodAfter(body, decorator);
    for (const prefix of prefixes) {
      for (const value of paths ?? []) {
        const full = [prefix, value].filter((part) => part !== '').join('/');
        const handler = handlerOf(handled, `${router.prefix ?? ''}/${full}`, code);
        router.routes.push({
          method,
          path: { value: full, range },
          ...(handler && { handler }),
          range: decorator.range,
        });
      }
    }
  }
}

/** The method that a decorator belongs to. */
function methodAfter(body: Syntax, decorator: Syntax): Syntax | undefined {
  return body.children.find(({ start, type }) => start > decorator.start && type === 'method_definition');
}

/** `app.setGlobalPrefix('api', { exclude: […] })` */
export function readGlobalPrefix(code: Code, router: Router, [prefix, options]: readonly Syntax[]): void {
  const value = stringConstant(code, prefix)?.value;
  if (value === undefined) {
    router.complete = false;
    return;
  }
  router.prefix = value;
  const excluded = options && optionOf(code, options, 'exclude');
  if (!excluded) return;
  const list = code.definition(excluded);
  const paths = (list?.type === 'array' ? list.children : []).map((item) => {
    const object = unwrap(item);
    return stringConstant(code, object.type === 'object' ? propertyOf(object, 'path') : object)?.value;
  });
  router.prefixExcludes = paths.filter((path) => path !== undefined);
  if (list?.type !== 'array' || router.prefixExcludes.length < paths.length) router.complete = false;
}

/** `app.enableVersioning({ type: VersioningType.URI })` */
export function readVersioning(code: Code, router: Router, [options]: readonly Syntax[]): void {
  const type = options && optionOf(code, options, 'type')?.text;
  if (options && type !== undefined && !/URI/.test(type)) return;
  const prefix = options && optionOf(code, options, 'prefix');
  const version = options && optionOf(code, options, 'defaultVersion');
  const list = version && code.definition(version);
  const defaults = (list?.type === 'array' ? list.children : list ? [list] : []).map((item) =>
    /VERSION_NEUTRAL/.test(item.text) ? '' : stringConstant(code, item)?.value,
  );
  const written = prefix ? (prefix.text === 'false' ? '' : stringConstant(code, prefix)?.value) : 'v';
  if (written === undefined || defaults.includes(undefined)) router.complete = false;
  else router.versioning = { prefix: written, defaults: defaults.filter((item) => item !== undefined) };
}

function strings(node: Syntax, code: Code): readonly string[] | undefined {
  const list = code.definition(node);
  const items = list?.type === 'array' ? list.children : [node];
  const values = items.map((item) => stringConstant(code, item)?.value);
  return values.every((value) => value !== undefined) ? values : undefined;
}

function versionsOf(node: Syntax, code: Code): readonly string[] | undefined {
  const list = unwrap(node);
  const values = (list.type === 'array' ? list.children : [list]).map((item) =>
    /VERSION_NEUTRAL$/.test(item.text) ? '' : stringConstant(code, item)?.value,
  );
  return values.every((value) => value !== undefined) ? values : undefined;
}
