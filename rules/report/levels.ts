/** Bronze, silver and gold: which level a service or the repository has reached, and what the next one asks for. */
import type { Cell, Standing } from './scorecard.ts';
import { levelNames, requirements, type LevelName } from './requirements.ts';

export interface Reached {
  /** null: not even the first one. */
  readonly level: LevelName | null;
  /** The one above it; null at the top. */
  readonly next: LevelName | null;
  /** What the next level asks for and is not met. */
  readonly missing: readonly Unmet[];
}

export interface Unmet {
  readonly title: string;
  /** `unknown`: what the repository shows does not tell. */
  readonly standing: 'gap' | 'unknown';
  /** Rules to look at; none where it is about services. */
  readonly rules: readonly string[];
  /** Services that have not reached the level themselves. */
  readonly services: readonly string[];
}

/** A level that nothing speaks against is not reached before so many of its requirements are shown. */
export const enoughShown = 2;

/**
 * @param cells of one service, or of the repository itself
 * @param isAsked whether a rule is on
 * @param services what the services of a repository have reached: it is no better than its weakest one
 * @returns undefined where no requirement of any level applies
 */
export function levelOf(
  subject: 'service' | 'repository',
  cells: readonly Cell[],
  isAsked: (rule: string) => boolean,
  services: readonly { readonly name: string; readonly reached: Reached }[] = [],
): Reached | undefined {
  const standings = new Map(cells.map(({ rule, standing }) => [rule, standing]));
  const judged = levelNames.some((level) =>
    requirements[level].some(({ rules }) => rules.some((rule) => isJudged(standings.get(rule)))),
  );
  if (!judged && services.length === 0) return undefined;
  let level: LevelName | null = null;
  for (const next of levelNames) {
    const missing = [...unmet(next), ...behind(next, services)];
    if (missing.length > 0) return { level, next, missing };
    level = next;
  }
  return { level, next: null, missing: [] };

  function unmet(level: LevelName): Unmet[] {
    let shown = 0;
    const missing = requirements[level].flatMap(({ title, rules, shownBy }): Unmet[] => {
      const those = (standing: Standing): readonly string[] =>
        rules.filter((rule) => standings.get(rule) === standing);
      const gaps = those('gap');
      if (gaps.length > 0) return [{ title, standing: 'gap', rules: gaps, services: [] }];
      // Where one practice shows it, another that cannot be known does not take it away.
      if (those('met').length > 0) {
        shown++;
        return [];
      }
      const unknown = those('unknown');
      const asked = rules.filter(isAsked);
      if (unknown.length === 0 && (shownBy !== subject || asked.length === 0)) return [];
      return [
        { title, standing: 'unknown', rules: unknown.length > 0 ? unknown : asked.slice(0, 1), services: [] },
      ];
    });
    if (missing.length > 0 || shown >= enoughShown) return missing;
    return [
      {
        title: `Too little of what ${level} asks for applies here`,
        standing: 'unknown',
        rules: [],
        services: [],
      },
    ];
  }
}

function behind(level: LevelName, services: Parameters<typeof levelOf>[3] = []): Unmet[] {
  const those = services.filter(({ reached }) => reached.level === null || rank(reached.level) < rank(level));
  if (those.length === 0) return [];
  const isGap = those.some(({ reached }) => reached.missing.some(({ standing }) => standing === 'gap'));
  return [
    {
      title: `Each of its services is ${level}`,
      standing: isGap ? 'gap' : 'unknown',
      rules: [],
      services: those.map(({ name }) => name),
    },
  ];
}

function rank(level: LevelName): number {
  return levelNames.indexOf(level);
}

function isJudged(standing: Standing | undefined): boolean {
  return standing === 'met' || standing === 'gap';
}
