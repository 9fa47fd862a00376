/** `scaleready init`: a first configuration, with what it may say. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodes, UsageError } from './exit.ts';
import { quoted, reasonOf } from './workspaces.ts';

const fileName = '.scaleready.yaml';

/** Everything is a comment but the empty sections: the file changes nothing until somebody edits it. */
const firstConfiguration = `# What this repository decides about its scaling-readiness audit (scaleready).
# Every section may be left out.

# Levels of rules: error, warning, info or off. A later line wins; * stands for anything.
# \`scaleready rules\` lists the rules, \`scaleready explain RULE\` says more about one.
rules:
  # 'containers/*': error
  # scaling/resources-missing: info

# Paths that are not looked at.
exclude:
  # - legacy/**

# Services that cannot be guessed, or more about ones that can.
services:
  # - name: checkout
  #   root: services/checkout
  #   aliases: [checkout-api] # workloads, compose services or images that are this service
  #   routes: [/healthz] # paths it serves, where its code is not here or cannot be read
  #   owner: '@acme/payments'

runbooks:
  # Folders that hold runbooks, besides the usual ones.
  folders:
    # - docs/on-call
  # What the runbook_url of an alert stands for: a base URL and the folder of this repository.
  urls:
    # https://runbooks.example.com/: docs/on-call

flags:
  # Functions of your own that read a feature flag, with its key as first argument.
  functions:
    # - isEnabled
`;

/**
 * Writes the file to a folder, and never over another one.
 * @returns the exit code
 */
export function init(folder: string): number {
  const path = join(folder, fileName);
  try {
    writeFileSync(path, firstConfiguration, { flag: 'wx' });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const reason = exists ? 'it is already there' : reasonOf(error);
    throw new UsageError(`${quoted(path)} was not written: ${reason}.`);
  }
  process.stdout.write(`Wrote ${path}. Everything in it is optional.\n`);
  return exitCodes.clean;
}
