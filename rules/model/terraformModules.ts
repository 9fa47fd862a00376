/** Terraform's modules: the files of one folder are one, and a root module is where it is started. */
import type { TerraformBlock } from '../artifacts/terraform/facts.ts';
import type { InFile, Model } from './model.ts';
import { folderOf, resolve } from './paths.ts';

export interface TerraformModule {
  readonly folder: string;
  readonly blocks: readonly InFile<TerraformBlock>[];
  /** It is applied as it is: it configures a provider or a backend, and no other module here uses it. */
  readonly root: boolean;
}

/** The modules that are neither tests nor examples. */
export function terraformModules({ terraform, role }: Model): TerraformModule[] {
  const byFolder = new Map<string, InFile<TerraformBlock>[]>();
  const used = new Set<string>();
  for (const { file, facts } of terraform) {
    const folder = folderOf(file);
    const blocks = facts.blocks.map((block) => ({ file, facts: block }));
    const others = byFolder.get(folder);
    if (others) others.push(...blocks);
    else byFolder.set(folder, blocks);
    for (const { type, attributes } of facts.blocks) {
      const source = type === 'module' ? literal(attributes.source?.value) : undefined;
      const path = source?.startsWith('.') ? resolve(folder, source) : undefined;
      if (path !== undefined) used.add(path);
    }
  }
  return [...byFolder]
    .filter(([folder]) => role(`${folder}/main.tf`) === 'production')
    .map(([folder, blocks]) => ({
      folder,
      blocks,
      root:
        !used.has(folder) &&
        !/(?:^|\/)modules?\//.test(`${folder}/`) &&
        blocks.some(({ facts }) => facts.type === 'provider' || backendOf(facts) !== undefined),
    }));
}

/** The `backend` or `cloud` block of a `terraform` block. */
export function backendOf({ type, blocks }: TerraformBlock): TerraformBlock | undefined {
  return type === 'terraform'
    ? blocks.find((one) => one.type === 'backend' || one.type === 'cloud')
    : undefined;
}

/** The text of a string without templates. */
export function literal(expression: string | undefined): string | undefined {
  return /^"((?:[^"\\$%]|\\.)*)"$/.exec(expression ?? '')?.[1];
}
