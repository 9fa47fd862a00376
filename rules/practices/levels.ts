/** Which level a finding has: the rule's own, what the configuration makes of it, and what its place allows. */
import type { Level, Severity } from '../artifacts/configuration/facts.ts';
import type { Rule } from './rule.ts';

export interface LevelSetting {
  /**
   * A rule id, or a glob of ids in which `*` stands for anything; `id[message]` names one message, `id[*]` all of them. Messages that are
   * off by themselves are turned on by their name, or by `*` alone, which means everything.
   */
  readonly pattern: string;
  readonly level: Level;
}

export type LevelOf = (rule: Rule, messageKey: string) => Level;

/** @param settings later ones win; `scaleready/*`, the engine's own faults, must be named to be changed */
export function levels(settings: readonly LevelSetting[]): LevelOf {
  const configured = new Map<string, Level | undefined>();
  return (rule, messageKey) => {
    const name = `${rule.id}[${messageKey}]`;
    const own = rule.messages[messageKey]?.level ?? rule.level;
    if (!configured.has(name)) {
      const isQuiet = rule.messages[messageKey]?.level === 'off';
      const matching = settings.findLast(({ pattern }) => {
        if (pattern.endsWith(']')) return matchesGlob(pattern, name);
        return matchesRule(pattern, rule.id) && !(isQuiet && pattern !== '*');
      });
      configured.set(name, matching?.level);
    }
    return configured.get(name) ?? own;
  };
}

/** Whether a rule id or a glob of ids, or one with a message's name after it, names this rule. */
export function matchesRule(pattern: string, id: string): boolean {
  return matchesGlob(pattern.replace(/\[[\w*-]*\]$/, ''), id);
}

function matchesGlob(pattern: string, id: string): boolean {
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
