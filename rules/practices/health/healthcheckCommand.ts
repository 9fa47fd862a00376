/** The HEALTHCHECK that an image can run with what it contains. It must never decide whether one is needed. */
import { isHealthOfPart } from '../../model/health.ts';
import { familyOf, majorVersion, officialName } from '../containers/baseImages.ts';
import type { FinalImage } from '../containers/finalImage.ts';
import type { ServiceImage } from '../containers/serviceImages.ts';
import { execForm } from '../edits/dockerfile.ts';

/** Paths that health routes have, the most telling first. */
const healthPaths =
  /^\/(?:[\w-]+\/){0,3}(?:_?health(?:z|[-_]?check)?|readyz?|readiness|livez?|liveness|ping|status|up)\/?$/i;

/**
 * @returns undefined where the service's health route or port is not known, or the image has nothing to ask with; IPv4 is
 * asked because `localhost` may be ::1, where few servers listen
 */
export function healthcheckFor({
  service,
  image,
}: ServiceImage): { path: string; instruction: string } | undefined {
  const routes = service.code?.routes ?? [];
  const served = routes.map((route) => route.path);
  const path = routes.find(
    (route) =>
      /^(?:GET|ALL)$/.test(route.method) &&
      healthPaths.test(route.path) &&
      !isHealthOfPart(route.path, served),
  )?.path;
  const port = portOf(service, image);
  if (path === undefined || port === undefined) return undefined;
  const command = commandAsking(image, `http://127.0.0.1:${port}${path}`);
  if (command === undefined) return undefined;
  const timing = '--interval=30s --timeout=3s --start-period=10s --retries=3';
  return { path, instruction: `HEALTHCHECK ${timing} CMD ${command}` };
}

function portOf(service: ServiceImage['service'], image: FinalImage): number | undefined {
  const listen = service.code?.listens.find(({ protocol }) => protocol === 'http');
  const variable = listen?.portVariable;
  const set =
    variable === undefined
      ? undefined
      : image.chain.find(({ environment }) => Object.hasOwn(environment, variable));
  const fromImage = set && Number(set.environment[variable!]!.value);
  if (fromImage !== undefined && Number.isInteger(fromImage)) return fromImage;
  return listen?.port?.value ?? image.chain.find(({ exposes }) => exposes.length > 0)?.exposes[0]?.value;
}

/** A command that asks for a URL with what the image contains and fails where it gets no good answer. */
export function commandAsking({ base, built }: FinalImage, url: string): string | undefined {
  const image = base.value;
  const name = officialName(image) ?? '';
  const family = familyOf(image);
  if (name === 'node' || name === 'mhart/alpine-node')
    return execForm(['node', '-e', nodeScript(url, majorVersion(image))]);
  if (name === 'oven/bun') return execForm(['bun', '-e', nodeScript(url)]);
  if (/^gcr\.io\/distroless\/nodejs/.test(name)) return execForm(['/nodejs/bin/node', '-e', nodeScript(url)]);
  if (name === 'python') {
    return execForm(['python', '-c', `import urllib.request; urllib.request.urlopen('${url}', timeout=3)`]);
  }
  if (name === 'ruby') {
    const script = `exit Net::HTTP.get_response(URI('${url}')).is_a?(Net::HTTPSuccess)`;
    return execForm(['ruby', '-rnet/http', '-e', script]);
  }
  if (installs(built, 'curl')) return `curl -fsS ${url} || exit 1`;
  if (family === 'alpine' || family === 'busybox') return `wget -q -O /dev/null ${url} || exit 1`;
  return undefined;
}

function installs(built: string, name: string): boolean {
  return built.split(/[&|;\n]/).some((command) => {
    const words = command.split(/\s+/);
    return words.some((word) => /^(?:install|add)$/.test(word)) && words.includes(name);
  });
}

/** Node has had fetch since version 18. */
function nodeScript(url: string, major = 18): string {
  if (major >= 18) return `fetch('${url}').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))`;
  return `require('http').get('${url}', (r) => process.exit(r.statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1))`;
}
