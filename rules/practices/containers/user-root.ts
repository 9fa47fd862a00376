/** The image of a service ends as root: its last USER says so. */
import type { DockerInstruction } from '../../artifacts/dockerfile/facts.ts';
import { place } from '../../model/model.ts';
import { replace } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { isRoot, isUnknown } from './finalImage.ts';
import { beforeCommand, nonRootUser } from './nonRootUser.ts';
import { serviceImages, type ServiceImage } from './serviceImages.ts';

export default defineRule({
  id: 'containers/user-root',
  title: 'The last USER of a service’s image is root.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: true,
  messages: {
    root: {
      text: 'The image of {service} runs as {user}: whoever breaks into the service owns the container. Switch back to an unprivileged user after the steps that need root.',
      equivalents: ['hadolint/DL3002'],
    },
    // Hadolint reads one file as it is written: it neither replaces variables nor looks into base stages.
    'root-resolved': {
      text: 'The image of {service} runs as root, because {user} is {value}: whoever breaks into the service owns the container.',
    },
    'root-inherited': {
      text: 'The image of {service} runs as {user}, which it inherits from stage {stage}: whoever breaks into the service owns the container.',
    },
    // Stages that only build, images of tools, tests and databases: hadolint asks of every stage.
    stage: {
      text: 'The last USER of this stage is {user}.',
      equivalents: ['hadolint/DL3002'],
      level: 'off',
    },
  },
  check(model, report) {
    const reported = new Set<DockerInstruction>();
    for (const subject of serviceImages(model)) {
      const { dockerfile, service, image, level } = subject;
      const { user } = image;
      // Without a USER it is containers/user-missing's question.
      if (!user) continue;
      const at = place(dockerfile.file, user);
      if (isUnknown(user.value)) {
        report.unknown(service, `USER ${user.value} is decided outside the Dockerfile.`, at);
      } else if (!isRoot(user.value)) {
        report.met(service, { at, message: `It runs as ${user.value}.` });
      } else {
        const common = { service, level, fixes: fixes(subject) };
        const owner = image.chain.find(({ users }) => users.includes(user))!;
        const instruction = instructionOf(subject);
        const written = instruction?.arguments ?? '';
        if (owner !== image.stage) {
          const stage = owner.name ?? `${owner.index}`;
          const related = [{ at, message: `Stage ${stage} ends as ${user.value}` }];
          const data = { service: service.name, user: user.value, stage };
          const from = place(dockerfile.file, image.stage.from);
          report.gap({ message: 'root-inherited', data, at: from, related, ...common });
        } else if (!/^(?:root|0)(?::|$)/.test(written)) {
          const data = { service: service.name, user: written, value: user.value };
          report.gap({ message: 'root-resolved', data, at, ...common });
        } else {
          if (instruction) reported.add(instruction);
          report.gap({ message: 'root', data: { service: service.name, user: user.value }, at, ...common });
        }
      }
    }
    for (const { file, facts } of model.dockerfiles) {
      for (const { index } of facts.stages) {
        const user = facts.instructions.findLast((one) => one.keyword === 'USER' && one.stage === index);
        if (!user || reported.has(user) || !/^(?:root|0)(?::|$)/.test(user.arguments)) continue;
        const at = { file, range: user.argumentsRange! };
        report.gap({ message: 'stage', data: { user: user.arguments }, at });
      }
    }
  },
});

/** The last USER as it is written. */
function instructionOf({ dockerfile, image }: ServiceImage): DockerInstruction | undefined {
  const range = image.user!.range;
  return dockerfile.facts.instructions.find(({ argumentsRange }) => argumentsRange?.start === range.start);
}

function fixes({ dockerfile, image }: ServiceImage): LazyFix[] {
  const found = nonRootUser(image);
  const { stage } = image;
  if (!found) return [];
  const { user, create } = found;
  return [
    {
      title: `Run as ${user}`,
      safety: 'suggested',
      changes({ read }) {
        const file = read(dockerfile.file);
        const last = dockerfile.facts.instructions.findLast(({ keyword, stage: index }) => {
          return index === stage.index && /^(?:RUN|COPY|ADD|WORKDIR|USER)$/.test(keyword);
        });
        // Where nothing was built as root since, the USER itself is what is wrong.
        if (last?.keyword === 'USER' && create.length === 0) return [replace(file, image.user!.range, user)];
        return [beforeCommand(file, dockerfile, stage.index, [...create, `USER ${user}`])];
      },
    },
  ];
}
