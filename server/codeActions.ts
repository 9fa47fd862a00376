/**
 * Code actions: each fix of a finding, all fixes of its rule in the file, everything that is safe, and accepting a
 * finding by a comment. Edits are computed when the client asks for the action it has chosen.
 */
import {
  CodeActionKind,
  type CancellationToken,
  type ClientCapabilities,
  type CodeAction,
  type Connection,
  type Diagnostic,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import {
  applyChanges,
  flagAt,
  OverlappingChanges,
  suppressionComment,
  type Audit,
  type Change,
  type Finding,
} from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folders, Opened } from './folders.ts';
import { needingConfirmation, Places, toDiagnostic, toWorkspaceEdit, type DiagnosticData } from './toLsp.ts';

export const fixAllKind = `${CodeActionKind.SourceFixAll}.scaleready`;

/** What an action must remember until the client wants its edit. */
type Wanted = { readonly uri: string } & (
  | { readonly action: 'fix'; readonly finding: string; readonly fix: number }
  | { readonly action: 'fixRule'; readonly rule: string }
  | { readonly action: 'fixAll' }
  | { readonly action: 'removeFlag'; readonly key: string; readonly keep: 'on' | 'off' }
  | { readonly action: 'accept'; readonly finding: string; readonly scope: 'next-line' | 'file' }
);

/** What stands where the reason goes; clients that take snippets select it, so that typing replaces it. */
const reason = 'say why';

export function registerCodeActions(
  connection: Connection,
  folders: Folders,
  href: (rule: string) => string | undefined,
  capabilities: ClientCapabilities,
): void {
  const lazy = capabilities.textDocument?.codeAction?.resolveSupport?.properties.includes('edit') ?? false;
  const annotates = capabilities.workspace?.workspaceEdit?.changeAnnotationSupport !== undefined;
  const snippets = capabilities.workspace?.workspaceEdit?.snippetEditSupport ?? false;

  connection.onCodeAction(async ({ textDocument: { uri }, range, context }, token) => {
    const opened = folders.find(uri);
    if (!opened?.folder.enabled) return [];
    const { folder, path } = opened;
    const { findings } = await auditOf(opened, token);
    const places = new Places(folder);
    const inFile = findings.filter(({ at }) => at.file === path);
    const here = inFile.filter((finding) => overlaps(places.range(finding.at), range));
    const wants = (kind: string): boolean =>
      !context.only || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
    const actions: CodeAction[] = [];
    if (wants(CodeActionKind.QuickFix)) {
      for (const finding of here) {
        const diagnostic = toDiagnostic(finding, places, href);
        actions.push(...quickFixes(uri, finding, inFile, [matching(context.diagnostics, diagnostic)]));
      }
    }
    if (wants(fixAllKind) && inFile.some(isSafelyFixable)) {
      actions.push({
        title: 'Fix all safe Scaleready findings',
        kind: fixAllKind,
        data: { uri, action: 'fixAll' } satisfies Wanted,
      });
    }
    if (lazy && wants(CodeActionKind.RefactorRewrite))
      actions.push(...(await flagActions(opened, range, uri, token)));
    if (lazy) return actions;
    const resolved = await Promise.all(actions.map((action) => resolve(action, token)));
    return resolved.filter(({ edit }) => edit);
  });

  connection.onCodeActionResolve((action, token) => resolve(action, token));

  async function resolve(action: CodeAction, token: CancellationToken): Promise<CodeAction> {
    const wanted = action.data as Wanted;
    const opened = folders.find(wanted.uri);
    const edit = opened && (await editOf(opened, wanted, token));
    return edit ? { ...action, edit } : action;
  }

  async function editOf(
    opened: Opened,
    wanted: Wanted,
    token: CancellationToken,
  ): Promise<WorkspaceEdit | undefined> {
    const { findings } = await auditOf(opened, token);
    const ofFile = findings.filter(({ at }) => at.file === opened.path);
    if (wanted.action === 'accept') return accept(opened, ofFile, wanted);
    if (wanted.action === 'removeFlag') return removal(opened.folder, wanted.key, wanted.keep);
    const changes = await changesOf(opened, ofFile, wanted);
    if (changes.length === 0) return undefined;
    return toWorkspaceEdit(changes, new Places(opened.folder), (uri) => folders.versionOf(uri));
  }

  async function changesOf(
    { folder }: Opened,
    findings: readonly Finding[],
    wanted: Wanted,
  ): Promise<readonly Change[]> {
    const { session } = folder;
    switch (wanted.action) {
      case 'fix': {
        const finding = findings.find(({ id }) => id === wanted.finding);
        return finding ? session.changes(finding, wanted.fix) : [];
      }
      case 'fixRule':
        return together(
          folder,
          findings.filter(({ rule }) => rule === wanted.rule),
        );
      case 'fixAll':
        return together(folder, findings.filter(isSafelyFixable));
      case 'accept':
      case 'removeFlag':
        return [];
    }
  }

  async function flagActions(
    { folder, path }: Opened,
    { start }: Diagnostic['range'],
    uri: string,
    token: CancellationToken,
  ): Promise<CodeAction[]> {
    const file = folder.session.read(path);
    const { model } = await folders.audit(folder, signalOf(token));
    const flag = file && flagAt(model, path, file.text, file.lines.offset(start));
    if (!flag) return [];
    return (['on', 'off'] as const).map((keep) => ({
      title: `Remove the flag ${flag.key}, as if it were ${keep} for everybody`,
      kind: CodeActionKind.RefactorRewrite,
      data: { uri, action: 'removeFlag', key: flag.key, keep } satisfies Wanted,
    }));
  }

  /** Shown before it is applied, by clients that can. */
  async function removal(
    folder: Opened['folder'],
    key: string,
    keep: 'on' | 'off',
  ): Promise<WorkspaceEdit | undefined> {
    const { changes, left } = await folder.session.removeFlag(key, keep === 'on');
    const places = new Places(folder);
    for (const { at, why } of left) {
      const line = places.range(at).start.line + 1;
      connection.console.info(`${at.file}:${line} ${why}`);
    }
    if (left.length > 0)
      connection.window.showInformationMessage(
        `${left.length} places of ${key} need a person; the output of Scaleready lists them.`,
      );
    if (changes.length === 0) return undefined;
    const edit = toWorkspaceEdit(changes, places, (uri) => folders.versionOf(uri));
    return annotates ? needingConfirmation(edit, `Remove the flag ${key}`) : edit;
  }

  /** The first fix of every finding; one that overlaps an earlier one waits for the next time. */
  async function together(
    folder: Opened['folder'],
    findings: readonly Finding[],
  ): Promise<readonly Change[]> {
    let all: readonly Change[] = [];
    for (const finding of findings) {
      const next = [...all, ...(await folder.session.changes(finding))];
      try {
        applyChanges((path) => folder.session.read(path)?.text, next);
        all = next;
      } catch (error) {
        if (!(error instanceof OverlappingChanges)) throw error;
      }
    }
    return all;
  }

  function accept(
    { folder, path }: Opened,
    findings: readonly Finding[],
    { finding: id, scope }: Extract<Wanted, { action: 'accept' }>,
  ): WorkspaceEdit | undefined {
    const finding = findings.find((one) => one.id === id);
    const file = folder.session.read(path);
    const change = finding && file && suppressionComment(file, finding, scope, reason);
    if (change?.kind !== 'edit') return undefined;
    const edit = toWorkspaceEdit([change], new Places(folder), (uri) => folders.versionOf(uri));
    if (!snippets) return edit;
    const { textDocument } = edit.documentChanges![0] as {
      textDocument: { uri: string; version: number | null };
    };
    const escaped = change.text.replace(/[\\$}]/g, '\\$&').replace(`-- ${reason}`, `-- \${0:${reason}}`);
    const range = new Places(folder).range({ file: path, range: change.range });
    return {
      documentChanges: [{ textDocument, edits: [{ range, snippet: { kind: 'snippet', value: escaped } }] }],
    };
  }

  function auditOf({ folder }: Opened, token: CancellationToken): Promise<Audit> {
    return folders.audit(folder, signalOf(token));
  }
}

function quickFixes(
  uri: string,
  finding: Finding,
  inFile: readonly Finding[],
  diagnostics: Diagnostic[],
): CodeAction[] {
  const { rule, id, fixes } = finding;
  const common = { kind: CodeActionKind.QuickFix, diagnostics };
  const actions: CodeAction[] = fixes.map(({ title, safety }, fix) => ({
    ...common,
    title,
    isPreferred: fix === 0 && safety === 'safe',
    data: { uri, action: 'fix', finding: id, fix } satisfies Wanted,
  }));
  const alike = inFile.filter((one) => one.rule === rule && one.fixes.length > 0);
  if (alike.length > 1) {
    actions.push({
      ...common,
      title: `Fix all ${alike.length} findings of ${rule} in this file`,
      data: { uri, action: 'fixRule', rule } satisfies Wanted,
    });
  }
  if (/\.(?:json|lock|txt)$/.test(uri) || rule.startsWith('scaleready/')) return actions;
  for (const [scope, where] of [
    ['next-line', 'line'],
    ['file', 'file'],
  ] as const) {
    actions.push({
      ...common,
      title: `Accept ${rule} for this ${where}, with a reason`,
      data: { uri, action: 'accept', finding: id, scope } satisfies Wanted,
    });
  }
  return actions;
}

function isSafelyFixable({ fixes }: Finding): boolean {
  return fixes[0]?.safety === 'safe';
}

/** The client's own copy of a diagnostic, which it knows again; else ours. */
function matching(theirs: readonly Diagnostic[], ours: Diagnostic): Diagnostic {
  const id = (ours.data as DiagnosticData).finding;
  return theirs.find(({ data }) => (data as Partial<DiagnosticData> | undefined)?.finding === id) ?? ours;
}

function overlaps(a: Diagnostic['range'], b: Diagnostic['range']): boolean {
  return !isBefore(a.end, b.start) && !isBefore(b.end, a.start);
}

function isBefore(a: Diagnostic['range']['start'], b: Diagnostic['range']['start']): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
