/** Questions to the jobs of pipelines that several rules ask. */
import { deliveryOf, isThrowaway } from '../../model/pipelineWork.ts';
import type { PipelineJob, PipelineStep } from '../../model/pipelines.ts';
import { listed } from '../words.ts';

/** The step with which a job surely deploys something that stays. */
export function deployStep({ file, steps, facts }: PipelineJob): PipelineStep | undefined {
  // What is put up for a test or a pull request goes away again.
  if (/(?:^|[\s/._-])(?:tests?|e2e|previews?)(?:$|[\s/._-])/i.test(`${file} ${facts.name.value}`))
    return undefined;
  const step = steps.find((one) => deliveryOf(one) === 'deploy');
  return step && !isThrowaway(steps) ? step : undefined;
}

/** `build, test and 3 more`. */
export function someOf(names: readonly string[], most = 3): string {
  if (names.length <= most) return listed(names);
  return `${names.slice(0, most - 1).join(', ')} and ${names.length - most + 1} more`;
}
