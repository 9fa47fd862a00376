/** What Python services say about themselves, in the forms that people write. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function read(text: string): SourceFacts {
  const file = textFile('server.py', text);
  try {
    return source.parse(file).facts!;
  } finally {
    file.dispose();
  }
}

function routesOf({ routers }: SourceFacts): string[] {
  return routers.flatMap(({ local, prefix = '', routes, mounts, complete }) => [
    ...routes.map(({ method, path }) => `${local}: ${method} ${prefix}${path.value}`),
    ...mounts
      .filter((mount) => !mount.static)
      .map((mount) => `${local}: ${mount.prefix.value} > ${mount.specifier ?? mount.target ?? '?'}`),
    ...(complete ? [] : [`${local}: …`]),
  ]);
}

describe('source in Python', () => {
  before(() => loadGrammar('python'));

  describe('routes', () => {
    const cases: Record<string, [code: string, routes: string[]]> = {
      Flask: [
        `from flask import Flask, Blueprint\napp = Flask(__name__)\napi = Blueprint('api', __name__)\n@api.route('/a', methods=['GET', 'POST'])\ndef a(): ...\napp.add_url_rule('/b', view_func=b)\napp.register_blueprint(api, url_prefix='/api')\n# @app.route('/no')\n`,
        ['app: GET /b', 'app: /api > api', 'api: GET /a', 'api: POST /a'],
      ],
      FastAPI: [
        `from fastapi import FastAPI, APIRouter\nfrom .users import router as users\napp = FastAPI(docs_url=None)\nr = APIRouter(prefix='/v1')\n@r.get('/files/{name:path}')\nasync def f(): ...\napp.include_router(r)\napp.include_router(users, prefix='/users')\n`,
        [
          'app: GET /docs',
          'app: GET /redoc',
          'app: GET /openapi.json',
          'app:  > r',
          'app: /users > users',
          'r: GET /v1/files/*',
        ],
      ],
      Django: [
        `from django.urls import include, path, re_path\nurlpatterns = [path('health/', v), re_path(r'^api/(?P<id>\\d+)/$', v), path('ht/', include('health_check.urls')), path('x/', include('x.urls'))]\nurlpatterns += [path('late', v)]\n`,
        [
          'urlpatterns: ALL health/',
          'urlpatterns: ALL api/<id>',
          'urlpatterns: GET ht/',
          'urlpatterns: ALL late',
          'urlpatterns: x/ > x.urls',
          'urlpatterns: …',
        ],
      ],
      aiohttp: [
        `from aiohttp import web\napp = web.Application()\napp.router.add_get('/a', a)\napp.add_routes([web.get('/b', b)])\n`,
        ['app: GET /a', 'app: GET /b'],
      ],
      Starlette: [
        `from starlette.applications import Starlette\nfrom starlette.routing import Route\napp = Starlette(routes=[Route('/a', a)])\n`,
        ['app: GET /a'],
      ],
      'handed to what is not known': [
        `from flask import Flask\napp = Flask(__name__)\nHealthCheck(app, '/healthz')\n`,
        ['app: …'],
      ],
      'a computed path': [
        `from flask import Flask\napp = Flask(__name__)\n@app.route(PREFIX + '/a')\ndef a(): ...\n`,
        ['app: …'],
      ],
    };
    for (const [name, [code, routes]] of Object.entries(cases))
      it(name, () => deepEqual(routesOf(read(code)).sort(), routes.sort()));
  });

  describe('listens', () => {
    const cases: Record<string, [code: string, listens: string[]]> = {
      Flask: [
        `from flask import Flask\napp = Flask(__name__)\nif __name__ == '__main__':\n  app.run(port=int(os.environ.get('PORT', 80)))`.replace(
          'from',
          'import os\nfrom',
        ),
        ['flask 80 app as main'],
      ],
      'Flask by a function': [
        `from flask import Flask\ndef make():\n    app = Flask(__name__)\n    return app\nserver = make()\nserver.run(host='0.0.0.0', port=80)`,
        ['flask 80 app'],
      ],
      uvicorn: [
        `import uvicorn\nfrom fastapi import FastAPI\napp = FastAPI()\nuvicorn.run(app, port=8000)`,
        ['uvicorn 8000 app drains'],
      ],
      aiohttp: [
        `from aiohttp import web\napp = web.Application()\nweb.run_app(app, port=8080)`,
        ['aiohttp 8080 app drains'],
      ],
      gRPC: [
        `import grpc\nserver = grpc.server(pool)\nserver.add_insecure_port('[::]:50051')\nserver.start()`,
        ['grpcio 50051'],
      ],
      'nothing that runs': [`import flask, subprocess\nsubprocess.run(['a'], port=1)\n# app.run()`, []],
    };
    for (const [name, [code, listens]] of Object.entries(cases))
      it(name, () =>
        deepEqual(
          read(code).listens.map(({ framework, port, router, drains, asMain }) =>
            [framework, port?.value, router, drains && 'drains', asMain && 'as main']
              .filter(Boolean)
              .join(' '),
          ),
          listens,
        ),
      );
  });

  describe('calls', () => {
    const cases: Record<string, [call: string, timeout: string | undefined]> = {
      requests: ['requests.get(url)', 'missing'],
      'requests with a timeout': ['requests.get(url, timeout=3)', 'set'],
      'requests with None': ['requests.post(url, timeout=None)', 'missing'],
      'requests with options': ['requests.get(url, **options)', 'unknown'],
      'a session': ['requests.Session().get(url)', 'missing'],
      urllib: ['urllib.request.urlopen(url)', 'missing'],
      'urllib with a third argument': ['urllib.request.urlopen(url, None, 3)', 'set'],
      httpx: ['httpx.get(url)', 'set'],
      'httpx without limit': ['httpx.AsyncClient(timeout=None)', 'missing'],
      aiohttp: ['aiohttp.ClientSession()', undefined],
    };
    for (const [name, [call, timeout]] of Object.entries(cases))
      it(name, () => {
        const text = `import requests, httpx, aiohttp, urllib.request\ndef f():\n    return ${call}\n`;
        equal(read(text).calls[0]?.timeout, timeout);
      });

    it('of scripts are nobody’s to wait for', () => {
      deepEqual(read(`import requests\nrequests.get('http://a')\n`).calls, []);
      deepEqual(
        read(`import requests\ndef f(): requests.get('http://a')\nif __name__ == '__main__': f()\n`).calls,
        [],
      );
    });
  });

  describe('tracing', () => {
    const cases: Record<string, [code: string, vendors: string[]]> = {
      OpenTelemetry: ['from opentelemetry import trace\ntrace.set_tracer_provider(p)', ['opentelemetry']],
      instrumentor: [
        'from opentelemetry.instrumentation.flask import FlaskInstrumentor\nFlaskInstrumentor().instrument_app(app)',
        ['opentelemetry'],
      ],
      Datadog: ['from ddtrace import patch_all\npatch_all()', ['datadog']],
      Django: [`from django import x\nINSTALLED_APPS = ['elasticapm.contrib.django']`, ['elasticapm']],
      'an API alone': [
        'from opentelemetry import trace\ntracer = trace.get_tracer(__name__)\n# trace.set_tracer_provider(p)',
        [],
      ],
      Sentry: ['import requests, sentry_sdk\nsentry_sdk.init(dsn, traces_sample_rate=0.0)', []],
      'Sentry that traces a part': ['import sentry_sdk\nsentry_sdk.init(traces_sample_rate=0.2)', ['sentry']],
      'Sentry that traces': [
        'import sentry_sdk\nif not local:\n  sentry_sdk.init(dsn=dsn, enable_tracing=True)',
        ['sentry'],
      ],
    };
    for (const [name, [code, vendors]] of Object.entries(cases))
      it(name, () =>
        deepEqual(
          read(code).tracing.map(({ vendor }) => vendor),
          vendors,
        ),
      );
  });

  it('tells signals that drain from those that leave', () => {
    const signals = (body: string): unknown =>
      read(
        `import signal, sys\ndef stop(*_):\n    ${body}\nsignal.signal(signal.SIGTERM, stop)\n`,
      ).signals.map(({ signal, drains }) => [signal, drains]);
    deepEqual(signals('server.stop(5)'), [['SIGTERM', true]]);
    deepEqual(signals('sys.exit(0)'), [['SIGTERM', false]]);
  });

  it('names gRPC services', () => {
    const text =
      'import grpc\na_pb2_grpc.add_EmailServicer_to_server(s, g)\nhealth_pb2_grpc.add_HealthServicer_to_server(s, g)';
    deepEqual(
      read(text).grpc.flatMap(({ services }) => services.map(({ value }) => value)),
      ['Email', 'grpc.health.v1.Health'],
    );
  });

  it('reads any text, with ranges inside it', () => {
    const words = [
      'import grpc\n', 'from flask import Flask\n', 'app = Flask(__name__)\n', '@app.route("/a")\n', 'def f():\n  ', 'app.run(', ')', '"', '\n', ' ', '(',
      'urlpatterns = [', 'path("a", include("b"))', ']', '=', '.', 'x = x.y\n', 'signal.signal(signal.SIGTERM, f)', 'requests.get(', '**', 'as ', 'import requests\n', "'", '{', ':',
    ]; // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (parts) => {
        const text = `import requests\n${parts.join('')}`;
        const check = (value: unknown): void => {
          if (typeof value !== 'object' || value === null) return;
          if ('start' in value && 'end' in value)
            ok(
              0 <= Number(value.start) &&
                Number(value.start) <= Number(value.end) &&
                Number(value.end) <= text.length,
            );
          Object.values(value).forEach(check);
        };
        check(read(text));
      }),
      { numRuns: 300 },
    );
  });
});
