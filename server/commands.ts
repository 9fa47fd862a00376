/** Commands that the server runs for any client, such as those of code lenses: it edits and shows through the client. */
import {
  LSPErrorCodes,
  ResponseError,
  type ClientCapabilities,
  type Connection,
} from 'vscode-languageserver';
import { createRunbook } from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folders } from './folders.ts';
import { createRunbookCommand, type NewRunbookParams } from './protocol.ts';
import { Places, toWorkspaceEdit } from './toLsp.ts';

export const commands: readonly string[] = [createRunbookCommand];

export function registerCommands(
  connection: Connection,
  folders: Folders,
  { window }: ClientCapabilities,
): void {
  connection.onExecuteCommand(async ({ command, arguments: [argument] = [] }, token) => {
    if (command !== createRunbookCommand)
      throw new ResponseError(LSPErrorCodes.RequestFailed, `There is no command ${command}.`);
    const { folder: uri, about } = argument as NewRunbookParams;
    const folder = folders.all.find((one) => one.uri === uri);
    if (!folder) throw new ResponseError(LSPErrorCodes.RequestFailed, `${uri} is not open.`);
    await folders.audit(folder, signalOf(token));
    let page = '';
    const changes = await folder.session.plan(async (context) => {
      const created = await createRunbook(context, about);
      page = created?.page ?? '';
      return created?.changes ?? [];
    });
    const [subject] = Object.values(about) as string[];
    if (page === '')
      throw new ResponseError(LSPErrorCodes.RequestFailed, `${subject} is not there any more.`);
    if (changes.length > 0) {
      const edit = toWorkspaceEdit(changes, new Places(folder), (one) => folders.versionOf(one));
      const { applied, failureReason } = await connection.workspace.applyEdit({
        label: `Create the runbook of ${subject}`,
        edit,
      });
      if (!applied)
        throw new ResponseError(
          LSPErrorCodes.RequestFailed,
          `${page} was not created${failureReason ? `: ${failureReason}` : '.'}`,
        );
    }
    // What is there already is shown as it is.
    if (window?.showDocument?.support)
      await connection.window.showDocument({ uri: folder.uriOf(page), takeFocus: true });
    return folder.uriOf(page);
  });
}
