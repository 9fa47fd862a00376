/** The image of a service never leaves root: no USER, on a base image that starts as root. */
import { place, type Service } from '../../model/model.ts';
import type { Evidence } from '../../text.ts';
import { replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { defaultUser, familyOf, officialName } from './baseImages.ts';
import { isRoot, isUnknown, type FinalImage } from './finalImage.ts';
import { beforeCommand, nonRootUser } from './nonRootUser.ts';
import { serviceImages, type ServiceImage } from './serviceImages.ts';

export default defineRule({
  id: 'containers/user-missing',
  title: 'A service’s image sets no USER on a base that starts as root.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: true,
  messages: {
    missing: {
      text: 'The image of {service} runs as root: it sets no USER, and {base} starts as root. Whoever breaks into the service owns the container.',
    },
    'in-pods': {
      text: 'The image of {service} runs as root wherever no pod’s securityContext says otherwise: it sets no USER, and {base} starts as root.',
      level: 'info',
    },
    overridden: {
      text: 'The image of {service} runs as root wherever Compose does not start it as {user}: it sets no USER, and {base} starts as root.',
      level: 'info',
    },
  },
  check(model, report) {
    for (const subject of serviceImages(model)) {
      const { dockerfile, service, image, level } = subject;
      const { file } = dockerfile;
      const base = image.base.value;
      const name = base.resolved ?? base.text;
      const at = place(file, image.stage.from);
      if (image.user) {
        if (!isRoot(image.user.value) && !isUnknown(image.user.value)) {
          report.met(service, { at: place(file, image.user), message: `It runs as ${image.user.value}.` });
        } else if (isUnknown(image.user.value)) {
          const why = `USER ${image.user.value} is decided outside the Dockerfile.`;
          report.unknown(service, why, place(file, image.user));
        }
        continue;
      }
      const starts = defaultUser(base);
      if (starts === 'other') {
        report.met(service, { at, message: `${name} starts as a user of its own.` });
      } else if (starts === 'unknown') {
        report.unknown(
          service,
          `Nothing is known of the user that ${name} starts as.`,
          place(file, image.base),
        );
      } else if (stepsDown(image)) {
        report.unknown(service, 'A program that its image installs may give up root when it starts.', at);
      } else {
        const compose = service.composeServices.find(({ facts }) => facts.user && !isRoot(facts.user.value));
        const secured = securedBy(service);
        const related =
          image.chain.length > 1 ? [{ at: place(file, image.base), message: `${name} starts as root` }] : [];
        const data = { service: service.name, base: name };
        const common = { at, service, level, fixes: fixes(subject) };
        if (compose) {
          const user = compose.facts.user!;
          const override = { at: place(compose.file, user), message: `Compose starts it as ${user.value}` };
          report.gap({
            message: 'overridden',
            data: { ...data, user: user.value },
            related: [...related, override],
            ...common,
          });
        } else if (secured.length > 0) {
          report.gap({ message: 'in-pods', data, related: [...related, ...secured], ...common });
        } else {
          report.gap({ message: 'missing', data, related, ...common });
        }
      }
    }
  },
});

/** Where its pods are kept from starting as root, if that is so in all of them. */
function securedBy({ workloads }: Service): Evidence[] {
  const containers = workloads.flatMap(({ file, containers }) =>
    containers.map((facts) => ({ file, facts })),
  );
  if (containers.some(({ facts }) => !facts.nonRoot)) return [];
  return containers.slice(0, 1).map(({ file, facts }) => ({
    at: { file, range: facts.nonRoot! },
    message: 'Its pods do not start as root',
  }));
}

/** Programs that start as root in order to continue as somebody else, and init systems that do it for each service. */
function stepsDown({ built, entrypoint, cmd }: FinalImage): boolean {
  const commands = [...(entrypoint?.words ?? []), ...(cmd?.words ?? [])].join(' ');
  return (
    /\b(?:gosu|su-exec|setpriv|s6-overlay|s6-setuidgid)\b/.test(`${built}\n${commands}`) ||
    /^\/init\b/.test(commands)
  );
}

function fixes(subject: ServiceImage): LazyFix[] {
  const { dockerfile, image } = subject;
  const replaced = rootlessBase(image);
  if (replaced) {
    const { text, title } = replaced;
    return [
      {
        title,
        safety: 'suggested',
        changes: ({ read }) => [replace(read(dockerfile.file), image.base.range, text)],
      },
    ];
  }
  const found = nonRootUser(image);
  if (!found) return [];
  const { user, create } = found;
  const title = create.length === 0 ? `Run as ${user}` : `Create the user ${user} and run as it`;
  // Source: https://man7.org/linux/man-pages/man7/ip.7.html, ip_unprivileged_port_start; Docker lowers it, older clusters do not.
  const low = image.chain.flatMap(({ exposes }) => exposes).find(({ value }) => value < 1024);
  return [
    {
      title: low ? `${title}; older clusters let no such user open port ${low.value}` : title,
      safety: 'suggested',
      changes: ({ read }) => [
        beforeCommand(read(dockerfile.file), dockerfile, image.stage.index, [...create, `USER ${user}`]),
      ],
    },
  ];
}

/** The variant of the base image that does not start as root, where there is one and the reference is written out. */
function rootlessBase({ base: { value } }: FinalImage): { text: string; title: string } | undefined {
  if (value.text !== value.resolved || value.digest !== undefined || value.name === undefined)
    return undefined;
  if (familyOf(value) === 'distroless') {
    const tag = { latest: 'nonroot', debug: 'debug-nonroot' }[value.tag ?? 'latest'];
    return tag === undefined
      ? undefined
      : { text: `${value.name}:${tag}`, title: `Use the ${tag} variant of ${value.name}` };
  }
  if (officialName(value) !== 'nginx') return undefined;
  const text = `nginxinc/nginx-unprivileged${value.tag === undefined ? '' : `:${value.tag}`}`;
  return { text, title: `Use ${text}, which listens on 8080` };
}
