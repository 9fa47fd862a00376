/** Routes that frameworks find by the paths of files, and the servers that their own commands are. */
import { deepEqual, equal } from 'node:assert/strict';
import { audit, MemoryWorkspace } from '../../rules/index.ts';
import type { Service } from '../../rules/model/model.ts';

async function serviceOf(
  dependency: string,
  files: Readonly<Record<string, string>>,
  start = '',
): Promise<Service> {
  const pkg = { name: 'shop', scripts: start ? { start } : {}, dependencies: { [dependency]: '1' } };
  const workspace = new MemoryWorkspace({
    Dockerfile: 'FROM node:22\nEXPOSE 3000\nCMD ["npm", "start"]\n',
    'package.json': JSON.stringify(pkg),
    ...files,
  });
  const { model } = await audit(workspace);
  return model.services[0]!;
}

async function routesOf(dependency: string, ...paths: readonly string[]): Promise<string[]> {
  const { code } = await serviceOf(dependency, Object.fromEntries(paths.map((path) => [path, '\n'])));
  return code!.routes.map(({ method, path }) => `${method} ${path}`).sort();
}

describe('routes by files', () => {
  it('Next.js', async () => {
    deepEqual(
      await routesOf(
        'next',
        'app/(shop)/@modal/items/[id]/page.tsx',
        'app/api/[...rest]/route.ts',
        'app/_lib/route.ts',
        'app/(.)items/page.tsx',
        'app/api/items.test.ts',
        'src/pages/index.tsx',
        'src/pages/_app.tsx',
        'src/pages/api/[[...slug]].ts',
        'src/pages/api/health/index.ts',
        'src/pages/api/README.md',
      ),
      ['GET /items/:id', 'ALL /api/*', 'GET /', 'ALL /api/*', 'ALL /api/health'].sort(),
    );
  });

  it('Next.js, with the methods of a file, its base path and its port', async () => {
    const { code } = await serviceOf(
      'next',
      {
        'app/healthz/route.ts': 'export async function GET() { return new Response(); }\n',
        'next.config.js':
          "/** @type {import('next').NextConfig} */\nmodule.exports = { basePath: '/shop' };\n",
      },
      'next start -p 8080',
    );
    deepEqual(
      code!.routes.map(({ method, path }) => `${method} ${path}`),
      ['GET /shop/healthz'],
    );
    equal(code!.routesComplete, true);
    deepEqual(
      code!.listens.map(({ framework, port, portVariable }) => [framework, port?.value, portVariable]),
      [['next', 8080, undefined]],
    );
  });

  it('Next.js, open where a middleware or a rewrite may answer', async () => {
    const page = { 'app/page.tsx': '\n' };
    const open = async (files: Readonly<Record<string, string>>): Promise<boolean> =>
      (await serviceOf('next', { ...page, ...files }, 'next start')).code!.routesComplete;
    equal(await open({}), true);
    equal(await open({ 'middleware.ts': 'export function middleware() {}\n' }), false);
    equal(
      await open({ 'next.config.mjs': 'const nextConfig = { async rewrites() { return []; } };\n' }),
      false,
    );
  });

  it('Next.js that is exported has no server', async () => {
    const { code } = await serviceOf('next', {
      'app/page.tsx': '\n',
      'next.config.ts': "const nextConfig = { output: 'export' };\n",
    });
    deepEqual(code!.listens, []);
  });

  it('Remix', async () => {
    deepEqual(
      await routesOf(
        '@remix-run/node',
        'app/routes/_index.tsx',
        'app/routes/healthcheck.ts',
        'app/routes/users.$id_.edit.tsx',
        'app/routes/_auth.login.tsx',
        'app/routes/files.$.ts',
        'app/routes/($lang).about.tsx',
        'app/routes/sitemap[.]xml.ts',
        'app/routes/api+/items.ts',
        'app/routes/dashboard/route.tsx',
      ),
      [
        'ALL /',
        'ALL /healthcheck',
        'ALL /users/:id/edit',
        'ALL /login',
        'ALL /files/*',
        'ALL /:lang?/about',
        'ALL /sitemap.xml',
        'ALL /api/items',
        'ALL /dashboard',
      ].sort(),
    );
  });

  it('Nuxt', async () => {
    deepEqual(
      await routesOf(
        'nuxt',
        'server/api/items/[id].get.ts',
        'server/api/index.ts',
        'server/routes/healthz.ts',
        'server/routes/[...].ts',
        'pages/about.vue',
      ),
      ['GET /api/items/:id', 'ALL /api', 'ALL /healthz', 'ALL /*', 'GET /about'].sort(),
    );
  });

  it('SvelteKit', async () => {
    deepEqual(
      await routesOf(
        '@sveltejs/kit',
        'src/routes/(app)/+page.svelte',
        'src/routes/items/[id=uuid]/+server.ts',
        'src/routes/[[lang]]/+page.ts',
        'src/routes/+layout.svelte',
      ),
      ['GET /', 'POST /', 'ALL /items/:id', 'GET /:lang?', 'POST /:lang?'].sort(),
    );
  });
});
