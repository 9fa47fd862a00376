/** What tells people about cost: budgets, and programs and exports that divide the bill. */
import { place, type Model } from '../../model/model.ts';
import type { Place } from '../../text.ts';

/**
 * A budget, of any cloud.
 * @returns where Terraform sets one
 */
export function budgetIn({ terraform }: Model): Place | undefined {
  return blockNamed(terraform, /budget/);
}

const program =
  /open-?cost|kubecost|cost-analyzer|infracost|komiser|cloud-?custodian|cloudability|vantage|finops|cost-?explorer/i;

const known = new WeakMap<Model['files'], { readonly file: string | undefined }>();

/** Whatever shows what things cost: in clusters, in pipelines, in Terraform, or in files that are called so. */
export function costReportIn(model: Model): Place | undefined {
  const { terraform, gitops, pipelines, workloads, files } = model;
  const block = blockNamed(
    terraform,
    /budget|_cur_report_|_ce_|cost_management_export|billing_export|cost_anomaly/,
  );
  if (block) return block;
  for (const { file, facts } of gitops)
    for (const { name, charts } of facts.releases)
      if ([name.value, ...charts].some((text) => program.test(text))) return place(file, name);
  for (const { facts, file, object } of workloads)
    if (
      program.test(
        `${object.name.known ? object.name.value : ''} ${facts.containers.map(({ image }) => (image?.known ? image.value : '')).join(' ')}`,
      )
    )
      return { file, range: object.kindRange };
  for (const { steps } of pipelines.jobs)
    for (const { file, range, uses, commands } of steps)
      if (program.test(`${uses?.name ?? ''} ${commands.map(([name = '']) => name).join(' ')}`))
        return { file, range };
  let found = known.get(files);
  if (!found) known.set(files, (found = { file: files.under('').find((path) => program.test(path)) }));
  return found.file === undefined ? undefined : { file: found.file };
}

function blockNamed(terraform: Model['terraform'], expression: RegExp): Place | undefined {
  for (const { file, facts } of terraform)
    for (const { type, labels, attributes, header } of facts.blocks)
      if (
        /^(?:resource|module|data)$/.test(type) &&
        (expression.test(labels[0] ?? '') || expression.test(attributes.source?.value ?? ''))
      )
        return { file, range: header };
  return undefined;
}
