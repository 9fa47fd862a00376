/** The requests beyond the protocol: scorecard, rules and their pages; and the status that tells when to ask. */
import type { Connection } from 'vscode-languageserver';
import {
  areas,
  countSeverities,
  page,
  rules,
  starterConfiguration,
  type Area,
  type Audit,
  type Evidence,
} from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import {
  explainRequest,
  rulesRequest,
  scorecardRequest,
  starterConfigurationRequest,
  statusNotification,
  type ExplainParams,
  type ExplainResult,
  type FolderReport,
  type RuleSummary,
  type ScorecardParams,
  type ScorecardResult,
  type StarterConfiguration,
  type Status,
  type Evidence as EvidenceMessage,
} from './protocol.ts';
import { Places } from './toLsp.ts';

/** Reasons for skipped files that are sent; the counts are exact. */
const maxSkipped = 100;

export function registerReports(connection: Connection, folders: Folders): void {
  connection.onRequest(scorecardRequest, async (params: ScorecardParams, token): Promise<ScorecardResult> => {
    const wanted = folders.all.filter(
      ({ uri, enabled }) =>
        enabled && (params.workspaceFolder === undefined || params.workspaceFolder === uri),
    );
    const reports: FolderReport[] = [];
    for (const folder of wanted) {
      if (params.fresh) folder.session.forget();
      reports.push(folderReport(folder, await folders.audit(folder, signalOf(token))));
    }
    return { folders: reports, rules: summaries() };
  });
  connection.onRequest(explainRequest, async ({ rule }: ExplainParams): Promise<ExplainResult | null> => {
    const markdown = await page(rule);
    return markdown === undefined ? null : { markdown };
  });
  connection.onRequest(rulesRequest, (): RuleSummary[] => summaries());
  connection.onRequest(starterConfigurationRequest, (): StarterConfiguration => starterConfiguration());
}

/** Milliseconds between two statuses while indexing. */
const statusInterval = 100;
/** Milliseconds from the last edit to the status that follows it. */
const pause = 250;

export function registerStatus(connection: Connection, folders: Folders): void {
  let last = 0;
  let wasIndexing: boolean | undefined;
  let later: NodeJS.Timeout | undefined;
  folders.onProgress(() => {
    if (!folders.indexing || Date.now() - last < statusInterval) return;
    send();
  });
  folders.onAudited(() => {
    // While somebody types, the numbers wait: they are summed up over the whole workspace.
    clearTimeout(later);
    if (wasIndexing === folders.indexing && !folders.indexing) later = setTimeout(send, pause);
    else send();
  });
  folders.onRemoved(send);

  function send(): void {
    clearTimeout(later);
    later = undefined;
    last = Date.now();
    wasIndexing = folders.indexing;
    void connection.sendNotification(statusNotification, statusOf(folders));
  }
}

function statusOf(folders: Folders): Status {
  const audits = folders.all
    .filter(({ enabled }) => enabled)
    .map((folder) => folders.lastAudit(folder))
    .filter((audit) => audit !== undefined);
  const percents = audits
    .map(({ scorecard }) => scorecard.total.percent)
    .filter((percent) => percent !== null);
  const sum = (of: (audit: Audit) => number): number => audits.reduce((total, audit) => total + of(audit), 0);
  return {
    state: folders.indexing ? 'indexing' : 'ready',
    ...folders.progress,
    // Several folders are several products; the one that is furthest behind speaks for all.
    percent: percents.length > 0 ? Math.min(...percents) : null,
    findings: countSeverities(audits.flatMap(({ findings }) => findings)),
    files: {
      seen: sum(({ files }) => files.seen),
      parsed: sum(({ files }) => files.parsed),
      skipped: sum(({ files }) => files.skipped.length),
    },
  };
}

function folderReport(folder: Folder, { findings, scorecard, files }: Audit): FolderReport {
  const places = new Places(folder);
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const evidenceOf = ({ at, message }: Evidence): EvidenceMessage => ({ at: places.sent(at), message });
  return {
    folder: folder.uri,
    name: folder.name,
    scorecard: {
      ...scorecard,
      services: scorecard.services.map((service) => ({ ...service, at: places.sent(service.at) })),
      cells: scorecard.cells.map((cell) => ({
        ...cell,
        evidence: cell.evidence.map(evidenceOf),
        findings: cell.findings
          .map((id) => byId.get(id))
          .filter((finding) => finding !== undefined)
          .map(({ id, severity, message, at, related }) => ({
            id,
            severity,
            message,
            at: places.sent(at),
            related: related.map(evidenceOf),
          })),
      })),
      checklist: scorecard.checklist.map((item) => ({ ...item, evidence: item.evidence.map(evidenceOf) })),
    },
    findings: countSeverities(findings),
    files: { seen: files.seen, parsed: files.parsed, skipped: files.skipped.length },
    skipped: files.skipped.slice(0, maxSkipped),
  };
}

function summaries(): RuleSummary[] {
  const order = Object.keys(areas);
  return rules
    .map(({ id, title, area, section, level, fix }) => ({
      id,
      title,
      area,
      areaTitle: areas[area as Area],
      section,
      level,
      fix,
    }))
    .sort((a, b) => order.indexOf(a.area) - order.indexOf(b.area));
}
