/**
 * `scaleready init`: a first configuration, with what it may say, or what another linter's says; and a first scaling plan
 * from what the repository shows.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  DiskWorkspace,
  firstPlan,
  importConfiguration,
  importedFiles,
  planPath,
  productSigns,
  Session,
  type Translation,
} from '../rules/index.ts';
import { exitCodes, UsageError } from './exit.ts';
import { interruption } from './interrupt.ts';
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

# What is asked of whom. What is not said is found out where it is certain.
profile:
  # stage: growing # startup, growing or at-scale
  # kind: service # service, library or platform

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
  # After how many days a page is to be reviewed again; 180 where nothing is said.
  # reviewDays: 180
  # More words by which headings announce meaning, impact, diagnosis, mitigation and escalation.
  sections:
    # mitigation: [Sofortmaßnahme]

flags:
  # Functions of your own that read a feature flag, with its key as first argument.
  functions:
    # - isEnabled
`;

export interface InitFlags {
  /** The tool whose configuration is read. */
  readonly from?: string;
  /** Writes a scaling plan, and no configuration. */
  readonly plan?: boolean;
}

/**
 * Writes files to a folder, and never over others: the configuration and, for a product that has none, the scaling plan.
 * @returns the exit code
 */
export async function init(folder: string, { from, plan }: InitFlags): Promise<number> {
  if (plan) {
    if (from !== undefined) throw new UsageError('--from is for the configuration; leave --plan out.');
    return writePlan(folder, true);
  }
  const path = join(folder, fileName);
  const { text, notes } =
    from === undefined ? { text: firstConfiguration, notes: [] } : importFrom(from, folder);
  writeNew(path, text);
  const lines = from === undefined ? ['Everything in it is optional.'] : notes;
  process.stdout.write([`Wrote ${path}.`, ...lines].join(from === undefined ? ' ' : '\n') + '\n');
  return from === undefined ? writePlan(folder, false) : exitCodes.clean;
}

/** @param asked for by name: else only a product without a plan gets one */
async function writePlan(folder: string, asked: boolean): Promise<number> {
  const path = join(folder, planPath);
  const { model } = await new Session(new DiskWorkspace(folder)).audit(interruption());
  if (!asked && (model.plans.length > 0 || !productSigns(model))) return exitCodes.clean;
  writeNew(path, firstPlan(model));
  process.stdout.write(`Wrote ${path}. What only your team knows is left blank in it, as comments.\n`);
  return exitCodes.clean;
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    const exists = (error as NodeJS.ErrnoException).code === 'EEXIST';
    const reason = exists ? 'it is already there' : reasonOf(error);
    throw new UsageError(`${quoted(path)} was not written: ${reason}.`);
  }
}

/** What another tool's configuration in this folder says, as ours; the notes are for whoever reads the output. */
function importFrom(tool: string, folder: string): { text: string; notes: readonly string[] } {
  const files = importedFiles.get(tool);
  if (!files) {
    const known = [...importedFiles.keys()].join(', ');
    throw new UsageError(`Configurations of ${quoted(tool)} cannot be read; --from takes ${known}.`);
  }
  const found = files.map((file) => join(folder, file)).find((file) => existsSync(file));
  if (found === undefined) {
    throw new UsageError(`There is no configuration of ${tool} in ${quoted(folder)} (${files.join(', ')}).`);
  }
  let translation: Translation;
  try {
    translation = importConfiguration(tool, readFileSync(found, 'utf8'));
  } catch (error) {
    throw new UsageError(`${quoted(found)} cannot be read: ${reasonOf(error).replace(/\.$/, '')}.`);
  }
  const { unknown, left } = translation;
  const names = unknown.map((check) => check.slice(check.indexOf('/') + 1)).join(', ');
  return {
    text: configurationOf(translation, basename(found)),
    notes: [
      ...(unknown.length > 0 ? [`Left out, as nothing here is equivalent: ${names}.`] : []),
      ...left.map((why) => `Left out: ${why}`),
    ],
  };
}

function configurationOf({ rules: entries, exclude }: Translation, source: string): string {
  const levels = entries.map(({ pattern, level, check }) => `  ${pattern}: ${level} # ${check}`);
  const paths = exclude.map((path) => `  - ${JSON.stringify(path)}`);
  return [
    `# What ${source} says, for scaleready. \`scaleready rules\` lists the rules, \`scaleready explain RULE\` says more about one.`,
    ...(levels.length > 0
      ? ['', '# A message of a rule is off here where the check beside it was.', 'rules:', ...levels]
      : []),
    ...(paths.length > 0 ? ['', 'exclude:', ...paths] : []),
    '',
  ].join('\n');
}
