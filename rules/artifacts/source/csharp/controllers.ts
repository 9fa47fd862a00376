/**
 * Routes that attributes of ASP.NET Core's controllers declare
 * (https://learn.microsoft.com/aspnet/core/mvc/controllers/routing). What a base class of one's own brings cannot be read here.
 */
import type { Ranged } from '../../../text.ts';
import type { ActionFact, RouteFact, RouterFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';

const verbs = /^Http(Get|Post|Put|Delete|Patch|Head|Options)$/;
const plainBase = /^(?:Controller|ControllerBase|ODataController|I[A-Z]\w*)$/;

export function controllersOf(code: Code): RouterFact[] {
  return code.classes.flatMap((found) => controllerOf(found, code) ?? []);
}

function controllerOf(found: Syntax, code: Code): RouterFact | undefined {
  const name = found.field('name')?.text ?? '';
  const bases = (found.child('base_list')?.children ?? []).map(({ text }) =>
    text.replace(/<[^]*$/, '').replace(/^.*\./, ''),
  );
  const attributes = attributesOf(found);
  const isController =
    bases.some((base) => /^(?:Controller|ControllerBase|ODataController)$|Controller(?:Base)?$/.test(base)) ||
    attributes.some(({ name: attribute }) => /^(?:ApiController|Controller)$/.test(attribute));
  if (!isController) return undefined;
  const own = attributes.filter(({ name: attribute }) => attribute === 'Route');
  const prefixes: (Ranged<string> | undefined)[] = own.map((attribute) => templateOf(attribute, code));
  const inherits = bases.some((base) => !plainBase.test(base));
  const routes: RouteFact[] = [];
  const actions: ActionFact[] = [];
  // Controllers of an API have no routes by convention.
  const byConvention = own.length === 0 && !attributes.some(({ name: other }) => other === 'ApiController');
  let complete = !inherits && !prefixes.includes(undefined);
  for (const method of found.field('body')?.children ?? []) {
    if (method.type !== 'method_declaration') continue;
    const called = method.field('name')?.text ?? '';
    const conventional = (verb: string): ActionFact => ({
      controller: withoutSuffix(name),
      action: called.replace(/Async$/, ''),
      method: verb,
      range: (method.field('name') ?? method).range,
    });
    const action = actionOf(method, code);
    if (!action) {
      if (byConvention && isPublic(method)) actions.push(conventional('ALL'));
      continue;
    }
    if (!action.complete) complete = false;
    for (const { verb, template, range } of action.routes) {
      const bases = prefixes.length === 0 ? [undefined] : prefixes;
      for (const prefix of bases) {
        const value = joined(prefix?.value, template?.value, name, called);
        // Without any template, the application's conventions say the path.
        if (value === undefined) {
          if (byConvention) actions.push(conventional(verb));
          else complete = false;
        } else
          routes.push({
            method: verb,
            path: { value, range: template?.range ?? prefix?.range ?? range },
            range,
          });
      }
    }
  }
  if (routes.length + actions.length === 0 && !inherits && complete) return undefined;
  return {
    local: name,
    framework: 'aspnet',
    range: (found.field('name') ?? found).range,
    controller: true,
    routes,
    ...(actions.length > 0 && { actions }),
    mounts: [],
    complete,
  };
}

/** A method that is an action unless it says that it is none. */
function isPublic(method: Syntax): boolean {
  const modifiers = method.children.filter(({ type }) => type === 'modifier').map(({ text }) => text);
  return (
    modifiers.includes('public') &&
    !modifiers.some((text) => /^(?:static|override|abstract)$/.test(text)) &&
    !attributesOf(method).some(({ name }) => name === 'NonAction')
  );
}

function withoutSuffix(controller: string): string {
  return controller.replace(/Controller$/, '');
}

interface Action {
  readonly routes: readonly {
    readonly verb: string;
    readonly template?: Ranged<string>;
    readonly range: Syntax['range'];
  }[];
  readonly complete: boolean;
}

function actionOf(method: Syntax, code: Code): Action | undefined {
  const attributes = attributesOf(method);
  const mapped = attributes.filter(({ name }) => verbs.test(name));
  const routed = attributes.filter(({ name }) => name === 'Route');
  if (mapped.length + routed.length === 0) return undefined;
  const templates = routed.map((attribute) => templateOf(attribute, code));
  let complete = !templates.includes(undefined) && !attributes.some(({ name }) => name === 'AcceptVerbs');
  const routes: Action['routes'][number][] = [];
  for (const attribute of mapped) {
    const verb = verbs.exec(attribute.name)![1]!.toUpperCase();
    const { range } = attribute.node;
    const own = templateOf(attribute, code);
    if (!own && hasTemplate(attribute)) complete = false;
    else if (own || templates.length === 0) routes.push({ verb, range, ...(own && { template: own }) });
    else for (const template of templates) if (template) routes.push({ verb, range, template });
  }
  if (mapped.length === 0)
    for (const template of templates)
      if (template) routes.push({ verb: 'ALL', template, range: template.range });
  return { routes, complete };
}

/** Both templates in one, with their tokens filled; undefined where neither says anything. */
function joined(
  prefix: string | undefined,
  template: string | undefined,
  controller: string,
  action: string,
): string | undefined {
  if (prefix === undefined && template === undefined) return undefined;
  const absolute = template !== undefined && /^~?\//.test(template);
  const path = absolute ? template.replace(/^~/, '') : `${prefix ?? ''}/${template ?? ''}`;
  return path
    .replace(/\[controller\]/gi, withoutSuffix(controller))
    .replace(/\[action\]/gi, action.replace(/Async$/, ''))
    .replace(/\[area\]/gi, '{area}')
    .replace(/\{\*+[^{}]*\}/g, '*')
    .replace(/\{(\w+)[^{}]*\?\}/g, '{$1?}');
}

interface Attribute {
  readonly name: string;
  readonly node: Syntax;
}

function attributesOf(node: Syntax): Attribute[] {
  return node.children
    .filter(({ type }) => type === 'attribute_list')
    .flatMap((list) => list.children.filter(({ type }) => type === 'attribute'))
    .map((attribute) => ({
      name: (attribute.field('name')?.text ?? '').replace(/^.*\./, '').replace(/Attribute$/, ''),
      node: attribute,
    }));
}

function hasTemplate({ node }: Attribute): boolean {
  const first = node.child('attribute_argument_list')?.children[0]?.children[0];
  return first !== undefined && first.type !== 'assignment_expression';
}

function templateOf(attribute: Attribute, code: Code): Ranged<string> | undefined {
  return hasTemplate(attribute)
    ? code.string(attribute.node.child('attribute_argument_list')!.children[0]!.children.at(-1))
    : undefined;
}
