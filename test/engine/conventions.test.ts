/** What frameworks of JavaScript and PHP serve by convention: folders that are loaded, images that serve, routes in YAML. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { audit, MemoryWorkspace, type Model } from '../../rules/index.ts';

type Service = Model['services'][number];

async function serviceOf(files: Readonly<Record<string, string>>, name = 'shop'): Promise<Service> {
  const { model } = await audit(new MemoryWorkspace(files), { today: '2026-06-15' });
  const service = model.services.find((one) => one.name === name);
  ok(service?.code, `there is code of ${name}`);
  return service;
}

const routesOf = ({ code }: Service): string[] =>
  code!.routes.map(({ method, path }) => `${method} ${path}`).sort();

describe('@fastify/autoload', () => {
  const server = (options: string): Readonly<Record<string, string>> => ({
    'package.json':
      '{ "name": "shop", "main": "src/server.js", "dependencies": { "@fastify/autoload": "6.0.0" } }',
    'src/server.js': `const path = require('node:path');
const app = require('fastify')();
app.register(require('@fastify/autoload'), ${options});
app.listen({ port: 3000 });`,
    'src/routes/root.js': `module.exports = async function (fastify) { fastify.get('/healthz', h); };`,
    'src/routes/users/index.js': `module.exports = async (fastify) => { fastify.get('/', h); fastify.get('/:id', h); };`,
    'src/routes/users/beside.js': `module.exports = async (fastify) => { fastify.get('/beside', h); };`,
    'src/other/unused.js': `module.exports = async (fastify) => { fastify.get('/unused', h); };`,
  });

  it('mounts the modules of a folder below the names of their folders', async () => {
    const shop = await serviceOf(server(`{ dir: path.join(__dirname, 'routes') }`));
    deepEqual(routesOf(shop), ['GET /healthz', 'GET /users', 'GET /users/:id']);
  });

  it('puts the prefix of its options before them', async () => {
    const shop = await serviceOf(server("{ dir: `${__dirname}/routes`, options: { prefix: '/api' } }"));
    deepEqual(routesOf(shop), ['GET /api/healthz', 'GET /api/users', 'GET /api/users/:id']);
  });

  it('says nothing where its options or its folder cannot be read', async () => {
    for (const options of ['{ dir: folder }', `{ dir: path.join(__dirname, 'routes'), routeParams: true }`]) {
      const shop = await serviceOf(server(options));
      equal(shop.code!.routesComplete, false, options);
    }
  });
});

describe('PHP', () => {
  const slim = `<?php\nuse Slim\\Factory\\AppFactory;\n$app = AppFactory::create();\n$app->get('/orders', Orders::class);`;
  const shop = (dockerfile: string, more: Readonly<Record<string, string>> = {}): Promise<Service> =>
    serviceOf({
      'shop/composer.json': '{ "name": "example/shop", "require": { "slim/slim": "^4.14" } }',
      'shop/public/index.php': slim,
      'shop/Dockerfile': dockerfile,
      ...more,
    });
  const listens = ({ code }: Service): unknown[] =>
    code!.listens.map(({ framework, port, drains }) => [framework, port?.value, drains]);

  it('is served by images and commands that do', async () => {
    deepEqual(listens(await shop('FROM php:8.3-apache\nCOPY . /var/www/html')), [['apache', 80, true]]);
    deepEqual(listens(await shop('FROM dunglas/frankenphp:1\nCOPY . /app')), [['frankenphp', 80, true]]);
    const builtIn = 'FROM php:8.3-cli\nCOPY . .\nCMD ["php", "-S", "0.0.0.0:8080", "-t", "public"]';
    deepEqual(listens(await shop(builtIn)), [['php', 8080, 'unknown']]);
    const artisan = 'FROM php:8.3-cli\nCOPY . .\nCMD php artisan serve --host=0.0.0.0';
    deepEqual(listens(await shop(artisan)), [['php', 8000, 'unknown']]);
  });

  it('listens on a port that is not known where the web server is set to another', async () => {
    const changed =
      "FROM php:8.3-apache\nRUN sed -i 's/80/8080/' /etc/apache2/ports.conf\nCOPY . /var/www/html";
    deepEqual(listens(await shop(changed)), [['apache', undefined, true]]);
    deepEqual(listens(await shop('FROM php:8.3-fpm\nCOPY . .')), []);
  });

  it('is traced by an extension', async () => {
    const traced = await shop('FROM php:8.3-apache\nRUN pecl install opentelemetry\nCOPY . /var/www/html');
    deepEqual(
      traced.tracing.map(({ vendor, by }) => [vendor, by]),
      [['opentelemetry', 'agent']],
    );
  });

  it('has routes of Symfony in YAML, and prefixes of controllers', async () => {
    const symfony = await shop('FROM php:8.3-apache\nCOPY . /var/www/html', {
      'shop/src/Controller/Blog.php': `<?php\nclass Blog { #[Route('/blog', methods: ['GET'])] public function all() {} }`,
      'shop/config/routes.yaml': `controllers:
  resource:
    path: ../src/Controller/
    namespace: App\\Controller
  type: attribute
  prefix: /api
health:
  path: /healthz
  controller: App\\Controller\\Health
  methods: [GET, HEAD]
when@dev:
  profiler:
    path: /_profiler`,
    });
    deepEqual(routesOf(symfony), ['GET /api/blog', 'GET /healthz', 'GET /orders', 'HEAD /healthz']);
  });
});

describe('controllers that inherit their routes', () => {
  const shop = (files: Readonly<Record<string, string>>): Promise<Service> =>
    serviceOf({
      'pom.xml':
        '<project><artifactId>shop</artifactId><dependencies><dependency><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-web</artifactId></dependency></dependencies></project>',
      'src/main/resources/application.properties': 'server.port=8080',
      'src/main/java/shop/App.java':
        'package shop; import org.springframework.boot.SpringApplication; class App { void main() { SpringApplication.run(App.class, args); } }',
      ...Object.fromEntries(
        Object.entries(files).map(([name, text]) => [
          `src/main/java/shop/${name}.java`,
          `package shop; import org.springframework.web.bind.annotation.*; ${text}`,
        ]),
      ),
    });
  const api = '@RequestMapping("/api") interface UsersApi { @GetMapping("/users") List<User> all(); }';

  it('have those of an interface, below its prefix', async () => {
    const service = await shop({
      UsersApi: api,
      Users: '@RestController class Users implements UsersApi {}',
    });
    deepEqual(routesOf(service), ['GET /api/users']);
    equal(service.code!.routesComplete, true);
  });

  it('have those of an interface of Micronaut in another module, which is named by annotations alone', async () => {
    const service = await serviceOf({
      'shop/pom.xml':
        '<project><artifactId>shop</artifactId><dependencies><dependency><groupId>io.micronaut</groupId><artifactId>micronaut-http-server-netty</artifactId></dependency><dependency><groupId>acme</groupId><artifactId>shop-api</artifactId></dependency></dependencies></project>',
      'shop/src/main/java/shop/App.java':
        'package shop; import io.micronaut.runtime.Micronaut; class App { static void main(String[] args) { Micronaut.run(App.class); } }',
      'shop/src/main/java/shop/Sales.java':
        'package shop; import io.micronaut.http.annotation.Controller; @Controller("/sales") class Sales implements SalesApi {}',
      'shop-api/pom.xml': '<project><artifactId>shop-api</artifactId></project>',
      'shop-api/src/main/java/shop/SalesApi.java':
        'package shop; import io.micronaut.http.annotation.Post; interface SalesApi { @Post("/total") int total(); }',
    });
    deepEqual(routesOf(service), ['POST /sales/total']);
  });

  it('put their own prefix before those of a base class, and of what that inherits', async () => {
    const service = await shop({
      Readable: 'interface Readable { @GetMapping("/{id}") T one(); }',
      Base: 'abstract class Base<T> implements Readable { @GetMapping List<T> all() {} }',
      Users: '@RestController @RequestMapping("/users") class Users extends Base<User> {}',
      Orders: '@RestController @RequestMapping("/orders") class Orders extends Base<Order> {}',
    });
    deepEqual(routesOf(service), ['GET /orders', 'GET /orders/{id}', 'GET /users', 'GET /users/{id}']);
    equal(service.code!.routesComplete, true);
  });

  it('leave open what they inherit from elsewhere, and what nobody is seen to inherit', async () => {
    const elsewhere = await shop({ Users: '@RestController class Users implements UsersApi {}' });
    equal(elsewhere.code!.routesComplete, false);
    const nobodys = await shop({ UsersApi: api });
    deepEqual(routesOf(nobodys), []);
    equal(nobodys.code!.routesComplete, false);
  });
});

describe('actions of ASP.NET without a route of their own', () => {
  const shop = (mapped: string, controllers: string): Promise<Service> =>
    serviceOf({
      'shop/Shop.csproj':
        '<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup></Project>',
      'shop/Program.cs': `var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\n${mapped}\napp.Run();`,
      'shop/Controllers.cs': controllers,
    });
  const controllers = `public class HomeController : Controller {
  public IActionResult Index() => View();
  public IActionResult Privacy() => View();
  [NonAction] public int Count() => 1;
  int Hidden() => 1;
}
public class OrdersController : Controller { [HttpPost] public Task<IActionResult> AddAsync() => null; }`;

  it('have the paths that patterns give them', async () => {
    const home = ['ALL /', 'ALL /Home', 'ALL /Home/Index/{id?}', 'ALL /Home/Privacy/{id?}'];
    for (const mapped of [
      'app.MapDefaultControllerRoute();',
      'app.MapControllerRoute(name: "default", pattern: "{controller=Home}/{action=Index}/{id?}");',
    ]) {
      const service = await shop(mapped, controllers);
      deepEqual(routesOf(service), [...home, 'POST /Orders/Add/{id?}']);
      equal(service.code!.routesComplete, true);
    }
  });

  it('are not reached where no pattern is mapped, nor in controllers with routes', async () => {
    deepEqual(routesOf(await shop('app.MapControllers();', controllers)), []);
    const routed = '[Route("api")] public class ApiController : Controller { public int Index() => 1; }';
    deepEqual(routesOf(await shop('app.MapDefaultControllerRoute();', routed)), []);
  });

  it('are left open where the pattern is spelled in another way, or is that of one action', async () => {
    for (const pattern of [
      '"{controller:slugify=Home}/{action=Index}"',
      '"blog/{slug}", new { controller = "Home", action = "Privacy" }',
      '"{controller=Home}/{action=Index}", defaults: new { area = "Shop" }',
      '"{controller}/all"',
    ]) {
      const service = await shop(`app.MapControllerRoute("default", ${pattern});`, controllers);
      deepEqual(routesOf(service), []);
      equal(service.code!.routesComplete, false);
    }
  });
});
