/** How Fastify writes routes as objects, and plugins that bring their own. */
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { stringConstant } from './constants.ts';
import { argumentsOf, functionTypes, hasSpread, propertyOf, unwrap } from './expressions.ts';
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
  } else if (/^(?:@fastify|fastify)[/-]autoload$/.test(module)) router.complete = false;
  else if (/^fastify-(?:custom-)?health-?check$|^fastify-healthcheck/.test(module)) {
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
