/** How Fastify writes routes as objects, and plugins that bring their own. */
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { stringConstant } from './constants.ts';
import { argumentsOf, calleeOf, functionTypes, hasSpread, propertyOf, unwrap } from './expressions.ts';
import { handlerOf } from './handlers.ts';
import { isRequired, pathsOf, requiredInline, targetName } from './paths.ts';
import type { Router, Routers } from './routers.ts';

/** `fastify.route({ method, url })` */
export function readRouteObject(code: Code, call: Syntax, router: Router, options: Syntax | undefined): void {
  const object = options && code.definition(options);
  const path =
    object?.type === 'object'
      ? pathsOf(code, propertyOf(object, 'url') ?? propertyOf(object, 'path'))
      : undefined;
  if (!path || object?.type !== 'object') {
    router.complete = false;
    return;
  }
  const method = propertyOf(object, 'method');
  const written = method && unwrap(method);
  const methods = (written?.type === 'array' ? written.children : written ? [written] : []).map(
    (item) => stringConstant(code, item)?.value.toUpperCase() ?? 'ALL',
  );
  const handler = handlerOf(propertyOf(object, 'handler'), path[0]!.value, code);
  for (const name of methods.length > 0 ? methods : ['ALL']) {
    router.routes.push({ method: name, path: path[0]!, ...(handler && { handler }), range: call.range });
  }
}

/** Options that change which files are loaded, or below which prefix: https://github.com/fastify/fastify-autoload */
const changing =
  /^(?:dirNameRoutePrefix|routeParams|maxDepth|scriptPattern|indexPattern|ignorePattern|ignoreFilter|matchFilter|autoHooks\w*|cascadeHooks|overwriteHooks|encapsulate|forceESM)\b/;

const here = /^(?:__dirname|import\.meta\.dirname)$|dirname\([^]*import\.meta\.url/;

/** The folder that `path.join(__dirname, 'routes')` and the like name, from the file's own. */
function folderIn(node: Syntax | undefined, code: Code): string | undefined {
  const made = node && code.definition(node);
  if (!made) return undefined;
  const isHere = (part: Syntax | undefined): boolean =>
    part !== undefined && (here.test(part.text) || here.test(code.definition(part)?.text ?? ''));
  const template = /^`\$\{__dirname\}\/([\w./-]+)`$|^__dirname \+ ['"]\/([\w./-]+)['"]$/.exec(made.text);
  if (template) return `./${(template[1] ?? template[2])!}`;
  const url = /new URL\(\s*['"](?:\.\/)?([\w/-]+)['"],\s*import\.meta\.url\s*\)/.exec(made.text)?.[1];
  if (url !== undefined) return `./${url}`;
  if (made.type !== 'call_expression' || !/^(?:path\.)?(?:join|resolve)$/.test(calleeOf(made).text))
    return undefined;
  const [first, ...rest] = argumentsOf(made);
  const parts = rest.map((part) => stringConstant(code, part)?.value);
  return isHere(first) && !parts.includes(undefined) ? ['.', ...parts].join('/') : undefined;
}

/** `fastify.register(plugin, { prefix })` */
export function readRegister(
  code: Code,
  routers: Routers,
  call: Syntax,
  router: Router,
  args: readonly Syntax[],
): void {
  const [given, options] = args;
  if (!given) return;
  const range = call.range;
  let plugin = unwrap(given);
  const origin = code.origin(plugin);
  if (origin === 'fastify-plugin()') plugin = unwrap(argumentsOf(code.definition(plugin)!)[0] ?? plugin);
  const object = options && code.definition(options);
  const option = (name: string): Syntax | undefined =>
    object?.type === 'object' ? propertyOf(object, name) : undefined;
  const written = option('prefix');
  const prefix = written ? pathsOf(code, written)?.[0] : { value: '', range };
  if (!prefix || (object && hasSpread(object) && !written)) {
    router.complete = false;
    return;
  }
  const definition = code.definition(plugin);
  if (definition && functionTypes.has(definition.type)) {
    const inner = routers.ofParameter(definition, 0, 'fastify');
    if (inner) router.mounts.push({ prefix, target: inner.local, range });
    return;
  }
  const inline = requiredInline(plugin);
  if (inline?.specifier.startsWith('.')) {
    router.mounts.push({ prefix, ...inline, range });
    return;
  }
  const module = (inline?.specifier ?? origin ?? '').replace(/\.(?:default|\w+)?(?:\(\))?$/, '');
  if (/^(?:@fastify|fastify)[/-]static$/.test(module)) {
    router.mounts.push({ prefix: prefix.value ? prefix : { value: '/', range }, static: true, range });
  } else if (/^(?:@fastify|fastify)[/-]autoload$/.test(module)) {
    const folder = object && folderIn(option('dir'), code);
    const given = option('options');
    const outer = given
      ? pathsOf(code, given.type === 'object' ? propertyOf(given, 'prefix') : undefined)
      : [];
    const isPlain =
      folder !== undefined &&
      !hasSpread(object!) &&
      !object!.children.some((entry) => changing.test(entry.text)) &&
      (!given || given.type === 'object');
    if (isPlain) router.mounts.push({ prefix: outer?.[0] ?? prefix, folder, range });
    else router.complete = false;
  } else if (/^fastify-(?:custom-)?health-?check$|^fastify-healthcheck/.test(module)) {
    const path = stringConstant(code, option('healthcheckUrl') ?? option('path')) ?? {
      value: '/health',
      range,
    };
    router.routes.push({ method: 'GET', path, range });
  } else if (/under-pressure$/.test(module)) {
    const status = option('exposeStatusRoute');
    if (!status || status.text === 'false') return;
    const url = status.type === 'object' ? propertyOf(status, 'url') : status;
    router.routes.push({
      method: 'GET',
      path: stringConstant(code, url) ?? { value: '/status', range },
      range,
    });
  } else {
    const target = targetName(plugin);
    const root = target === undefined ? undefined : code.declaration(target.split('.')[0]!, plugin);
    if (target === undefined || root === undefined || root.kind === 'parameter') router.complete = false;
    else if (root.kind === 'import' || isRequired(root)) router.mounts.push({ prefix, target, range });
  }
}
