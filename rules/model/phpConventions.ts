/**
 * What Laravel puts before the routes of a file, by the file's name. The web server before PHP may answer more, so PHP
 * never says that a path is not served.
 */
import type { Conventions } from './conventions.ts';
import { place } from './model.ts';
import { baseOf } from './paths.ts';
import type { PlatformCode } from './platforms/platform.ts';
import { joinPaths } from './routes.ts';

/** https://laravel.com/docs/routing#api-routes */
const apiFile = /^api\.php$/;

export function addPhp(code: PlatformCode, { sources }: Conventions): void {
  for (const file of code.files) {
    const facts = sources.get(file);
    if (facts?.language !== 'php') continue;
    code.complete = false;
    for (const router of facts.routers) {
      if (router.framework !== 'laravel' || !router.parameterOf) continue;
      const prefix = apiFile.test(baseOf(file)) ? '/api' : '';
      for (const { method, path } of router.routes)
        code.routes.push({
          method,
          path: joinPaths(prefix, path.value),
          framework: 'laravel',
          at: place(file, path),
        });
    }
  }
}
