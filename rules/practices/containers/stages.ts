/** What rules about a Dockerfile's instructions share: its stages, and how much a file weighs. It must never judge. */
import type { DockerfileFacts, DockerStage } from '../../artifacts/dockerfile/facts.ts';
import type { Model } from '../../model/model.ts';

/** The stages of a Dockerfile; of a file without FROM, what it says for the stage it is put into. */
export function stagesOf({ stages, fragment }: DockerfileFacts): readonly DockerStage[] {
  return fragment ? [...stages, fragment] : stages;
}

/** Findings in images for tests, examples and tools matter less. */
export function levelIn(model: Model, file: string): 'info' | undefined {
  return model.role(file) === 'production' ? undefined : 'info';
}
