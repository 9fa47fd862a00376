/** The commands about runbooks: find one, and create the one that is missing. */
import * as vscode from 'vscode';
import type { FolderRunbooks, NewRunbookParams } from '../server/protocol.ts';
import type { LanguageServer } from './languageServer.ts';
import { openPlace, type ActiveFile } from './places.ts';
import { detailsOf, type GapNode } from './views/runbooks.ts';

export function registerRunbookCommands(server: LanguageServer, active: ActiveFile): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('scaleready.findRunbook', () => findRunbook(server, active)),
    vscode.commands.registerCommand('scaleready.createRunbook', (node?: GapNode) =>
      createRunbook(server, node?.subject),
    ),
  );
}

interface Found extends vscode.QuickPickItem {
  /** Opens or creates it. */
  choose?(): Promise<void>;
}

/** Pages, and alerts and services by their names: choosing one opens its page, or creates it. */
async function findRunbook(server: LanguageServer, active: ActiveFile): Promise<void> {
  const items = server.runbooks(active.uri?.toString()).then((folders) => {
    const found = folders.flatMap((folder) => itemsOf(folder, server));
    return found.length > 0
      ? found
      : [{ label: 'There are no runbooks yet', choose: () => createRunbook(server) }];
  });
  const picked = await vscode.window.showQuickPick<Found>(items, {
    title: 'Find a runbook',
    placeHolder: 'The name of a page, an alert, a service or an owner',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  await picked?.choose?.();
}

function itemsOf({ folder, name, pages, gaps, forFile }: FolderRunbooks, server: LanguageServer): Found[] {
  const several = (vscode.workspace.workspaceFolders?.length ?? 0) > 1;
  const separator = (label: string): Found => ({
    label: several ? `${label} · ${name}` : label,
    kind: vscode.QuickPickItemKind.Separator,
  });
  const near = new Set(forFile?.pages);
  const page = (one: (typeof pages)[number]): Found => ({
    label: `$(book) ${one.title}`,
    description: detailsOf(one).join(' · '),
    detail:
      [...new Set([...one.alerts, ...one.services].map((about) => about.name))].join(', ') || one.at.path,
    choose: () => openPlace(one.at),
  });
  const group = (label: string, items: readonly Found[]): Found[] =>
    items.length > 0 ? [separator(label), ...items] : [];
  return [
    ...group('For this file', pages.filter(({ at }) => near.has(at.path)).map(page)),
    ...group('Pages', pages.filter(({ at }) => !near.has(at.path)).map(page)),
    ...group(
      'Without a page',
      gaps.map((gap) => ({
        label: `$(warning) ${gap.name}`,
        description: `${gap.kind} without a runbook: create it`,
        choose: () =>
          createRunbook(server, {
            folder,
            about: gap.kind === 'alert' ? { alert: gap.name } : { service: gap.name },
          }),
      })),
    ),
  ];
}

async function createRunbook(server: LanguageServer, known?: NewRunbookParams): Promise<void> {
  const params = known ?? (await askForTitle());
  if (!params) return;
  try {
    await server.createRunbook(params);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
  }
}

async function askForTitle(): Promise<NewRunbookParams | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder = folders.length > 1 ? await vscode.window.showWorkspaceFolderPick() : folders[0];
  if (!folder) return undefined;
  const title = await vscode.window.showInputBox({
    title: 'Create a runbook',
    prompt: 'What is it about? The name of an alert or a service fills the page with what is known of it.',
    placeHolder: 'Restore the database',
    validateInput: (text) => (text.trim() === '' ? 'A page needs a title.' : undefined),
  });
  return title === undefined
    ? undefined
    : { folder: folder.uri.toString(), about: { title: title.replace(/\s+/g, ' ').trim() } };
}
