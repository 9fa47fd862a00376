import type { Ranged, TextRange } from '../../text.ts';

/** A file of Terraform or OpenTofu. */
export interface TerraformFacts {
  readonly blocks: readonly TerraformBlock[];
}

/** `resource "aws_instance" "web" { … }`, `provider "aws" { … }`, `backend "s3" { … }`. */
export interface TerraformBlock {
  readonly type: string;
  readonly labels: readonly string[];
  /** From its type to its last label. */
  readonly header: TextRange;
  /** Between its braces. */
  readonly body: TextRange;
  /** Attributes by name: the text of the expression, in one line, and where it stands. */
  readonly attributes: Readonly<Record<string, Ranged<string>>>;
  readonly blocks: readonly TerraformBlock[];
}
