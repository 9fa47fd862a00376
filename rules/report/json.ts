/** Findings, scorecard and files for programs. The format is documented in docs/json.md and changes only by version. */
import type { Finding } from '../practices/rule.ts';
import type { Evidence, Place } from '../text.ts';
import { spanOf, type Reported, type Span } from './audited.ts';
import type { Scorecard } from './scorecard.ts';
import { mergeChecklists, sumScorecards } from './sum.ts';

/** Raised when something is removed or changes its meaning; new members do not count. */
const formatVersion = 1;

/** @returns JSON text that ends with a line break */
export function formatJson(audits: readonly Reported[], toolVersion: string): string {
  const report = {
    version: formatVersion,
    tool: { name: 'scaleready', version: toolVersion },
    findings: audits.flatMap((audited) => audited.audit.findings.map((finding) => toJson(audited, finding))),
    suppressed: audits.flatMap((audited) =>
      audited.audit.suppressed.map(({ finding, reason, directive }) => ({
        ...toJson(audited, finding),
        reason: reason ?? null,
        comment: placeToJson(audited, { file: finding.at.file, range: directive.range }),
      })),
    ),
    scorecard: scorecardToJson(audits),
    files: {
      seen: audits.reduce((sum, { audit }) => sum + audit.files.seen, 0),
      parsed: audits.reduce((sum, { audit }) => sum + audit.files.parsed, 0),
      skipped: audits.flatMap(({ folder, audit }) =>
        audit.files.skipped.map(({ path, reason }) => ({ workspace: folder, path, reason })),
      ),
    },
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function toJson(audited: Reported, finding: Finding): object {
  return {
    id: finding.id,
    rule: finding.rule,
    severity: finding.severity,
    message: finding.message,
    workspace: audited.folder,
    ...placeToJson(audited, finding.at),
    service: finding.service ?? null,
    ...(audited.baseline && { known: audited.baseline.known.has(finding) }),
    related: finding.related.map((evidence) => evidenceToJson(audited, evidence)),
    equivalents: finding.equivalents,
    fixes: finding.fixes.map(({ title, safety }) => ({ title, safety })),
  };
}

function placeToJson(audited: Reported, place: Place): { path: string; range: Span | null } {
  return { path: place.file, range: spanOf(audited, place) ?? null };
}

function evidenceToJson(audited: Reported, { at, message }: Evidence): object {
  return { ...placeToJson(audited, at), message };
}

function scorecardToJson(audits: readonly Reported[]): object {
  const { total, areas } = sumScorecards(audits.map(({ audit }) => audit.scorecard));
  const each = <T>(pick: (scorecard: Scorecard, audited: Reported) => readonly T[]): T[] =>
    audits.flatMap((audited) => pick(audited.audit.scorecard, audited));
  return {
    total,
    areas,
    levels: audits.map(({ folder, audit: { scorecard } }) => ({
      workspace: folder,
      profile: { stage: scorecard.profile.stage, kind: scorecard.profile.kind },
      ...(scorecard.reached ?? { level: null, next: null, missing: [] }),
    })),
    services: each(({ services }, audited) =>
      services.map(({ name, at, root, language, owners, score, reached }) => ({
        name,
        workspace: audited.folder,
        ...placeToJson(audited, at),
        root: root ?? null,
        language: language ?? null,
        owners,
        score,
        level: reached?.level ?? null,
        next: reached?.next ?? null,
        missing: reached?.missing ?? [],
      })),
    ),
    cells: each(({ cells }, audited) =>
      cells.map(({ service, rule, standing, why, evidence, findings }) => ({
        service,
        rule,
        workspace: audited.folder,
        standing,
        why: why ?? null,
        evidence: evidence.map((one) => evidenceToJson(audited, one)),
        findings,
      })),
    ),
    checklist: mergeChecklists(
      audits.map((audited) =>
        audited.audit.scorecard.checklist.map((item) => ({
          ...item,
          evidence: item.evidence.map((one) => evidenceToJson(audited, one)),
        })),
      ),
    ),
  };
}
