/**
 * Terraform and OpenTofu: their blocks. It must never know what a resource is.
 */
import type { ArtifactKind } from '../artifact.ts';
import type { TerraformFacts } from './facts.ts';
import { readBlocks } from './hcl.ts';

export const terraform: ArtifactKind<TerraformFacts> = {
  id: 'terraform',
  claims: (path) => /\.(?:tf|tofu)$/.test(path),
  mayHold: (text) => text.includes('{'),
  parse({ text }) {
    const blocks = readBlocks(text);
    return { ...(blocks.length > 0 && { facts: { blocks } }), problems: [] };
  },
};
