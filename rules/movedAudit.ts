/** An audit after edits that only moved what files say: its findings are moved along, the rest waits until it is needed. */
import { movedRange, type Movement } from './facts/movement.ts';
import type { Finding, FixContext } from './practices/rule.ts';
import type { Audit } from './session.ts';
import type { Evidence, Place } from './text.ts';

/**
 * @param movements of the edited files
 * @param anew audits what is there now
 * @returns undefined where a finding touches what was edited
 */
export function movedAudit(
  before: Audit,
  movements: ReadonlyMap<string, Movement>,
  anew: () => Audit,
): Audit | undefined {
  const findings: Finding[] = [];
  for (const [index, finding] of before.findings.entries()) {
    const moved = movedFinding(finding, movements);
    if (!moved) return undefined;
    // What a fix changes was found in the text as it was.
    const fixes = finding.fixes.map((fix, number) => ({
      ...fix,
      changes(context: FixContext) {
        const now = anew().findings[index];
        return now?.id === finding.id ? now.fixes[number]!.changes(context) : [];
      },
    }));
    findings.push({ ...moved, fixes });
  }
  return {
    findings,
    get suppressed() {
      return anew().suppressed;
    },
    get scorecard() {
      return anew().scorecard;
    },
    files: before.files,
    get model() {
      return anew().model;
    },
  };
}

/**
 * A finding with its places moved as edits moved them; its fixes are those of the text as it was.
 * @returns undefined where it touches what was edited
 */
export function movedFinding(
  finding: Finding,
  movements: ReadonlyMap<string, Movement>,
): Finding | undefined {
  const at = moved(finding.at, movements);
  const related = finding.related.flatMap((evidence): Evidence[] => {
    const place = moved(evidence.at, movements);
    if (!place) return [];
    return [place === evidence.at ? evidence : { ...evidence, at: place }];
  });
  return at && related.length === finding.related.length ? { ...finding, at, related } : undefined;
}

function moved(at: Place, movements: ReadonlyMap<string, Movement>): Place | undefined {
  const movement = at.range && movements.get(at.file);
  if (!movement) return at;
  const range = movedRange(at.range, movement);
  return range && { ...at, range };
}
