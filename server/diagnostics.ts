/** Diagnostics: pulled per document and for the workspace, or published to clients that do not pull. */
import {
  DiagnosticRefreshRequest,
  DocumentDiagnosticReportKind,
  type CancellationToken,
  type Connection,
  type Diagnostic,
  type DocumentDiagnosticReport,
  type WorkspaceDiagnosticReport,
  type WorkspaceDocumentDiagnosticReport,
} from 'vscode-languageserver';
import { createHash } from 'node:crypto';
import type { Audit, Finding } from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import { Places, toDiagnostic } from './toLsp.ts';

type Href = (rule: string) => string | undefined;

/** @param refresh whether the client takes requests to pull again */
export function registerPull(connection: Connection, folders: Folders, href: Href, refresh: boolean): void {
  /** What was told of documents last: ids by URI. */
  const told = new Map<string, string>();
  connection.languages.diagnostics.on(async ({ textDocument, previousResultId }, token) => {
    const opened = folders.find(textDocument.uri);
    if (!opened?.folder.enabled) return { kind: DocumentDiagnosticReportKind.Full, items: [] };
    const { folder, path } = opened;
    // While the rest is still being read, what needs no other file is told at once.
    const findings = folder.indexed
      ? await folder.session.findingsIn(path, signalOf(token))
      : await folder.session.auditFiles([path], signalOf(token));
    const items = diagnosticsIn(path, findings, folder, href);
    told.set(textDocument.uri, resultId(items));
    return report(items, previousResultId);
  });

  connection.languages.diagnostics.onWorkspace(async ({ previousResultIds }, token, _progress, partial) => {
    const known = new Map(previousResultIds.map(({ uri, value }) => [uri, value]));
    const first = await workspaceReport(folders, href, known, token);
    if (!partial) return first;
    // Kept open, as the protocol means it: later reports follow as they come.
    partial.report(first);
    await new Promise<void>((resolve) => {
      const subscription = folders.onAudited(async () => {
        const next = await workspaceReport(folders, href, known, token).catch(() => undefined);
        if (next && next.items.length > 0) partial.report(next);
      });
      token.onCancellationRequested(() => {
        subscription.dispose();
        resolve();
      });
    });
    return { items: [] };
  });

  if (!refresh) return;
  // Edits make the client pull by itself, and are answered before all is known; of the rest it has to be told.
  let edited = new Map<string, number>();
  folders.onAudited(({ folder, audit: { findings } }) => {
    const documents = folders.documents.all();
    const now = new Map(documents.map(({ uri, version }) => [uri, version]));
    const byEdit = documents.some(({ uri, version }) => edited.has(uri) && edited.get(uri) !== version);
    edited = now;
    for (const uri of told.keys()) if (!now.has(uri)) told.delete(uri);
    const isOld = ([uri, id]: [string, string]): boolean => {
      const opened = folders.find(uri);
      return opened?.folder === folder && resultId(diagnosticsIn(opened.path, findings, folder, href)) !== id;
    };
    if (!byEdit || [...told].some(isOld)) {
      void connection.sendRequest(DiagnosticRefreshRequest.type).catch(ignore);
    }
  });
}

/** Sends what changed after each audit. */
export function registerPublish(connection: Connection, folders: Folders, href: Href): void {
  const published = new Map<Folder, Map<string, string>>();
  folders.onAudited(({ folder, audit }) => publish(folder, audit));
  folders.onRemoved((folder) => publish(folder, { findings: [] }));

  function publish(folder: Folder, { findings }: Pick<Audit, 'findings'>): void {
    const before = published.get(folder) ?? new Map<string, string>();
    const now = new Map<string, string>();
    const visible = (file: string): boolean => !folders.belongsElsewhere(folder, file);
    for (const [file, diagnostics] of diagnosticsOf(findings, folder, href, visible)) {
      const id = resultId(diagnostics);
      now.set(file, id);
      if (before.get(file) === id) continue;
      void connection.sendDiagnostics({ uri: folder.uriOf(file), diagnostics });
    }
    for (const file of before.keys()) {
      if (!now.has(file)) void connection.sendDiagnostics({ uri: folder.uriOf(file), diagnostics: [] });
    }
    published.set(folder, now);
  }
}

/** @param known result ids by URI; brought up to date with what is reported */
async function workspaceReport(
  folders: Folders,
  href: Href,
  known: Map<string, string>,
  token: CancellationToken,
): Promise<WorkspaceDiagnosticReport> {
  const items: WorkspaceDocumentDiagnosticReport[] = [];
  const seen = new Set<string>();
  for (const folder of folders.all) {
    if (!folder.enabled) continue;
    const { findings } = await folders.audit(folder, signalOf(token));
    const visible = (file: string): boolean => !folders.belongsElsewhere(folder, file);
    for (const [file, diagnostics] of diagnosticsOf(findings, folder, href, visible)) {
      const uri = folder.uriOf(file);
      seen.add(uri);
      const made = report(diagnostics, known.get(uri));
      if (made.kind === DocumentDiagnosticReportKind.Unchanged) continue;
      known.set(uri, made.resultId!);
      items.push({ ...made, uri, version: folders.versionOf(uri) } as WorkspaceDocumentDiagnosticReport);
    }
  }
  for (const uri of [...known.keys()].filter((one) => !seen.has(one))) {
    known.delete(uri);
    items.push({ kind: DocumentDiagnosticReportKind.Full, uri, version: folders.versionOf(uri), items: [] });
  }
  return { items };
}

function diagnosticsIn(path: string, findings: readonly Finding[], folder: Folder, href: Href): Diagnostic[] {
  return diagnosticsOf(findings, folder, href, (file) => file === path).get(path) ?? [];
}

function diagnosticsOf(
  findings: readonly Finding[],
  folder: Folder,
  href: Href,
  visible: (file: string) => boolean,
): Map<string, Diagnostic[]> {
  const places = new Places(folder);
  const byFile = new Map<string, Diagnostic[]>();
  for (const finding of findings) {
    const { file } = finding.at;
    if (!visible(file)) continue;
    const diagnostic = toDiagnostic(finding, places, href);
    const ofFile = byFile.get(file);
    if (ofFile) ofFile.push(diagnostic);
    else byFile.set(file, [diagnostic]);
  }
  return byFile;
}

function report(items: Diagnostic[], previousResultId: string | undefined): DocumentDiagnosticReport {
  const id = resultId(items);
  if (id === previousResultId) return { kind: DocumentDiagnosticReportKind.Unchanged, resultId: id };
  return { kind: DocumentDiagnosticReportKind.Full, resultId: id, items };
}

function resultId(diagnostics: readonly Diagnostic[]): string {
  return createHash('sha1').update(JSON.stringify(diagnostics)).digest('base64url');
}

/** A client that refuses to pull again pulls when it likes. */
function ignore(): void {}
