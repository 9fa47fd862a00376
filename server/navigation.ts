/** Walking along joins: definition leads to the other ends, references back to everything that leads to the same. */
import type { CancellationToken, Connection, Position } from 'vscode-languageserver';
import { linksAt, referencesAt, type Model } from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import { Places } from './toLsp.ts';

export function registerNavigation(connection: Connection, folders: Folders): void {
  connection.onDefinition(async ({ textDocument, position }, token) => {
    const spot = await spotAt(folders, textDocument.uri, position, token);
    if (!spot) return null;
    const places = new Places(spot.folder);
    const linked = linksAt(spot.model, spot.path, spot.offset);
    return linked.flatMap(({ others }) => others.map(({ at }) => places.location(at)));
  });

  connection.onReferences(async ({ textDocument, position, context }, token) => {
    const spot = await spotAt(folders, textDocument.uri, position, token);
    if (!spot) return null;
    const places = new Places(spot.folder);
    const found = referencesAt(spot.model, spot.path, spot.offset, context.includeDeclaration);
    return found.map((at) => places.location(at));
  });
}

/** A caret in a file, and the model of everything as it is now, unsaved text included. */
export interface Spot {
  readonly folder: Folder;
  readonly path: string;
  readonly offset: number;
  readonly text: string;
  readonly model: Model;
}

/**
 * undefined where nothing can be said: outside of the workspace, switched off, or not read yet.
 * @throws when the client cancels
 */
export async function spotAt(
  folders: Folders,
  uri: string,
  position: Position,
  token: CancellationToken,
): Promise<Spot | undefined> {
  const opened = folders.find(uri);
  if (!opened?.folder.indexed || !opened.folder.enabled) return undefined;
  const { folder, path } = opened;
  const { model } = await folders.audit(folder, signalOf(token));
  const file = folder.session.read(path);
  return file && { folder, path, offset: file.lines.offset(position), text: file.text, model };
}
