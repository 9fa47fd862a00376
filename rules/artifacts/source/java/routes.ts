/** Routes that Java code adds by calls: functional routes of Spring, view controllers, servlets, the JDK's server. */
import type { RouteFact, RouterFact } from '../facts.ts';
import { annotationOf, valuesOf } from '../jvm/classes.ts';
import { argumentsOf, calledName, type Code } from './code.ts';

const verbs = /^(?:GET|POST|PUT|DELETE|PATCH|HEAD|OPTIONS)$/;

export function programmaticRouters(code: Code): RouterFact[] {
  const found: RouterFact[] = [];
  const add = (framework: string, complete: boolean, routes: readonly RouteFact[]): void => {
    const range = routes[0]?.range ?? { start: 0, end: 0 };
    found.push({ local: `${framework} ${found.length}`, framework, range, routes, mounts: [], complete });
  };
  const named = (name: RegExp, method?: string): RouteFact[] =>
    code.calls.flatMap((call) => {
      if (!name.test(calledName(call))) return [];
      const path = code.value(argumentsOf(call)[0]).text;
      const verb = method ?? calledName(call);
      return path?.value.startsWith('/') ? [{ method: verb, path, range: call.range }] : [];
    });
  // How functional routes are nested and filtered is not followed.
  if (/\bRouterFunctions?\b/.test(code.text)) add('spring', false, named(verbs));
  if (code.text.includes('ViewControllerRegistry'))
    add('spring', true, named(/^add(?:Redirect)?ViewController$/, 'GET'));
  if (code.text.includes('ServletRegistrationBean')) add('spring', false, []);
  const contexts = code.uses(/^com\.sun\.net\.httpserver\b/) ? named(/^createContext$/, 'ALL') : [];
  if (contexts.length > 0) {
    const below = contexts.map((route) => ({
      ...route,
      path: { ...route.path, value: `${route.path.value}/*` },
    }));
    add('jdk-http', true, [...contexts, ...below]);
  }
  for (const servlet of code.classes) {
    const annotation = annotationOf(servlet, /^WebServlet$/);
    if (!annotation) continue;
    const paths = valuesOf(annotation, 'value', 'urlPatterns').flatMap(({ text }) => text ?? []);
    add(
      'servlet',
      paths.length > 0,
      paths.map((path) => ({ method: 'ALL', path, range: annotation.range })),
    );
  }
  return found;
}
