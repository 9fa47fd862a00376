/** The whole source is copied before dependencies are installed, so that every change installs them again. */
import type { DockerCopy, DockerInstruction, DockerRun } from '../../artifacts/dockerfile/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import { place, type Dockerfile, type Model } from '../../model/model.ts';
import { insertBefore, removeInstruction, replace } from '../edits/dockerfile.ts';
import { defineRule, type Change, type LazyFix } from '../rule.ts';
import { installsIn, planFor, toolsIn, type Install, type InstallPlan } from './installs.ts';

export default defineRule({
  id: 'containers/install-before-copy',
  title: 'The whole source is copied before dependencies are installed.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'suggested',
  joins: true,
  messages: {
    install: {
      text: 'The whole source is copied before {command}: every change of any file installs all dependencies again.',
    },
    build: {
      text: 'The whole source is copied before {command} downloads what it needs: every change of any file downloads all dependencies again.',
      level: 'info',
    },
  },
  check(model, report) {
    for (const dockerfile of model.dockerfiles) {
      const { file } = dockerfile;
      const service = model.serviceRunning(dockerfile);
      const level = dockerfile.role === 'production' ? undefined : 'info';
      const pairs = layersOf(dockerfile, model);
      for (const pair of pairs.wrong) {
        const { copy, run, install } = pair;
        report.gap({
          message: install.implicit ? 'build' : 'install',
          data: { command: install.command },
          at: place(file, copy),
          service,
          level,
          related: [{ at: place(file, run), message: `${install.command} runs after it` }],
          fixes: fixes(model, dockerfile, pair),
        });
      }
      if (service && pairs.wrong.length === 0 && pairs.right && level === undefined) {
        report.met(service, {
          at: place(file, pairs.right),
          message: 'Dependencies are installed before the source is copied.',
        });
      }
    }
  },
});

interface Pair {
  readonly copy: DockerCopy;
  readonly run: DockerInstruction;
  readonly does: DockerRun;
  readonly install: Install;
}

/** Copies of everything with the first install after each, and an install that comes before any. */
function layersOf(dockerfile: Dockerfile, model: Model): { wrong: Pair[]; right?: DockerInstruction } {
  const { facts } = dockerfile;
  const wrong: Pair[] = [];
  let right: DockerInstruction | undefined;
  const copies = new Map(
    facts.stages.flatMap((stage) => stage.copies.map((copy) => [copy.range.start, copy])),
  );
  const runs = new Map(
    facts.stages.flatMap((stage) => stage.runs.map((run) => [run.keywordRange.start, run])),
  );
  for (const stage of facts.stages) {
    const layers = new Set(chain(facts, stage.index).map(({ index }) => index));
    let copied: DockerCopy | undefined;
    const installed = new Set<string>();
    const ran = new Set<string>();
    for (const instruction of facts.instructions) {
      if (!layers.has(instruction.stage)) continue;
      const copy = copies.get(instruction.range.start);
      if (copy && !copied && isWhole(copy)) copied = copy;
      // What an earlier stage downloaded may be among what is copied from it.
      for (const { script } of copy?.fromStage === undefined || copied
        ? []
        : facts.stages[copy.fromStage]!.runs) {
        if (!script) continue;
        for (const tool of toolsIn(script)) ran.add(tool);
        for (const { tool } of installsIn(script)) installed.add(tool);
      }
      const does = runs.get(instruction.keywordRange.start);
      if (!does?.script) continue;
      if (!copied) for (const tool of toolsIn(does.script)) ran.add(tool);
      for (const install of installsIn(does.script)) {
        if (!copied) {
          right ??= instruction;
          installed.add(install.tool);
          continue;
        }
        const known = wrong.some((pair) => pair.copy === copied);
        // Whatever a build tool did before the copy, it did to have its dependencies there.
        const ahead = installed.has(install.tool) || (install.implicit && ran.has(install.tool));
        if (known || ahead || isCheap(does, install, dockerfile, model)) continue;
        wrong.push({ copy: copied, run: instruction, does, install });
      }
    }
  }
  return { wrong, right };
}

function isWhole({ from, sources, destination }: DockerCopy): boolean {
  return (
    from === undefined &&
    destination !== '' &&
    sources.some((source) => /^(?:\.?\/?|\.?\/?\*)$/.test(source) && source !== '')
  );
}

/** A cache mount keeps what was downloaded, and a vendor folder is copied with the source. */
function isCheap(
  { mounts }: DockerRun,
  { tool }: Install,
  { context }: Dockerfile,
  { files }: Model,
): boolean {
  if (mounts.some(({ type }) => type === 'cache')) return true;
  return tool === 'go' && files.hasFolder(context === '' ? 'vendor' : `${context}/vendor`);
}

function fixes(model: Model, dockerfile: Dockerfile, pair: Pair): LazyFix[] {
  const { copy, run, does, install } = pair;
  const line = does.value;
  const { facts, context, file } = dockerfile;
  const copyInstruction = facts.instructions.find(({ range }) => range.start === copy.range.start);
  // Both in the same stage, nothing but plain arguments.
  if (copyInstruction?.stage !== run.stage || copy.sources.length !== 1 || /[\n$]/.test(line)) return [];
  const plan = planFor(install, context, model);
  const moved = plan && moveOf(does, install, plan);
  if (!plan || !moved) return [];
  const flags = /^(?:--\S+\s+)*/.exec(copyInstruction.arguments)![0];
  const runFlags = /^(?:--\S+\s+)*/.exec(run.arguments)![0];
  const copied = `COPY ${flags}${plan.manifests.join(' ')} ${folder(copy.destination)}`;
  return [
    {
      title: `Install from ${plan.manifests[0]} before the source is copied`,
      safety: 'suggested',
      changes({ read }) {
        const source = read(file);
        const first = insertBefore(source, copy.range, [copied, `RUN ${runFlags}${moved.first}`]);
        const changes: Change[] = [first];
        if (moved.rest === '') changes.push(removeInstruction(source, run.range));
        else if (moved.rest !== line)
          changes.push(replace(source, run.argumentsRange!, runFlags + moved.rest));
        return changes;
      },
    },
  ];
}

/** What runs before the copy, and what stays after it. */
function moveOf(
  { value: line, script }: DockerRun,
  { run }: Install,
  { ahead }: InstallPlan,
): { first: string; rest: string } | undefined {
  if (ahead !== undefined) return { first: ahead, rest: line };
  if (/\|\||[;|]/.test(line)) return undefined;
  const [install = '', ...after] = line.split('&&').map((part) => part.trim().replace(/\s+/g, ' '));
  if (script?.commands[0] !== run) return undefined;
  const cleanups = after.findIndex(
    (part) =>
      !/^(?:npm cache clean|yarn cache clean|pnpm store prune|rm -rf \S*(?:cache|\.npm|tmp))/.test(part),
  );
  const last = cleanups === -1 ? after.length : cleanups;
  return { first: [install, ...after.slice(0, last)].join(' && '), rest: after.slice(last).join(' && ') };
}

function folder(destination: string): string {
  if (destination === '.' || destination === './') return './';
  return destination.endsWith('/') ? destination : `${destination}/`;
}
