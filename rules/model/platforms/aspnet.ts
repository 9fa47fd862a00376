/**
 * ASP.NET Core: the ports that images, variables and settings give it
 * (https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints), and gRPC on the same server.
 */
import type { Listen } from '../model.ts';
import type { PlatformCode } from './platform.ts';
import type { Project } from './project.ts';

/** Variables that say where to listen, the strongest first; the ports alone come last. */
const variables = ['ASPNETCORE_URLS', 'DOTNET_URLS', 'URLS', 'HTTP_PORTS', 'DOTNET_HTTP_PORTS'];
const portsVariable = 'ASPNETCORE_HTTP_PORTS';

export function aspnet(code: PlatformCode, project: Project): void {
  const main = code.listens.find(({ framework }) => framework === 'aspnet');
  if (!main) return;
  const kestrel = code.listens.filter(({ framework }) => framework === 'kestrel');
  const rest = code.listens.filter(({ framework }) => !/^(?:aspnet|kestrel)$/.test(framework));
  // A page at the top only says what the server is.
  const grpc = code.grpcServices.length > 0 && code.complete && code.routes.length <= 1;
  const protocol = grpc ? 'grpc' : 'http';
  code.listens = [
    ...listensOf(main, kestrel, project).map((listen) => ({ ...listen, protocol }) as const),
    ...rest,
  ];
  if (project.dependency(/^(?:yarp-reverseproxy|ocelot|fastendpoints|carter|orchardcore.*|umbraco.*)$/))
    code.complete = false;
}

/** Endpoints that code or settings name go before addresses that variables give. */
function listensOf(main: Listen, kestrel: readonly Listen[], project: Project): Listen[] {
  if (kestrel.length > 0)
    return kestrel.map(({ port, at }) => ({ ...main, ...(port && { port }), at: port ? at : main.at }));
  const endpoints = [...new Set(project.keys('kestrel.endpoints.'))].filter((key) => key.endsWith('.url'));
  if (endpoints.length > 0)
    return endpoints.map((key) => {
      const setting = project.setting(key)!;
      const port = setting.known ? portIn(setting.value) : undefined;
      return { ...main, ...(port !== undefined && { port: { value: port, at: setting.at } }) };
    });
  const urls = project.setting('urls');
  const set = urls?.known ? portIn(urls.value) : undefined;
  const port = urls ? set : project.containerPort;
  return [
    {
      ...main,
      ...(port !== undefined && { port: { value: port, at: urls?.at.range ? urls.at : main.at } }),
      portVariable: portsVariable,
      overrides: variables,
    },
  ];
}

/** The one port of an address such as `http://+:8080`. */
function portIn(url: string): number | undefined {
  const port = /^https?:\/\/[^:/;]+:(\d{1,5})\/?$/.exec(url)?.[1];
  return port === undefined ? undefined : Number(port);
}
