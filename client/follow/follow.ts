/**
 * Following a runbook: a page as steps beside the editor. It keeps what was done and when, asks before a command goes to
 * a terminal, and writes a run down as a postmortem. It never changes how Markdown opens.
 */
import * as vscode from 'vscode';
import type { FilledCommand, FollowedCommand, FollowedPage, FolderRunbooks } from '../../server/protocol.ts';
import type { LanguageServer } from '../languageServer.ts';
import type { ActiveFile } from '../places.ts';
import { detailsOf } from '../views/runbooks.ts';
import { webviewDocument } from '../webviews.ts';
import type { FromPage, ToPage } from './messages.ts';
import { finish, sent, toggle, toldOf } from './run.ts';
import { Runs } from './runs.ts';
import {
  askForInputs,
  chooseTerminal,
  confirm,
  hasControlCharacters,
  isSecret,
  type Values,
} from './terminal.ts';

const viewType = 'scaleready.follow';

export function registerFollow(
  context: vscode.ExtensionContext,
  server: LanguageServer,
  active: ActiveFile,
): vscode.Disposable {
  const runs = new Runs(context.workspaceState);
  const open = new Map<string, Followed>();
  const adopt = (panel: vscode.WebviewPanel, uri: string): void => {
    open.set(uri, new Followed(context, server, runs, panel, uri));
    panel.onDidDispose(() => open.delete(uri));
  };
  const update = (): void => open.forEach((one) => void one.update());
  return vscode.Disposable.from(
    vscode.commands.registerCommand('scaleready.followRunbook', async (target?: unknown) => {
      const uri = uriOf(target) ?? (await pickPage(server, active));
      if (uri === undefined) return;
      const known = open.get(uri);
      if (known) return known.reveal();
      const column = vscode.ViewColumn.Beside;
      adopt(vscode.window.createWebviewPanel(viewType, 'Runbook', column, { enableFindWidget: true }), uri);
    }),
    vscode.window.registerWebviewPanelSerializer(viewType, {
      async deserializeWebviewPanel(panel, state) {
        const { uri } = (state ?? {}) as { uri?: string };
        if (uri === undefined || open.has(uri)) panel.dispose();
        else adopt(panel, uri);
      },
    }),
    server.onDidChange(update),
    server.onDidChange(() => void offerInTitles(server)),
    vscode.workspace.onDidGrantWorkspaceTrust(update),
    vscode.window.onDidCloseTerminal(update),
    { dispose: () => open.forEach((one) => one.dispose()) },
  );
}

/** Of a lens (a URI as text), an editor's title (a URI), or a node of the view. */
function uriOf(target: unknown): string | undefined {
  if (typeof target === 'string') return vscode.Uri.parse(target).toString();
  if (target instanceof vscode.Uri) return target.toString();
  const at = (target as { at?: { uri: string } } | undefined)?.at;
  return at && vscode.Uri.parse(at.uri).toString();
}

/** Editors of runbooks have the command in their title, which looks their paths up here. */
async function offerInTitles(server: LanguageServer): Promise<void> {
  if (server.status?.state !== 'ready') return;
  const folders = await server.runbooks(undefined).catch(() => undefined);
  const paths = folders?.flatMap(({ pages }) =>
    pages.filter(({ kind }) => kind === 'runbook').map(({ at }) => vscode.Uri.parse(at.uri).fsPath),
  );
  if (paths) await vscode.commands.executeCommand('setContext', 'scaleready.runbookPaths', paths);
}

/** Asks which page, those for the active file first. */
async function pickPage(server: LanguageServer, active: ActiveFile): Promise<string | undefined> {
  const items = server.runbooks(active.uri?.toString()).then((folders) => folders.flatMap(itemsOf));
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Follow a runbook',
    placeHolder: 'The name of a page, an alert, a service or an owner',
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.uri;
}

function itemsOf({ pages, forFile }: FolderRunbooks): (vscode.QuickPickItem & { readonly uri: string })[] {
  const near = new Set(forFile?.pages);
  return pages
    .filter(({ kind }) => kind === 'runbook' || kind === 'onboarding')
    .toSorted((a, b) => Number(near.has(b.at.path)) - Number(near.has(a.at.path)))
    .map((page) => ({
      label: `$(book) ${page.title}`,
      description: detailsOf(page).join(' · '),
      detail:
        [...new Set([...page.alerts, ...page.services].map(({ name }) => name))].join(', ') || page.at.path,
      uri: vscode.Uri.parse(page.at.uri).toString(),
    }));
}

/** One page that is followed. */
class Followed {
  readonly #uri: string;
  readonly #server: LanguageServer;
  readonly #runs: Runs;
  readonly #panel: vscode.WebviewPanel;
  readonly #values: Values = new Map();
  #page: FollowedPage | undefined;
  #terminal: vscode.Terminal | undefined;

  constructor(
    { extensionUri }: vscode.ExtensionContext,
    server: LanguageServer,
    runs: Runs,
    panel: vscode.WebviewPanel,
    uri: string,
  ) {
    this.#uri = uri;
    this.#server = server;
    this.#runs = runs;
    this.#panel = panel;
    const dist = vscode.Uri.joinPath(extensionUri, 'dist');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'client/icon.png');
    panel.webview.onDidReceiveMessage((message: FromPage) =>
      this.#answer(message).catch((error: unknown) => {
        void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
      }),
    );
    panel.onDidChangeViewState(() => void this.update());
    panel.webview.html = webviewDocument(panel.webview, extensionUri, 'follow', 'Runbook');
  }

  reveal(): void {
    this.#panel.reveal();
  }

  dispose(): void {
    this.#panel.dispose();
  }

  /** Shows the page as it is written now. */
  async update(): Promise<void> {
    if (!this.#panel.visible) return;
    // While the server starts there is no answer yet; its status brings the next try.
    const page = await this.#server.follow(this.#uri).catch(() => undefined);
    if (page === undefined) return;
    this.#page = page ?? undefined;
    this.#panel.title = page ? page.title : 'Runbook';
    this.#show();
  }

  #show(): void {
    if (this.#terminal?.exitStatus !== undefined) this.#terminal = undefined;
    const { current, before } = this.#runs.of(this.#uri);
    const message: ToPage = {
      type: 'state',
      uri: this.#uri,
      path: vscode.workspace.asRelativePath(vscode.Uri.parse(this.#uri)),
      page: this.#page,
      run: current,
      before,
      trusted: vscode.workspace.isTrusted,
      terminal: this.#terminal?.name,
    };
    void this.#panel.webview.postMessage(message);
  }

  async #answer(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        return this.update();
      case 'toggle':
        await this.#runs.change(this.#uri, (run) => toggle(run, message.key, Date.now()));
        break;
      case 'run':
        await this.#run(message.key);
        break;
      case 'copy':
        await vscode.env.clipboard.writeText(this.#command(message.key)?.code ?? '');
        vscode.window.setStatusBarMessage('The command is in the clipboard.', 3000);
        return;
      case 'chooseTerminal':
        this.#terminal = (await chooseTerminal(this.#folder())) ?? this.#terminal;
        break;
      case 'finish':
        await this.#runs.change(this.#uri, (run) => finish(run, Date.now()));
        break;
      case 'startOver':
        await this.#runs.startOver(this.#uri);
        break;
      case 'postmortem':
        return this.#writePostmortem();
      case 'openPage':
        await vscode.window.showTextDocument(vscode.Uri.parse(this.#uri), {
          viewColumn: vscode.ViewColumn.One,
        });
        return;
      case 'link':
        return this.#openLink(message.href);
      case 'manageTrust':
        await vscode.commands.executeCommand('workbench.trust.manage');
        return;
    }
    this.#show();
  }

  async #run(key: string): Promise<void> {
    const command = this.#command(key);
    if (!command?.runs) return;
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage(
        'This workspace is not trusted, so nothing of it goes to a terminal. The command can be copied.',
      );
      return;
    }
    const values = await askForInputs(command, this.#values);
    if (!values) return;
    const filled = await this.#server.fillCommand({ page: this.#uri, key, values });
    if (!filled) {
      void vscode.window.showWarningMessage('The page has changed: read the step again.');
      return this.update();
    }
    if (hasControlCharacters(filled.code)) {
      void vscode.window.showErrorMessage('The command is not sent: there are control characters in it.');
      return;
    }
    const terminal = await this.#terminalFor(command);
    if (!terminal || !(await confirm(filled, terminal.name))) return;
    terminal.show(true);
    terminal.sendText(filled.code);
    const shown = await this.#withoutSecrets(key, values, filled);
    await this.#runs.change(this.#uri, (run) => sent(run, key, shown.code, Date.now()));
  }

  /** What may be kept of a command, and told in a postmortem. */
  async #withoutSecrets(
    key: string,
    values: Readonly<Record<string, string>>,
    filled: FilledCommand,
  ): Promise<FilledCommand> {
    const open = Object.entries(values).filter(([name]) => !isSecret(name));
    if (open.length === Object.keys(values).length) return filled;
    const shown = await this.#server.fillCommand({ page: this.#uri, key, values: Object.fromEntries(open) });
    return shown ?? { code: 'a command with a secret', dangers: [] };
  }

  /** The one that was chosen; what goes on running, or wants a folder of its own, is asked for each time. */
  async #terminalFor({ background, cwd }: FollowedCommand): Promise<vscode.Terminal | undefined> {
    if (background || cwd !== undefined) return chooseTerminal(this.#folder(cwd));
    if (this.#terminal && this.#terminal.exitStatus === undefined) return this.#terminal;
    return (this.#terminal = await chooseTerminal(this.#folder()));
  }

  /** Where commands run: the workspace folder, or a folder that is named from the page. */
  #folder(cwd?: string): vscode.Uri | undefined {
    const uri = vscode.Uri.parse(this.#uri);
    const named = cwd === undefined || /^[~/]/.test(cwd) ? undefined : vscode.Uri.joinPath(uri, '..', cwd);
    return named ?? vscode.workspace.getWorkspaceFolder(uri)?.uri;
  }

  #command(key: string): FollowedCommand | undefined {
    return this.#page?.tasks
      .flatMap((task) => (task.kind === 'task' ? task.commands : []))
      .find((command) => command.key === key);
  }

  async #writePostmortem(): Promise<void> {
    const run = toldOf(this.#runs.of(this.#uri).current, this.#page?.tasks ?? [], Date.now());
    const written = await this.#server.postmortem({ page: this.#uri, run });
    if (!written) return;
    const uri = vscode.Uri.parse(written.uri);
    const edit = new vscode.WorkspaceEdit();
    // What somebody has written already is opened as it is.
    edit.createFile(uri, { ignoreIfExists: true, contents: new TextEncoder().encode(written.text) });
    await vscode.workspace.applyEdit(edit);
    await vscode.window.showTextDocument(uri, { viewColumn: vscode.ViewColumn.One });
  }

  /** A link of the page: a file of this workspace, or an address that the editor asks about. */
  async #openLink(href: string): Promise<void> {
    if (/^(?:https?|mailto):/i.test(href)) {
      await vscode.env.openExternal(vscode.Uri.parse(href));
      return;
    }
    const path = decoded(href.replace(/[?#].*$/, ''));
    if (/^[a-z][\w+.-]*:/i.test(path)) return;
    const page = vscode.Uri.parse(this.#uri);
    const folder = vscode.workspace.getWorkspaceFolder(page)?.uri;
    const target =
      path === ''
        ? page
        : path.startsWith('/') && folder
          ? vscode.Uri.joinPath(folder, path)
          : vscode.Uri.joinPath(page, '..', path);
    if (!vscode.workspace.getWorkspaceFolder(target)) return;
    await vscode.commands.executeCommand('vscode.open', target, { viewColumn: vscode.ViewColumn.One });
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
