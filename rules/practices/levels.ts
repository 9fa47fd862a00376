/** Which level a finding has: the rule's own, what the configuration makes of it, and what its place allows. */
import type { Level, Severity } from '../artifacts/configuration/facts.ts';
import type { Rule } from './rule.ts';

export interface LevelSetting {
  /** A rule id, or a glob of ids in which `*` stands for anything. */
  readonly pattern: string;
  readonly level: Level;
}

export type LevelOf = (rule: Rule, messageKey: string) => Level;

/** @param settings later ones win; `scaleready/*`, the engine's own faults, must be named to be changed */
export function levels(settings: readonly LevelSetting[]): LevelOf {
  const configured = new Map<string, Level | undefined>();
  return (rule, messageKey) => {
    if (!configured.has(rule.id)) {
      configured.set(rule.id, settings.findLast(({ pattern }) => matchesRule(pattern, rule.id))?.level);
    }
    return configured.get(rule.id) ?? rule.messages[messageKey]?.level ?? rule.level;
  };
}

/** Whether a rule id or a glob of ids names this rule. */
export function matchesRule(pattern: string, id: string): boolean {
  if (!pattern.includes('*')) return pattern === id;
  if (id.startsWith('scaleready/') && !pattern.startsWith('scaleready/')) return false;
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*');
  return new RegExp(`^${source}$`).test(id);
}

const rank: Readonly<Record<Severity, number>> = { error: 2, warning: 1, info: 0 };

/** Negative when `a` weighs less than `b`. */
export function compareSeverity(a: Severity, b: Severity): number {
  return rank[a] - rank[b];
}

/** The milder one of two severities. */
export function milder(a: Severity, b: Severity | undefined): Severity {
  return b && compareSeverity(b, a) < 0 ? b : a;
}
