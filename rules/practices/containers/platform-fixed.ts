/** FROM asks for one fixed platform: the image cannot be built for nodes of another architecture. */
import type { DockerStage } from '../../artifacts/dockerfile/facts.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { levelIn } from './stages.ts';

export default defineRule({
  id: 'containers/platform-fixed',
  title: 'FROM --platform names one platform, so the image runs on no other.',
  area: 'containers',
  section: '§4',
  level: 'info',
  fix: 'suggested',
  joins: false,
  messages: {
    constant: {
      text: 'Every build of this stage is for {platform}, whatever it is asked for: on nodes of another architecture the image is emulated, or does not start.',
      equivalents: ['hadolint/DL3029', 'buildkit/FromPlatformFlagConstDisallowed'],
    },
    // For hadolint it is the same; Docker takes the stage's name, or the variable, for the wish to decide it.
    deliberate: {
      text: 'This stage is for {platform} alone.',
      equivalents: ['hadolint/DL3029'],
      level: 'off',
    },
  },
  check(model, report) {
    for (const { file, facts } of model.dockerfiles) {
      for (const stage of facts.stages) {
        const { platform } = stage;
        if (!platform || /BUILDPLATFORM|TARGETPLATFORM/.test(platform.value)) continue;
        const isDeliberate = !isConstant(platform.value) || isNamedAfterIt(stage, platform.value);
        report.gap({
          message: isDeliberate ? 'deliberate' : 'constant',
          data: { platform: platform.value },
          at: { file, range: platform.range },
          level: levelIn(model, file),
          fixes: isDeliberate ? [] : [withoutPlatform(file, platform.range.start, platform.range.end)],
        });
      }
    }
  },
});

/** Source: https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/ */
function isConstant(platform: string): boolean {
  return /^[a-z0-9]+(?:\/[a-z0-9_]+){0,2}$/i.test(platform);
}

function isNamedAfterIt({ name = '' }: DockerStage, platform: string): boolean {
  const [system = '', architecture] = platform.toLowerCase().split('/');
  const written = architecture === undefined ? [system] : [system, architecture];
  const parts = written.map((part) => aliases[part] ?? part);
  return parts.some((part) => name.toLowerCase().includes(part));
}

/** How Docker writes architectures. Source: https://github.com/containerd/platforms */
const aliases: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', i386: '386' };

function withoutPlatform(file: string, start: number, end: number): LazyFix {
  return {
    title: 'Build for the platform that is asked for',
    safety: 'suggested',
    changes({ read }) {
      const { text } = read(file);
      const flag = text.lastIndexOf('--platform', start);
      const blanks = /^[ \t]*/.exec(text.slice(end))![0].length;
      return [{ kind: 'edit', file, range: { start: flag, end: end + blanks }, text: '' }];
    },
  };
}
