/** Removing a feature flag: which flag, which side stays, then the edits in VS Code's preview before anything changes. */
import * as vscode from 'vscode';
import type { FlagRemoval, Place } from '../server/protocol.ts';
import type { LanguageServer } from './languageServer.ts';
import type { FlagSubject } from './views/flags.ts';
import { whereOf, type TreeNode } from './views/tree.ts';
import { count } from './words.ts';

/** @param node the flag in the view; without one, the person is asked for it */
export async function removeFlag(
  server: LanguageServer,
  output: vscode.LogOutputChannel,
  node?: TreeNode,
): Promise<void> {
  const subject = (node?.subject as FlagSubject | undefined) ?? (await pickFlag(server));
  if (!subject) return;
  const keep = await pickSide(subject.key);
  if (!keep) return;
  const removal = await server.removeFlag({ ...subject, keep });
  if (removal.edits.length > 0)
    await vscode.workspace.applyEdit(editOf(removal, subject.key), { isRefactoring: true });
  await tellWhatIsLeft(removal, subject.key, output);
}

async function pickFlag(server: LanguageServer): Promise<FlagSubject | undefined> {
  const items = server
    .flags(new vscode.CancellationTokenSource().token)
    .then((folders) =>
      folders.flatMap(({ folder, flags }) =>
        flags.map(({ key, words }) => ({ label: key, description: words.join(' · '), folder })),
      ),
    );
  const picked = await vscode.window.showQuickPick(items, {
    title: 'Remove a flag',
    placeHolder: 'Which one?',
  });
  return picked && { folder: picked.folder, key: picked.label };
}

async function pickSide(key: string): Promise<'on' | 'off' | undefined> {
  const picked = await vscode.window.showQuickPick(
    [
      { label: 'On', description: 'Everybody gets what the flag switched on', side: 'on' as const },
      { label: 'Off', description: 'Everybody gets what was there without it', side: 'off' as const },
    ],
    { title: `Remove ${key}`, placeHolder: 'Which side stays?' },
  );
  return picked?.side;
}

/** Every edit is to be confirmed, which opens the preview. */
function editOf({ edits }: FlagRemoval, key: string): vscode.WorkspaceEdit {
  const edit = new vscode.WorkspaceEdit();
  const metadata = { needsConfirmation: true, label: `Remove the flag ${key}` };
  for (const { at, text } of edits) edit.replace(vscode.Uri.parse(at.uri), rangeOf(at), text, metadata);
  return edit;
}

function rangeOf({ range }: Place): vscode.Range {
  const { start, end } = range ?? { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

async function tellWhatIsLeft(
  { edits, left }: FlagRemoval,
  key: string,
  output: vscode.LogOutputChannel,
): Promise<void> {
  if (left.length === 0) {
    if (edits.length === 0) void vscode.window.showInformationMessage(`Nothing of ${key} can be removed.`);
    return;
  }
  for (const { at, why } of left) output.info(`${whereOf(at)} ${why}`);
  const answer = await vscode.window.showInformationMessage(
    `${count(left.length, 'place')} of ${key} ${left.length === 1 ? 'needs' : 'need'} a person.`,
    'List Them',
  );
  if (answer) output.show();
}
