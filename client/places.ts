/** Places of the protocol as VS Code opens them, and the file that somebody looks at. */
import * as vscode from 'vscode';
import type { Place, Range } from '../server/protocol.ts';

/** Opens a file at its place, or shows a folder in the explorer. */
export async function openPlace({ uri, range }: Place, viewColumn?: vscode.ViewColumn): Promise<void> {
  const target = vscode.Uri.parse(uri);
  try {
    const { type } = await vscode.workspace.fs.stat(target);
    if (type & vscode.FileType.Directory) {
      await vscode.commands.executeCommand('revealInExplorer', target);
      return;
    }
    const selection = range && rangeOf(range);
    await vscode.window.showTextDocument(target, { viewColumn, selection, preview: true });
  } catch {
    void vscode.window.showWarningMessage(
      `${vscode.workspace.asRelativePath(target)} cannot be opened any more.`,
    );
  }
}

export function rangeOf({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** The file of the active editor; it stays while something that is no text has the focus, such as a panel. */
export class ActiveFile implements vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscription: vscode.Disposable;
  #uri: vscode.Uri | undefined;

  readonly onDidChange = this.#changed.event;

  constructor() {
    this.#subscription = vscode.window.onDidChangeActiveTextEditor(() => this.#update());
    this.#update();
  }

  get uri(): vscode.Uri | undefined {
    return this.#uri;
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  #update(): void {
    const { activeTextEditor, visibleTextEditors } = vscode.window;
    if (!activeTextEditor && visibleTextEditors.some(({ document }) => isSame(document.uri, this.#uri)))
      return;
    const uri = activeTextEditor?.document.uri;
    const next = uri?.scheme === 'file' ? uri : undefined;
    if (isSame(next, this.#uri)) return;
    this.#uri = next;
    this.#changed.fire();
  }
}

function isSame(a: vscode.Uri | undefined, b: vscode.Uri | undefined): boolean {
  return a?.toString() === b?.toString();
}
