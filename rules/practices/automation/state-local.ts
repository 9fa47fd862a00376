/**
 * Terraform's state, which knows what exists, kept where only one person has it, or where two can write it at once.
 *
 * Sources: https://developer.hashicorp.com/terraform/language/backend,
 * https://developer.hashicorp.com/terraform/language/backend/s3#state-locking
 */
import { place, type Model } from '../../model/model.ts';
import { backendOf, literal, terraformModules, type TerraformModule } from '../../model/terraformModules.ts';
import { defineRule, type Report } from '../rule.ts';

export default defineRule({
  id: 'automation/state-local',
  title: 'Terraform’s state is not shared, or not locked.',
  area: 'automation',
  section: '§3',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    local: {
      text: 'Terraform keeps the state of {folder} in a file beside it: only whoever applied last knows what exists, and a lost laptop loses it.',
    },
    unlocked: {
      text: 'The S3 backend of {folder} has no use_lockfile and no dynamodb_table, so two people who apply at once can break the state.',
    },
    committed: {
      text: '{state} is in the repository: two branches then have two truths of what exists, and secrets in it are read by everybody.',
    },
  },
  check(model, report) {
    const committed = statesIn(model);
    for (const file of committed) report.gap({ message: 'committed', data: { state: file }, at: { file } });
    if (model.files.has('terragrunt.hcl') || model.files.has('root.hcl')) return;
    for (const module of terraformModules(model)) if (module.root) checkModule(module, report);
  },
});

function checkModule(
  { folder, blocks }: TerraformModule,
  report: Report<'local' | 'unlocked' | 'committed'>,
): void {
  if (!blocks.some(({ facts }) => facts.type === 'resource' || facts.type === 'module')) return;
  const holder = blocks.find(({ facts }) => backendOf(facts));
  const backend = holder && backendOf(holder.facts);
  const data = { folder: folder === '' ? 'this folder' : folder };
  if (!backend || (backend.type === 'backend' && backend.labels[0] === 'local')) {
    const at = holder ?? blocks.find(({ facts }) => facts.type === 'terraform') ?? blocks[0]!;
    const range = (backend ?? at.facts).header;
    report.gap({ message: 'local', data, at: place(at.file, { range }) });
    return;
  }
  const at = place(holder!.file, { range: backend.header });
  const { attributes } = backend;
  const isWhole = attributes.bucket !== undefined && attributes.key !== undefined;
  const isLocked =
    'dynamodb_table' in attributes ||
    ('use_lockfile' in attributes && attributes.use_lockfile?.value !== 'false');
  if (backend.labels[0] === 's3' && isWhole && !isLocked && literal(attributes.bucket?.value) !== undefined)
    report.gap({ message: 'unlocked', data, at });
  else report.met(undefined, { at, message: 'shares its state' });
}

const known = new WeakMap<Model['files'], readonly string[]>();

function statesIn({ files, role }: Model): readonly string[] {
  let found = known.get(files);
  if (!found) {
    found = files.under('').filter((path) => /\.tfstate$/.test(path) && role(path) === 'production');
    known.set(files, found);
  }
  return found;
}
