/** What Ruby services say about themselves, in the forms that people write. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import { audit, MemoryWorkspace } from '../../rules/index.ts';
import type { SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import type { ServiceCode } from '../../rules/model/model.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function read(text: string): SourceFacts {
  const file = textFile('app.rb', text);
  try {
    return source.parse(file).facts!;
  } finally {
    file.dispose();
  }
}

function routesOf(text: string): string[] {
  return read(text).routers.flatMap(({ routes, mounts, complete }) => [
    ...routes.map(({ method, path }) => `${method} ${path.value}`),
    ...mounts.map(({ prefix, specifier }) => `${prefix.value} > ${specifier}`),
    ...(complete ? [] : ['…']),
  ]);
}

async function codeOf(files: Readonly<Record<string, string>>): Promise<ServiceCode> {
  const workspace = new MemoryWorkspace({
    Gemfile: "gem 'rails'\n",
    'package.json': '{"name":"shop","private":true}',
    ...files,
  });
  return (await audit(workspace)).model.services[0]!.code!;
}

describe('source in Ruby', () => {
  before(() => loadGrammar('ruby'));

  describe('routes', () => {
    const cases: Record<string, [code: string, routes: string[]]> = {
      verbs: [
        `get "healthz" => "rails/health#show"\nroot "home#index"\nmatch "/a(/:b)", to: "a#b", via: [:get, :post]\nget "/files/*path", to: "f#s"\n# get "no"`,
        [
          'GET /healthz',
          'GET /healthz.json',
          'GET /',
          'GET /a',
          'GET /a/:b',
          'POST /a',
          'POST /a/:b',
          'GET /files/*',
        ],
      ],
      resources: [
        `namespace :api, path: "v1" do\n  resources :users, only: %i[index] do\n    member { post :ban }\n    get :search, on: :collection\n    resource :photo, only: :show\n  end\nend`,
        ['GET /v1/users', 'POST /v1/users/:id/ban', 'GET /v1/users/search', 'GET /v1/users/:users_id/photo'],
      ],
      scopes: [
        `scope "(:locale)" do\n  scope module: :x do\n    get "a"\n  end\nend\nconcern :c do\n  get :d\nend\nscope "/s" do\n  concerns :c\nend`,
        ['GET /a', 'GET /:locale/a', 'GET /s/d'],
      ],
      'engines and gems': [
        `mount Sidekiq::Web => "/sidekiq"\nmount A::Engine, at: "/a"\ndevise_for :users\ndraw(:admin)`,
        ['ALL /sidekiq/*', 'ALL /a/*', 'ALL /users/*', ' > ./routes/admin'],
      ],
      'what is not known': [`some_gem_routes\nget "#{PREFIX}/a", to: "x"`, ['…']],
    };
    for (const [name, [code, routes]] of Object.entries(cases))
      it(name, () =>
        deepEqual(routesOf(`Rails.application.routes.draw do\n${code}\nend\n`).sort(), routes.sort()),
      );

    it('Sinatra', () => {
      deepEqual(
        routesOf(
          `require 'sinatra/base'\nclass App < Sinatra::Base\n  use Rack::Deflater\n  namespace '/api' do\n    get('/a/?') { 1 }\n  end\n  post '/b' do\n  end\nend`,
        ),
        ['GET /api/a', 'POST /b'],
      );
      deepEqual(routesOf(`require 'sinatra'\nget(/x/) { 1 }`), ['…']);
    });
  });

  it('listens as puma is told, or as a classic application does', () => {
    const ports = (text: string): unknown =>
      read(text).listens.map(({ framework, port, portVariable }) => [framework, port?.value, portVariable]);
    deepEqual(ports(`threads 1, 5\nport ENV.fetch("PORT") { 3000 }`), [['puma', 3000, 'PORT']]);
    deepEqual(ports(`workers 2\nbind "tcp://0.0.0.0:9000"`), [['puma', 9000, undefined]]);
    deepEqual(ports(`require 'sinatra'\nget('/') { 1 }`), [['sinatra', 4567, 'PORT']]);
    deepEqual(ports(`require 'sinatra'\nset :port, 8080`), [['sinatra', 8080, undefined]]);
    deepEqual(ports(`class Job\n  def go = runner.run!\nend\nENV['A']`), []);
  });

  it('knows what starts tracing', () => {
    const vendors = (text: string): string[] => read(text).tracing.map(({ vendor }) => vendor);
    deepEqual(vendors(`OpenTelemetry::SDK.configure do |c|\n  c.use_all\nend`), ['opentelemetry']);
    deepEqual(vendors(`Datadog.configure { |c| c.tracing.instrument :rails }`), ['datadog']);
    deepEqual(vendors(`Sentry.init do |config|\n  config.traces_sample_rate = 0.5\nend`), ['sentry']);
    deepEqual(vendors(`Sentry.init do |config|\n  config.traces_sample_rate = 0.0\nend`), []);
    deepEqual(vendors(`ENV['OpenTelemetry::SDK']`), []);
  });

  it('finds calls without a limit', () => {
    equal(read(`Typhoeus.get(url)`).calls[0]?.timeout, 'missing');
    equal(read(`Typhoeus.get(url, timeout: 3)`).calls[0]?.timeout, 'set');
    deepEqual(read(`ENV['A']\nNet::HTTP.get(url)`).calls, []);
  });

  it('joins routes, parts of routes, the server and its command', async () => {
    const code = await codeOf({
      'config/routes.rb': `Rails.application.routes.draw do\n  get "up" => "rails/health#show"\n  scope "/x" do\n    draw :admin\n  end\nend\n`,
      'config/routes/admin.rb': `namespace :admin do\n  get :a\nend\n`,
      'config/puma.rb': `threads 5\nport ENV.fetch("PORT", 3000)\n`,
    });
    ok(code.routesComplete);
    deepEqual(
      code.routes.map(({ path }) => path),
      ['/up', '/up.json', '/x/admin/a', '/rails/*'],
    );
    deepEqual(
      code.listens.map(({ port, drains }) => [port?.value, drains]),
      [[3000, true]],
    );
    const told = await codeOf({
      'config/routes.rb': `Rails.application.routes.draw do\nend\n`,
      'config/puma.rb': `threads 5\nport 3000\n`,
      Dockerfile: 'FROM ruby:3.4\nEXPOSE 8080\nCMD ["bundle", "exec", "puma", "-p", "8080"]\n',
    });
    deepEqual(
      told.listens.map(({ port }) => port?.value),
      [8080],
    );
  });

  it('leaves open what a middleware or a gem may answer', async () => {
    const routes = { 'config/routes.rb': `Rails.application.routes.draw do\nend\n` };
    equal((await codeOf(routes)).routesComplete, true);
    equal((await codeOf({ ...routes, Gemfile: "gem 'rails'\ngem 'rack-health'\n" })).routesComplete, false);
    const middleware = { 'config/application.rb': 'config.middleware.use HealthCheck\n' };
    equal((await codeOf({ ...routes, ...middleware })).routesComplete, false);
  });

  it('reads any text, with ranges inside it', () => {
    const words = [
      'Rails.application.routes.draw do\n', 'end\n', 'get "a" => ', '"b#c"', 'resources :a do\n', 'namespace ', ':x', ' do\n', 'class A < Sinatra::Base\n', 'port ', 'ENV["A"]',
      ' || 3000', '\n', '(', ')', '"#{x}"', 'if x\n', 'mount A => "/b"', '%i[a b]', 'require "sinatra"\n', ',',
    ]; // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (parts) => {
        const text = `ENV['A']\n${parts.join('')}`;
        const check = (value: unknown): void => {
          if (typeof value !== 'object' || value === null) return;
          if ('start' in value && 'end' in value)
            ok(Number(value.start) <= Number(value.end) && Number(value.end) <= text.length);
          for (const inner of Object.values(value)) check(inner);
        };
        check(read(text));
      }),
      { numRuns: 300 },
    );
  });
});
