/** Rename: a feature flag, in code and definitions at once; and what follows when pages are renamed or moved. */
import {
  LSPErrorCodes,
  ResponseError,
  type Connection,
  type FileOperationRegistrationOptions,
  type WorkspaceEdit,
} from 'vscode-languageserver';
import { flagAt, renameFlag, renamePages } from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
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

/** Pages, and folders that may hold some. */
export const renamedFiles: FileOperationRegistrationOptions['filters'] = [
  { scheme: 'file', pattern: { glob: '**/*.{md,mdx,markdown}', matches: 'file' } },
  { scheme: 'file', pattern: { glob: '**', matches: 'folder' } },
];

/** Clients ask before they rename, and apply the edits first. */
export function registerPageRename(connection: Connection, folders: Folders): void {
  connection.workspace.onWillRenameFiles(async ({ files }, token): Promise<WorkspaceEdit | null> => {
    const documentChanges: WorkspaceEdit['documentChanges'] = [];
    for (const folder of folders.all.filter(({ enabled }) => enabled)) {
      const { model } = await folders.audit(folder, signalOf(token));
      const renamed = new Map<string, string>();
      for (const { oldUri, newUri } of files) {
        const [from, to] = [folders.find(oldUri), folders.find(newUri)];
        if (from?.folder !== folder || to?.folder !== folder) continue;
        for (const path of [from.path, ...model.files.under(from.path)])
          renamed.set(path, to.path + path.slice(from.path.length));
      }
      if (renamed.size === 0) continue;
      const changes = renamePages(model, renamed, (path) => folder.session.read(path)?.text);
      const edit = toWorkspaceEdit(changes, new Places(folder), (uri) => folders.versionOf(uri));
      documentChanges.push(...(edit.documentChanges ?? []));
    }
    return documentChanges.length > 0 ? { documentChanges } : null;
  });
}
