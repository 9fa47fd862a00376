/** Asks every rule its question and turns what it reports into findings and standings. It knows no particular rule. */
import { createHash } from 'node:crypto';
import type { Model, Service } from '../model/model.ts';
import type { Evidence, Place } from '../text.ts';
import { ruleFailed } from './faults.ts';
import { milder, type LevelOf } from './levels.ts';
import type { Finding, Gap, Rule } from './rule.ts';

/** What one rule said about one service, or about the repository (`service` undefined). */
export type Statement = { readonly rule: Rule; readonly service: Service | undefined } & (
  | { readonly standing: 'gap'; readonly finding: Finding }
  | { readonly standing: 'met'; readonly evidence: Evidence }
  | { readonly standing: 'unknown'; readonly why: string; readonly at?: Place }
);

export interface Outcome {
  /** Sorted by file, place and rule; none twice. */
  readonly findings: readonly Finding[];
  readonly statements: readonly Statement[];
}

/** Runs the rules; one that throws is reported as its own fault and silences no other. */
export function runRules(model: Model, rules: readonly Rule[], levelOf: LevelOf): Outcome {
  const statements: Statement[] = [];
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const add = (finding: Finding): boolean => {
    const { file, range } = finding.at;
    const key = `${finding.rule}\n${file}\n${range?.start}\n${range?.end}\n${finding.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    findings.push(finding);
    return true;
  };
  for (const rule of rules) {
    if (Object.keys(rule.messages).every((key) => levelOf(rule, key) === 'off')) continue;
    try {
      rule.check(model, {
        gap(gap) {
          const finding = toFinding(rule, gap, levelOf, model);
          if (!finding || !add(finding)) return;
          const service = gap.service ?? serviceAt(gap.at.file, model);
          if (counts(service, gap.at.file, model))
            statements.push({ rule, service, standing: 'gap', finding });
        },
        met(service, evidence) {
          if (countsAsSaid(service, evidence.at.file, model))
            statements.push({ rule, service, standing: 'met', evidence });
        },
        unknown(service, why, at) {
          if (countsAsSaid(service, at?.file, model))
            statements.push({ rule, service, standing: 'unknown', why, at });
        },
      });
    } catch (error) {
      const data = { rule: rule.id, error: error instanceof Error ? error.message : String(error) };
      const fault = toFinding(ruleFailed, { message: 'failed', data, at: model.root }, levelOf, model);
      if (fault) add(fault);
    }
  }
  return { findings: findings.sort(byPlace), statements };
}

/**
 * Pipelines, pages, plans and tests at the root are the repository's, whichever service is at the root as well, and so are
 * images of other things, and what is deployed beside it.
 */
function serviceAt(file: string, model: Model): Service | undefined {
  let find = finders.get(model);
  if (!find) finders.set(model, (find = finderIn(model)));
  return find(file);
}

/** Every finding asks. */
const finders = new WeakMap<Model, ReturnType<typeof finderIn>>();

function finderIn(model: Model): (file: string) => Service | undefined {
  const images = new Map(model.dockerfiles.map((dockerfile) => [dockerfile.file, dockerfile]));
  const deployed = new Set([...model.composeServices, ...model.workloads].map(({ file }) => file));
  const shared = /^(?:\.[\w-]+\/|docs\/|CODEOWNERS$|scaling-plan\.)|\.mdx?$/i;
  return (file) => {
    const service = model.serviceOf(file);
    if (service?.root !== '') return service;
    const image = images.get(file);
    const isOthers =
      deployed.has(file) ||
      model.role(file) !== service.role ||
      (image && !service.dockerfiles.includes(image));
    return isOthers || shared.test(file) ? undefined : service;
  };
}

/**
 * Whether it counts in the scorecard: what is wrong with tests, examples and tools says nothing about the product. Pipelines,
 * CODEOWNERS and pages stand in folders of tools and documentation, and are the product's own.
 */
function counts(service: Service | undefined, file: string, model: Model): boolean {
  if (service && service.role !== 'production') return false;
  const role = model.role(file);
  return (
    role === 'production' ||
    (role === 'tool' && ofPipelines.test(file)) ||
    (role === 'example' && isPage(file))
  );
}

/** What is said of a service is about the service, wherever its evidence stands. */
function countsAsSaid(service: Service | undefined, file: string | undefined, model: Model): boolean {
  if (service) return service.role === 'production';
  if (file === undefined) return true;
  const role = model.role(file);
  return role !== 'test' && (role !== 'example' || isPage(file));
}

const ofPipelines = /^\.(?:github|gitlab|circleci|gitea|forgejo|buildkite)\/(?!.*Dockerfile)/;

function isPage(file: string): boolean {
  return /\.(?:md|mdx|markdown)$/i.test(file);
}

/** @returns undefined where the message is off */
export function toFinding<Key extends string>(
  rule: Rule<Key>,
  gap: Gap<Key>,
  levelOf: LevelOf,
  model?: Model,
): Finding | undefined {
  const level = levelOf(rule, gap.message);
  if (level === 'off') return undefined;
  const { text, equivalents = [] } = rule.messages[gap.message];
  const data = gap.data ?? {};
  const service = gap.service ?? (model && serviceAt(gap.at.file, model));
  return {
    id: identity(rule.id, gap.at.file, gap.message, data),
    rule: rule.id,
    messageKey: gap.message,
    message: text.replace(/\{([\w-]+)\}/g, (whole, name: string) => String(data[name] ?? whole)),
    severity: milder(level, gap.level),
    at: gap.at,
    ...(service && { service: service.name }),
    related: gap.related ?? [],
    equivalents,
    fixes: gap.fixes ?? [],
  };
}

export function byPlace(a: Finding, b: Finding): number {
  return (
    compare(a.at.file, b.at.file) ||
    (a.at.range?.start ?? -1) - (b.at.range?.start ?? -1) ||
    compare(a.rule, b.rule) ||
    compare(a.message, b.message)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function identity(...parts: unknown[]): string {
  const text = JSON.stringify(parts);
  let known = identities.get(text);
  if (known === undefined) {
    if (identities.size >= maxIdentities) identities.clear();
    known = createHash('sha1').update(text).digest('hex').slice(0, 16);
    identities.set(text, known);
  }
  return known;
}

/** Most findings are the same ones after a keystroke. */
const identities = new Map<string, string>();
const maxIdentities = 20_000;
