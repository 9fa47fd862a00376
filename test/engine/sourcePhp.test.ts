/** What PHP services say about themselves, in the forms that people write. */
import { deepEqual, equal } from 'node:assert/strict';
import type { SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function read(text: string): SourceFacts {
  const file = textFile('app.php', `<?php\n${text}`);
  try {
    return source.parse(file).facts!;
  } finally {
    file.dispose();
  }
}

function routesOf(text: string): string[] {
  return read(text).routers.flatMap(({ routes }) =>
    routes.map(({ method, path }) => `${method} ${path.value}`),
  );
}

describe('source in PHP', () => {
  before(() => loadGrammar('php'));

  it('reads routes of Laravel, Slim and Symfony', () => {
    deepEqual(
      routesOf(
        `use Illuminate\\Support\\Facades\\Route;\nRoute::prefix('admin')->middleware(['a'])->group(function () {\n  Route::get('/users/{id}', [A::class, 'show'])->name('x');\n  // Route::get('/no', 'x');\n});\nRoute::match(['get', 'post'], '/m', A::class);`,
      ),
      ['GET /admin/users/{id}', 'GET /m', 'POST /m'],
    );
    deepEqual(
      routesOf(`return Application::configure()->withRouting(web: 'a.php', health: '/up')->create();`),
      ['GET /up'],
    );
    deepEqual(
      routesOf(
        `use Slim\\App;\nreturn function (App $app) {\n  $app->group('/users', function ($group) {\n    $group->get('', A::class);\n    $group->post('/{id}', B::class);\n  });\n};`,
      ),
      ['GET /users', 'POST /users/{id}'],
    );
    deepEqual(
      routesOf(
        `#[Route('/blog')]\nclass Blog {\n  #[Route('/{slug}', methods: ['GET'])]\n  public function show() {}\n  #[Route(path: '/new')]\n  public function make() {}\n}`,
      ),
      ['GET /blog/{slug}', 'ALL /blog/new'],
    );
  });

  it('finds calls without a limit', () => {
    const timeout = (code: string): string | undefined =>
      read(`use GuzzleHttp\\Client;\nfunction f() { ${code} }`).calls[0]?.timeout;
    equal(timeout('return new Client();'), 'missing');
    equal(timeout(`return new Client(['timeout' => 3]);`), 'set');
    equal(timeout('return new Client($options);'), 'unknown');
    equal(timeout('$c = curl_init(); curl_exec($c);'), 'missing');
    equal(timeout('$c = curl_init(); curl_setopt($c, CURLOPT_TIMEOUT, 3); curl_exec($c);'), 'set');
    equal(timeout('curl_exec($c);'), 'unknown');
  });
});
