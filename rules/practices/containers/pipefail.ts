/** A pipe in a RUN hides that its first commands fail. */
import type { DockerRun } from '../../artifacts/dockerfile/facts.ts';
import type { ShellPipe, ShellScript } from '../../artifacts/shell/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import { place, type Dockerfile } from '../../model/model.ts';
import { familyOf } from './baseImages.ts';
import { insertBefore } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { hadolintFinds } from './hadolint.ts';
import { runsOf, type Ran } from './runs.ts';

export default defineRule({
  id: 'containers/pipefail',
  title: 'A pipe in a RUN hides that its first commands fail.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: false,
  messages: {
    hidden: {
      text: 'When {command} fails, this pipe does not: the build goes on with half of what it needs. The shell must run with -o pipefail.',
      equivalents: ['hadolint/DL4006'],
    },
    // Hadolint asks nothing of ONBUILD.
    'hidden-onbuild': {
      text: 'When {command} fails, this pipe does not: the build goes on with half of what it needs. The shell must run with -o pipefail.',
    },
    harmless: {
      text: 'The exit status of {command} is lost in this pipe, as the shell runs without -o pipefail.',
      equivalents: ['hadolint/DL4006'],
      level: 'off',
    },
    'set-elsewhere': {
      text: 'No SHELL of this stage sets pipefail: the script does, or a stage below, or SHELL names a shell that may not know it.',
      equivalents: ['hadolint/DL4006'],
      level: 'off',
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file } = dockerfile;
      const service = model.serviceRunning(dockerfile);
      const level = model.role(file) === 'production' ? undefined : 'info';
      const all = runsOf(dockerfile);
      const piped = all.filter(({ script }) => script.pipes.length > 0);
      let met = piped.length > 0;
      for (const ran of all) {
        const { run, script } = ran;
        const found = hadolintFinds('DL4006', ran, dockerfile);
        if (script.pipes.length === 0 || hasPipefail(run, script)) {
          const at = { file, range: script.pipes[0]?.range ?? run.keywordRange };
          if (found) report.gap({ message: 'set-elsewhere', at, service });
          continue;
        }
        const pipe = script.pipes.find(canFail);
        if (!pipe && !found) continue;
        const shown = pipe ?? script.pipes[0]!;
        if (pipe) met = false;
        const remote = script.pipes.some(({ feeds }) => feeds.some((program) => fetching.has(program)));
        report.gap({
          message: !pipe ? 'harmless' : found ? 'hidden' : 'hidden-onbuild',
          data: { command: shown.feeds.find((program) => !harmless.has(program)) ?? shown.feeds[0]! },
          at: { file, range: shown.range },
          service,
          level: remote ? level : 'info',
          fixes: fixes(dockerfile, ran, all),
        });
      }
      const first = piped[0];
      if (service && first && met && level === undefined) {
        report.met(service, {
          at: place(file, first.run),
          message: 'A pipe fails with each of its commands.',
        });
      }
    }
  },
});

/** Their failing is what a build must not go on after. */
const fetching = new Set(
  'curl wget aria2c git gh aws gsutil az gcloud npm npx yarn pnpm pip pip3 go'.split(' '),
);
/** They do not fail, or are meant to be cut off. */
const harmless = new Set(['echo', 'printf', 'yes', 'true', ':', 'cat', '']);

function canFail({ feeds, last }: ShellPipe): boolean {
  // It closes the pipe early, which counts as a failure of what feeds it.
  if (last === 'head') return false;
  return feeds.some((program) => !harmless.has(program));
}

/** By SHELL, or by `set` in the script itself. */
function hasPipefail({ shell = [] }: DockerRun, { commands }: ShellScript): boolean {
  const words = [shell, ...commands.filter(({ name }) => name === 'set').map((set) => ['', ...textsOf(set)])];
  return words.some((all) =>
    all.some((word, index) => word === 'pipefail' && /^-[a-z]*o$/.test(all[index - 1] ?? '')),
  );
}

function textsOf({ arguments: words }: ShellScript['commands'][number]): string[] {
  return words.map(({ text }) => text);
}

/** A SHELL for the stage, above the first pipe that it is for, where it is known which shell the image has. */
function fixes({ file, facts }: Dockerfile, { stage, run }: Ran, all: readonly Ran[]): LazyFix[] {
  const first = all.find((other) => other.stage === stage && other.script.pipes.some(canFail)) ?? { run };
  const base = chain(facts, stage.index).at(-1)?.from.value;
  const family = base && familyOf(base);
  const shell = family === 'alpine' ? '/bin/ash' : family === 'debian' ? '/bin/bash' : undefined;
  if (shell === undefined || run.shell || stage.onbuildRuns?.includes(run)) return [];
  const flags = shell === '/bin/ash' ? '"-eo"' : '"-o"';
  return [
    {
      title: `Let every pipe of this stage fail, with SHELL ${shell}`,
      safety: 'suggested',
      changes: ({ read }) => [
        insertBefore(read(file), first.run.keywordRange, [`SHELL ["${shell}", ${flags}, "pipefail", "-c"]`]),
      ],
    },
  ];
}
