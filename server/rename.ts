/** Rename: a feature flag, in code and definitions at once. */
import { LSPErrorCodes, ResponseError, type Connection } from 'vscode-languageserver';
import { flagAt, renameFlag } from '../rules/index.ts';
import type { Folders } from './folders.ts';
import { spotAt } from './navigation.ts';
import { Places, toWorkspaceEdit } from './toLsp.ts';

export function registerRename(connection: Connection, folders: Folders): void {
  connection.onPrepareRename(async ({ textDocument, position }, token) => {
    const spot = await spotAt(folders, textDocument.uri, position, token);
    const flag = spot && flagAt(spot.model, spot.path, spot.text, spot.offset);
    if (!flag) return null;
    const range = new Places(spot.folder).range({ file: spot.path, range: flag.range });
    return { range, placeholder: flag.key };
  });

  connection.onRenameRequest(async ({ textDocument, position, newName }, token) => {
    const spot = await spotAt(folders, textDocument.uri, position, token);
    const flag = spot && flagAt(spot.model, spot.path, spot.text, spot.offset);
    if (!flag) return null;
    const { folder, model } = spot;
    const renaming = renameFlag(model, flag.key, newName, (path) => folder.session.read(path)?.text);
    if ('refused' in renaming) throw new ResponseError(LSPErrorCodes.RequestFailed, renaming.refused);
    if (renaming.mayBeMore) {
      connection.window.showWarningMessage(
        `Some code computes keys of flags, or could not be read: look for other uses of ${flag.key}.`,
      );
    }
    return toWorkspaceEdit(renaming.changes, new Places(folder), (uri) => folders.versionOf(uri));
  });
}
