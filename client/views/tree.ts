/** A tree view over something the server is asked for. It draws nodes; what they say is each view's own. */
import * as vscode from 'vscode';
import type { Place } from '../../server/protocol.ts';
import type { LanguageServer } from '../languageServer.ts';
import { rangeOf } from '../places.ts';

/** A line of a tree. Nodes are told apart by their labels and places, so that what is open stays open. */
export interface TreeNode {
  readonly label: string;
  /** Shown after the label, paler. */
  readonly description?: string;
  /** The name of a codicon. */
  readonly icon?: string;
  /** A theme colour for the icon, where its shape alone does not say all. */
  readonly colour?: string;
  readonly tooltip?: string;
  /** What screen readers say, where label and description do not say it. */
  readonly spoken?: string;
  /** What selecting it opens. */
  readonly at?: Place;
  readonly children?: readonly TreeNode[];
  readonly expanded?: boolean;
  /** What the view's menus know it by (`viewItem`). */
  readonly context?: string;
  /** What a menu's command needs; it gets the whole node. */
  readonly subject?: unknown;
}

/**
 * Shows a tree in the view of this id, and keeps it up to date while it is visible.
 * @param load asks the server for the roots; an empty list shows the view's welcome text
 * @param also what else it depends on
 */
export function registerTree(
  id: string,
  server: LanguageServer,
  load: (token: vscode.CancellationToken) => Promise<readonly TreeNode[]>,
  also?: vscode.Event<unknown>,
): vscode.Disposable {
  const tree = new Tree(load);
  const view = vscode.window.createTreeView(id, { treeDataProvider: tree, showCollapseAll: true });
  const subscription = server.onDidChange(() => {
    view.message = server.status?.state === 'indexing' ? 'Reading the workspace …' : undefined;
    if (server.status?.state !== 'indexing') tree.refresh();
  });
  const others = also ? [also(() => tree.refresh())] : [];
  return vscode.Disposable.from(tree, view, subscription, ...others);
}

interface Item extends TreeNode {
  readonly id: string;
}

class Tree implements vscode.TreeDataProvider<Item>, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #load: (token: vscode.CancellationToken) => Promise<readonly TreeNode[]>;
  #request: vscode.CancellationTokenSource | undefined;

  /** VS Code asks again at once where the view is visible, and otherwise when it is shown. */
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(load: (token: vscode.CancellationToken) => Promise<readonly TreeNode[]>) {
    this.#load = load;
  }

  refresh(): void {
    this.#changed.fire();
  }

  async getChildren(parent?: Item): Promise<Item[]> {
    if (parent) return identified(parent.children ?? [], parent.id);
    this.#request?.cancel();
    this.#request = new vscode.CancellationTokenSource();
    // A server that has stopped, or an answer nobody waits for: the welcome text says what to do.
    const roots = await this.#load(this.#request.token).catch(() => []);
    return identified(roots, '');
  }

  getTreeItem(node: Item): vscode.TreeItem {
    const { label, description, icon, colour, tooltip, spoken, at, children, expanded, context, id } = node;
    const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(label, !children?.length ? None : expanded ? Expanded : Collapsed);
    item.id = id;
    item.contextValue = context;
    item.description = description;
    if (icon) item.iconPath = new vscode.ThemeIcon(icon, colour ? new vscode.ThemeColor(colour) : undefined);
    item.tooltip = tooltip ?? (at ? `${label}\n${whereOf(at)}` : undefined);
    if (spoken) item.accessibilityInformation = { label: spoken };
    if (at) item.command = { command: 'vscode.open', title: 'Open', arguments: openArguments(at) };
    return item;
  }

  dispose(): void {
    this.#request?.cancel();
    this.#changed.dispose();
  }
}

function identified(nodes: readonly TreeNode[], parent: string): Item[] {
  const seen = new Map<string, number>();
  return nodes.map((node) => {
    const own = `${node.label} ${node.at?.path ?? ''}`;
    const count = seen.get(own) ?? 0;
    seen.set(own, count + 1);
    return { ...node, id: `${parent}/${own}${count > 0 ? ` ${count}` : ''}` };
  });
}

function openArguments({ uri, range }: Place): [vscode.Uri, vscode.TextDocumentShowOptions] {
  return [vscode.Uri.parse(uri), { selection: range && rangeOf(range), preview: true }];
}

/** `services/cart/src/server.ts:12` */
export function whereOf({ path, range }: Place): string {
  return range ? `${path}:${range.start.line + 1}` : path;
}

/** What one folder has stands at the root; of several folders each is a root itself. */
export function byFolder(
  folders: readonly { readonly name: string; readonly nodes: readonly TreeNode[] }[],
): readonly TreeNode[] {
  const filled = folders.filter(({ nodes }) => nodes.length > 0);
  if (filled.length === 1) return filled[0]!.nodes;
  return filled.map(({ name, nodes }) => ({
    label: name,
    icon: 'root-folder',
    expanded: true,
    children: nodes,
  }));
}
