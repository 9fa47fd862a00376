/** The scaling-readiness panel: a webview, what it is fed with, and what it may ask for. */
import * as vscode from 'vscode';
import type { LanguageServer } from '../languageServer.ts';
import { openPlace } from '../places.ts';
import { openRulePage } from '../rulePages.ts';
import { webviewDocument } from '../webviews.ts';
import { pageCommands, type FromPage, type PageState, type ToPage } from './messages.ts';

const viewType = 'scaleready.panel';

export class ReadinessPanel implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #server: LanguageServer;
  readonly #subscriptions: vscode.Disposable[];
  #panel: vscode.WebviewPanel | undefined;
  #request: vscode.CancellationTokenSource | undefined;

  constructor(context: vscode.ExtensionContext, server: LanguageServer) {
    this.#context = context;
    this.#server = server;
    this.#subscriptions = [
      server.onDidChange(() => this.#update()),
      vscode.workspace.onDidChangeWorkspaceFolders(() => this.#update()),
      vscode.window.registerWebviewPanelSerializer(viewType, {
        deserializeWebviewPanel: async (panel) => this.#adopt(panel),
      }),
    ];
  }

  open(): void {
    if (this.#panel) return this.#panel.reveal();
    this.#adopt(
      vscode.window.createWebviewPanel(viewType, 'Scaling Readiness', vscode.ViewColumn.Active, {
        enableFindWidget: true,
      }),
    );
  }

  dispose(): void {
    this.#request?.cancel();
    this.#panel?.dispose();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel = panel;
    const dist = vscode.Uri.joinPath(this.#context.extensionUri, 'dist');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.iconPath = vscode.Uri.joinPath(this.#context.extensionUri, 'client/icon.png');
    panel.webview.onDidReceiveMessage((message: FromPage) => this.#answer(message));
    panel.onDidDispose(() => {
      this.#request?.cancel();
      this.#panel = undefined;
    });
    panel.onDidChangeViewState(() => this.#update());
    panel.webview.html = webviewDocument(
      panel.webview,
      this.#context.extensionUri,
      'panel',
      'Scaling readiness',
    );
  }

  #answer(message: FromPage): void {
    if (message.type === 'ready') this.#update();
    else if (message.type === 'open') void openPlace(message.place, besides());
    else if (message.type === 'explain') void openRulePage(message.rule);
    else if (Object.hasOwn(pageCommands, message.command)) {
      const folder = message.folder ? [message.folder] : [];
      void vscode.commands.executeCommand(pageCommands[message.command], ...folder);
    }
  }

  /** Sends what is known now; a hidden page is brought up to date when it shows again. */
  #update(): void {
    if (!this.#panel?.visible) return;
    const folders = vscode.workspace.workspaceFolders?.length ?? 0;
    const state: PageState = folders === 0 ? 'no-folder' : this.#server.state;
    const { status } = this.#server;
    this.#send({ type: 'status', status, state });
    if (folders > 0 && status?.state === 'ready') void this.#sendScorecard();
  }

  async #sendScorecard(): Promise<void> {
    this.#request?.cancel();
    const request = (this.#request = new vscode.CancellationTokenSource());
    const report = await this.#server.scorecard({}, request.token).catch(() => undefined);
    if (report && this.#request === request) this.#send({ type: 'scorecard', report });
  }

  #send(message: ToPage): void {
    void this.#panel?.webview.postMessage(message);
  }
}

/** Next to the panel, so that it stays in sight; in the other group where there are two already. */
function besides(): vscode.ViewColumn {
  const { activeTabGroup, all } = vscode.window.tabGroups;
  return all.find((group) => group !== activeTabGroup)?.viewColumn ?? vscode.ViewColumn.Beside;
}
