/** What frameworks of the JVM and of .NET serve, stop and trace by convention, joined from code, manifests and settings. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import { settings } from '../../rules/artifacts/settings/settings.ts';
import { audit, MemoryWorkspace, type Model } from '../../rules/index.ts';
import { findRoute } from '../../rules/model/routes.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

type ServiceCode = NonNullable<Model['services'][number]['code']>;

async function codeOf(files: Readonly<Record<string, string>>, name = 'shop'): Promise<ServiceCode> {
  const { model } = await audit(new MemoryWorkspace(files), { today: '2026-06-15' });
  const service = model.services.find((one) => one.name === name);
  ok(service?.code, `there is a service among ${model.services.map((one) => one.name).join(', ') || 'none'}`);
  return service.code;
}

const pom = (dependencies: readonly string[], version = '3.5.0'): string => `<project>
<parent><groupId>org.springframework.boot</groupId><artifactId>spring-boot-starter-parent</artifactId><version>${version}</version></parent>
<artifactId>shop</artifactId>
<dependencies>${dependencies.map((name) => `<dependency><artifactId>${name}</artifactId></dependency>`).join('\n')}</dependencies>
</project>`;

const main = `package shop;
import org.springframework.boot.SpringApplication;
class Shop { public static void main(String[] args) { SpringApplication.run(Shop.class, args); } }`;

const controller = `package shop;
import org.springframework.web.bind.annotation.*;
@RestController class Users { @GetMapping("/users") String all() { return ""; } }`;

/** A Spring Boot project with these dependencies besides the web starter, and these settings. */
function spring(
  dependencies: readonly string[],
  properties = '',
  version?: string,
  more: Readonly<Record<string, string>> = {},
): Promise<ServiceCode> {
  return codeOf({
    'pom.xml': pom(['spring-boot-starter-web', ...dependencies], version),
    'src/main/java/shop/Shop.java': main,
    'src/main/java/shop/Users.java': controller,
    'src/main/resources/application.properties': properties,
    ...more,
  });
}

const served = (code: ServiceCode, path: string): string => findRoute(code, path).served;
const ports = ({ listens }: ServiceCode): unknown[] => listens.map(({ port }) => port?.value);

describe('settings', () => {
  const read = (path: string, text: string): unknown[] => {
    const file = textFile(path, text);
    return (settings.parse(file).facts?.values ?? []).map(({ key, value, profile }) => {
      // JSON and HOCON have quotes around what the range covers.
      ok(text.slice(value.range.start, value.range.end).includes(value.value) || value.value.includes(','));
      return [key, value.value, ...(profile === undefined ? [] : [profile])];
    });
  };

  it('are read from properties, with profiles', () => {
    deepEqual(
      read(
        'application.properties',
        '# x\nserver.port = ${PORT:80}\n#---\nspring.config.activate.on-profile=k8s\nserver.port:90\n%dev.quarkus.http.port=1\n%prod.quarkus.http.port=2\nother=1\n',
      ),
      [
        ['server.port', '${PORT:80}'],
        ['spring.config.activate.onprofile', 'k8s', 'k8s'],
        ['server.port', '90', 'k8s'],
        ['quarkus.http.port', '1', 'dev'],
        ['quarkus.http.port', '2', 'k8s'],
      ],
    );
  });

  it('are read from YAML, JSON and HOCON', () => {
    deepEqual(
      read(
        'src/application.yml',
        'server:\n  port: 81\n  servlet: {context-path: /a}\n---\nserver.port: 82\n',
      ),
      [
        ['server.port', '81'],
        ['server.servlet.contextpath', '/a'],
        ['server.port', '82'],
      ],
    );
    deepEqual(
      read('appsettings.json', '{"Kestrel": {"Endpoints": {"Http": {"Url": "http://*:5000"}}}, "Other": 1}'),
      [['kestrel.endpoints.http.url', 'http://*:5000']],
    );
    deepEqual(
      read('application.conf', 'ktor {\n  deployment {\n    port = 8080\n    port = ${?PORT}\n  }\n}\n'),
      [
        ['ktor.deployment.port', '8080'],
        ['ktor.deployment.port', '${?PORT}'],
      ],
    );
  });

  it('are no other files', () => {
    deepEqual(['values.yaml', 'my-application.yml', 'launchSettings.json'].map(settings.claims), [
      false,
      false,
      false,
    ]);
  });
});

describe('Spring Boot', () => {
  it('listens where its settings say', async () => {
    deepEqual(ports(await spring([])), [8080]);
    deepEqual(ports(await spring([], 'server.port=${PORT:9000}')), [9000]);
    const image =
      'FROM eclipse-temurin:21-jre\nCOPY app.jar .\nEXPOSE 80\nENTRYPOINT ["java", "-jar", "app.jar", "--port=80"]\n';
    deepEqual(ports(await spring([], 'server.port=${port:9000}', undefined, { Dockerfile: image })), [80]);
    deepEqual(ports(await spring([], 'spring.config.import=configserver:')), [undefined]);
    deepEqual(
      ports(
        await spring([], 'server.port=1', undefined, {
          'src/main/resources/application-k8s.properties': 'server.port=2',
        }),
      ),
      [undefined],
    );
  });

  it('is a worker without a web server', async () => {
    const { model } = await audit(
      new MemoryWorkspace({
        'pom.xml': pom(['spring-boot-starter-amqp']),
        Dockerfile: 'FROM eclipse-temurin:21-jre\nCOPY . .\nCMD ["java", "-jar", "app.jar"]\n',
        'src/main/java/shop/Shop.java': main,
      }),
    );
    deepEqual(model.services[0]?.code?.listens ?? [], []);
  });

  it('serves the health of its actuator', async () => {
    const plain = await spring(['spring-boot-starter-actuator']);
    ok(plain.routesComplete);
    deepEqual(
      [
        '/users',
        '/actuator/health',
        '/actuator/health/liveness',
        '/actuator/health/db',
        '/actuator/prometheus',
        '/health',
        '/livez',
      ].map((path) => served(plain, path)),
      ['yes', 'yes', 'yes', 'yes', 'no', 'no', 'no'],
    );
    const moved = await spring(
      ['spring-boot-starter-actuator'],
      'management.server.port=9090\nmanagement.endpoints.web.base-path=/\nmanagement.endpoints.web.path-mapping.health=healthz\nserver.servlet.context-path=/shop',
    );
    deepEqual(ports(moved), [8080, 9090]);
    deepEqual(
      ['/shop/users', '/healthz', '/users', '/actuator/health'].map((path) => served(moved, path)),
      ['yes', 'yes', 'no', 'no'],
    );
    const hidden = await spring(
      ['spring-boot-starter-actuator'],
      'management.endpoints.web.exposure.exclude=*',
    );
    equal(served(hidden, '/actuator/health'), 'no');
    const variable = await spring(['spring-boot-starter-actuator'], '', undefined, {
      Dockerfile: `FROM eclipse-temurin:21-jre\nENV SPRING_APPLICATION_JSON='{"management.endpoint.health.probes.add-additional-paths": true}'\nEXPOSE 8080\nCMD ["java", "-jar", "app.jar"]\n`,
    });
    equal(served(variable, '/livez'), 'yes');
  });

  it('knows its older ways', async () => {
    const first = await spring(['spring-boot-starter-actuator'], '', '1.5.22.RELEASE');
    deepEqual(
      ['/health', '/actuator/health'].map((path) => served(first, path)),
      ['yes', 'unknown'],
    );
    equal(served(await spring([], '', '2.1.0'), '/actuator/health'), 'no');
  });

  it('says nothing against what a dependency or a server of settings may serve', async () => {
    for (const dependency of [
      'acme-spring-boot-starter',
      'spring-boot-starter-data-rest',
      'acme-platform-health',
    ])
      equal(served(await spring([dependency]), '/health'), 'unknown', dependency);
    equal(served(await spring([], 'spring.config.import=optional:configserver:'), '/health'), 'unknown');
  });

  it('drains by its version or its settings', async () => {
    const drains = async (...args: Parameters<typeof spring>): Promise<unknown> =>
      (await spring(...args)).listens[0]?.drains;
    equal(await drains([]), true);
    equal(await drains([], 'server.shutdown=immediate'), undefined);
    equal(await drains([], '', '3.3.9'), undefined);
    equal(await drains([], 'server.shutdown=graceful', '3.3.9'), true);
    equal(await drains([], '', '${boot}'), 'unknown');
  });

  it('is traced by what it depends on, but not by what tests do', async () => {
    equal((await spring(['micrometer-tracing-bridge-otel'])).tracing[0]?.vendor, 'opentelemetry');
    const test = pom(['spring-boot-starter-web']).replace(
      '</dependencies>',
      '<dependency><artifactId>spring-cloud-starter-sleuth</artifactId><scope>test</scope></dependency></dependencies>',
    );
    const managed = test.replace(
      '<dependencies>',
      '<dependencyManagement><dependencies><dependency><artifactId>spring-cloud-starter-zipkin</artifactId></dependency></dependencies></dependencyManagement><dependencies>',
    );
    deepEqual((await spring([], '', undefined, { 'pom.xml': managed })).tracing, []);
  });

  it('has the code of the modules it is built with, and what is inherited', async () => {
    const code = await codeOf(
      {
        'pom.xml':
          '<project><artifactId>all</artifactId><dependencies><dependency><artifactId>spring-boot-starter-actuator</artifactId></dependency></dependencies></project>',
        'web/pom.xml': pom(['spring-boot-starter-web', 'common']),
        'web/src/main/java/org/example/Shop.java': main,
        'common/pom.xml': '<project><artifactId>common</artifactId></project>',
        'common/src/main/java/org/example/Users.java': controller,
        'other/pom.xml': '<project><artifactId>other</artifactId></project>',
        'other/src/main/java/org/example/Orders.java': controller.replace('/users', '/orders'),
      },
      'web',
    );
    deepEqual(
      ['/users', '/actuator/health', '/orders'].map((path) => served(code, path)),
      ['yes', 'yes', 'no'],
    );
  });

  it('is read from Gradle as well', async () => {
    const gradle = `plugins { id("org.springframework.boot") version "3.2.0" }
dependencies {
  implementation(libs.spring.boot.starter.web)
  implementation("org.springframework.boot:spring-boot-starter-actuator")
  testImplementation("io.micrometer:micrometer-tracing-bridge-otel")
}`;
    const code = await codeOf({
      'shop/build.gradle.kts': gradle,
      'shop/Dockerfile':
        'FROM eclipse-temurin:21-jre\nCOPY . .\nEXPOSE 8080\nCMD ["java", "-jar", "app.jar"]\n',
      'shop/src/main/java/shop/Shop.java': main,
    });
    equal(served(code, '/actuator/health'), 'yes');
    deepEqual([code.listens[0]?.drains, code.tracing.length], [undefined, 0]);
  });
});

describe('Quarkus and Micronaut', () => {
  const image = 'FROM eclipse-temurin:21-jre\nCOPY . .\nEXPOSE 8080\nCMD ["java", "-jar", "app.jar"]\n';

  it('Quarkus listens without a line of code', async () => {
    const code = await codeOf({
      'shop/pom.xml': pom(['quarkus-rest-jackson', 'quarkus-smallrye-health', 'quarkus-opentelemetry']),
      'shop/Dockerfile': image,
      'shop/src/main/resources/application.properties':
        'quarkus.http.port=8090\nquarkus.http.root-path=/api\n%test.quarkus.http.port=1\n',
      'shop/src/main/java/org/example/Users.java':
        'import jakarta.ws.rs.*;\n@Path("users") class Users { @GET String all() { return ""; } }',
    });
    deepEqual(
      [ports(code), code.tracing[0]?.vendor, code.listens[0]?.drains],
      [[8090], 'opentelemetry', undefined],
    );
    deepEqual(
      ['/api/users', '/api/q/health/ready', '/q/health', '/users'].map((path) => served(code, path)),
      ['yes', 'yes', 'no', 'no'],
    );
  });

  it('Micronaut has health in its management', async () => {
    const code = await codeOf({
      'shop/pom.xml': pom(['micronaut-http-server-netty', 'micronaut-management']),
      'shop/Dockerfile': image,
      'shop/src/main/resources/application.yml': 'micronaut:\n  server:\n    port: ${PORT:8081}\n',
      'shop/src/main/java/a/App.java':
        'import io.micronaut.runtime.Micronaut;\nclass App { void main() { Micronaut.run(App.class); } }',
    });
    deepEqual(
      [ports(code), code.listens[0]?.portVariable, code.listens[0]?.drains],
      [[8081], 'PORT', 'unknown'],
    );
    deepEqual(
      ['/health/liveness', '/users'].map((path) => served(code, path)),
      ['yes', 'no'],
    );
  });
});

describe('ASP.NET Core', () => {
  const project = (more = ''): string =>
    `<Project Sdk="Microsoft.NET.Sdk.Web"><PropertyGroup><TargetFramework>net8.0</TargetFramework></PropertyGroup>${more}</Project>`;
  const program = (code: string): string =>
    `var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\n${code}\napp.Run();\n`;
  const image = (tag: string, more = ''): string =>
    `FROM mcr.microsoft.com/dotnet/aspnet:${tag}\nWORKDIR /app\nCOPY . .\n${more}EXPOSE 8080\nENTRYPOINT ["dotnet", "Shop.dll"]\n`;

  it('listens where its image, its settings or its code say', async () => {
    const listened = async (files: Readonly<Record<string, string>>): Promise<unknown> =>
      ports(await codeOf({ 'shop/Shop.csproj': project(), 'shop/Program.cs': program(''), ...files }));
    deepEqual(await listened({ 'shop/Dockerfile': image('8.0') }), [8080]);
    deepEqual(await listened({ 'shop/Dockerfile': image('6.0-alpine') }), [80]);
    deepEqual(
      await listened({
        'shop/Dockerfile': image('8.0'),
        'shop/appsettings.json': '{"Kestrel":{"Endpoints":{"Http":{"Url":"http://*:5005"}}}}',
      }),
      [5005],
    );
    deepEqual(await listened({ 'shop/Program.cs': program('app.Urls.Add("http://*:7000");') }), [7000]);
    deepEqual(await listened({}), [undefined]);
  });

  it('has the endpoints of the projects it is built with', async () => {
    const code = await codeOf({
      'shop/Shop.csproj': project(
        '<ItemGroup><ProjectReference Include="..\\Defaults\\Defaults.csproj" /></ItemGroup>',
      ),
      'shop/Program.cs': program('app.MapDefaults(); var api = app.MapGroup("/api"); api.MapUsers();'),
      'Defaults/Defaults.csproj': '<Project Sdk="Microsoft.NET.Sdk"></Project>',
      'Defaults/Extensions.cs':
        'static class Extensions { public static WebApplication MapDefaults(this WebApplication app) { app.MapHealthChecks("/healthz"); return app; } }',
      'shop/Users.cs':
        'static class Users { public static void MapUsers(this RouteGroupBuilder group) { group.MapGet("/users", All); } }',
    });
    ok(code.routesComplete);
    deepEqual(
      ['/healthz', '/api/users', '/users'].map((path) => served(code, path)),
      ['yes', 'yes', 'no'],
    );
    equal(code.listens[0]?.drains, true);
  });

  it('may serve what a package maps', async () => {
    const code = await codeOf({
      'shop/Shop.csproj': project(),
      'shop/Program.cs': program('app.MapAcme();'),
    });
    equal(served(code, '/healthz'), 'unknown');
  });

  it('serves gRPC alone, with a page that says so', async () => {
    const code = await codeOf({
      'shop/Shop.csproj': project(),
      'shop/Program.cs': program('app.MapGrpcService<Cart>(); app.MapGet("/", () => "This is gRPC.");'),
    });
    deepEqual(
      code.listens.map(({ protocol }) => protocol),
      ['grpc'],
    );
  });
});
