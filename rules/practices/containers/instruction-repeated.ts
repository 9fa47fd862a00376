/** A stage has several CMD, ENTRYPOINT or HEALTHCHECK: only the last one counts, which nobody sees who reads the first. */
import type { DockerInstruction } from '../../artifacts/dockerfile/facts.ts';
import { removeInstruction } from '../edits/dockerfile.ts';
import { defineRule, type LazyFix } from '../rule.ts';
import { levelIn } from './stages.ts';

export default defineRule({
  id: 'containers/instruction-repeated',
  title: 'A stage has several CMD, ENTRYPOINT or HEALTHCHECK, of which only the last one counts.',
  area: 'containers',
  section: '§4',
  level: 'warning',
  fix: 'safe',
  joins: false,
  messages: {
    cmd: {
      text: 'CMD {text} is never run: a stage has one CMD, and a later one replaces it.',
      equivalents: ['hadolint/DL4003', 'buildkit/MultipleInstructionsDisallowed'],
    },
    entrypoint: {
      text: 'ENTRYPOINT {text} is never run: a stage has one ENTRYPOINT, and a later one replaces it.',
      equivalents: ['hadolint/DL4004', 'buildkit/MultipleInstructionsDisallowed'],
    },
    healthcheck: {
      text: 'HEALTHCHECK {text} is never run: a stage has one HEALTHCHECK, and a later one replaces it.',
      equivalents: ['hadolint/DL3012', 'buildkit/MultipleInstructionsDisallowed'],
    },
  },
  check(model, report) {
    for (const { file, facts } of model.dockerfiles) {
      const level = levelIn(model, file);
      const last = new Map<string, DockerInstruction>();
      for (const instruction of facts.instructions) {
        const message = keys[instruction.keyword];
        if (message === undefined) continue;
        const name = `${instruction.stage} ${instruction.keyword}`;
        const before = last.get(name);
        last.set(name, instruction);
        if (!before) continue;
        report.gap({
          message,
          data: { text: shortened(before.arguments) },
          at: { file, range: before.keywordRange },
          related: [
            { at: { file, range: instruction.keywordRange }, message: `This ${instruction.keyword} counts` },
          ],
          level,
          fixes: [removal(file, before)],
        });
      }
    }
  },
});

const keys: Readonly<Record<string, 'cmd' | 'entrypoint' | 'healthcheck'>> = {
  CMD: 'cmd',
  ENTRYPOINT: 'entrypoint',
  HEALTHCHECK: 'healthcheck',
};

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 40 ? `${line.slice(0, 39)}…` : line;
}

function removal(file: string, { keyword, range }: DockerInstruction): LazyFix {
  return {
    title: `Remove the ${keyword} that is never run`,
    safety: 'safe',
    changes: ({ read }) => [removeInstruction(read(file), range)],
  };
}
