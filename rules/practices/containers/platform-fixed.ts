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

/** A platform that Docker understands. Source: https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/ */
function isConstant(platform: string): boolean {
  const [first = '', second] = platform.toLowerCase().split('/');
  if (!/^[\w.-]+(?:\/[\w.-]+){0,2}$/.test(platform)) return false;
  return second !== undefined || systems.has(first) || architectures.has(aliases[first] ?? first);
}

/** Docker adds the system or architecture that is left out: its own. */
function isNamedAfterIt({ name = '' }: DockerStage, platform: string): boolean {
  const [first = '', second] = platform.toLowerCase().split('/');
  const parts =
    second !== undefined ? [first, second] : systems.has(first) ? [first, 'amd64'] : ['linux', first];
  return parts.some((part) => name.toLowerCase().includes(aliases[part] ?? part));
}

/** Source: https://github.com/containerd/platforms, its lists of known systems and architectures */
const systems = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris windows zos'.split(
    ' ',
  ),
);
const architectures = new Set(
  '386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm'.split(
    ' ',
  ),
);

/** How Docker writes architectures and systems. Source: https://github.com/containerd/platforms */
const aliases: Readonly<Record<string, string>> = {
  x86_64: 'amd64',
  'x86-64': 'amd64',
  aarch64: 'arm64',
  i386: '386',
  armhf: 'arm',
  armel: 'arm',
  macos: 'darwin',
};

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
