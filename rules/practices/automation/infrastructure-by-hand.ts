/** Pages that tell people to create infrastructure by typing commands, where nothing else describes it. */
import type { ShellCommand } from '../../artifacts/shell/facts.ts';
import type { Model } from '../../model/model.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'automation/infrastructure-by-hand',
  title: 'Infrastructure is created by commands that people type.',
  area: 'automation',
  section: '§3',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    typed: {
      text: '{page} creates infrastructure by hand ({command}), and no code here describes it: a second environment, or the same one after a disaster, will differ.',
    },
  },
  check(model, report) {
    if (!model.services.some(({ role }) => role === 'production')) return;
    const code = describedBy(model);
    for (const [page, { code: blocks }] of model.pages) {
      if (
        !/^(?:[^/]+\.md|docs?\/|runbooks?\/|playbooks?\/|deploy(?:ment)?\/|infra(?:structure)?\/)/i.test(page)
      )
        continue;
      for (const { shell } of blocks) {
        const command = shell?.commands.find(creates);
        if (!command) continue;
        const at = { file: page, range: command.range };
        if (code !== undefined)
          report.met(undefined, { at: { file: code }, message: 'describes infrastructure' });
        else
          report.gap({
            message: 'typed',
            data: { page, command: wordsOf(command).slice(0, 5).join(' ') },
            at,
          });
        break;
      }
    }
  },
});

const creating =
  /^(?:gcloud (?:beta |alpha )?(?:container clusters|sql instances|redis instances|compute (?:instances|networks)|pubsub topics) create\b|aws (?:eks create-cluster|rds create-db-(?:instance|cluster)|ec2 (?:run-instances|create-vpc)|ecs create-cluster|elasticache create-|sqs create-queue)|eksctl create cluster\b(?!.* (?:-f|--config-file))|az (?:aks|postgres (?:flexible-)?server|redis|vm|sql server|containerapp env) create\b|doctl (?:kubernetes cluster|databases) create\b|openstack server create\b|hcloud server create\b)/;

function creates(command: ShellCommand): boolean {
  return creating.test(wordsOf(command).join(' '));
}

function wordsOf({ name, arguments: words }: ShellCommand): string[] {
  return [name, ...words.map(({ text }) => text)];
}

const descriptions =
  /(?:^|\/)(?:Pulumi\.ya?ml|cdk\.json|serverless\.ya?ml|terragrunt\.hcl|azure\.yaml|samconfig\.toml|ansible\.cfg)$|\.(?:tf|tofu|bicep)$|(?:^|\/)(?:cloudformation|crossplane|cdktf|ansible)\//;

const known = new WeakMap<Model['files'], { readonly file: string | undefined }>();

/** A file that describes infrastructure as code. */
function describedBy({ files }: Model): string | undefined {
  let found = known.get(files);
  if (!found) known.set(files, (found = { file: files.under('').find((path) => descriptions.test(path)) }));
  return found.file;
}
