/** Commands that the server runs for any client, such as those of code lenses: it edits and shows through the client. */
import {
  LSPErrorCodes,
  ResponseError,
  type ClientCapabilities,
  type Connection,
} from 'vscode-languageserver';
import { createRunbook } from '../rules/index.ts';
import type { Folder } from './folder.ts';
import type { Folders } from './folders.ts';
import {
  createRunbookCommand,
  showPlacesCommand,
  type NewRunbookParams,
  type ShowPlacesParams,
} from './protocol.ts';
import { Places, toWorkspaceEdit } from './toLsp.ts';

export const commands: readonly string[] = [createRunbookCommand, showPlacesCommand];

export function registerCommands(
  connection: Connection,
  folders: Folders,
  { window }: ClientCapabilities,
): void {
  connection.onExecuteCommand(async ({ command, arguments: [argument] = [] }) => {
    if (command === createRunbookCommand) return create(argument as NewRunbookParams);
    if (command === showPlacesCommand) return showPlaces(argument as ShowPlacesParams);
    throw failed(`There is no command ${command}.`);
  });

  async function create({ folder: uri, about }: NewRunbookParams): Promise<string> {
    const folder = folders.all.find((one) => one.uri === uri);
    if (!folder) throw failed(`${uri} is not open.`);
    const page = await write(folder, about);
    await show(folder.uriOf(page));
    return folder.uriOf(page);
  }

  /** @returns the page's path; what is there already is left as it is */
  async function write(folder: Folder, about: NewRunbookParams['about']): Promise<string> {
    const [subject] = Object.values(about) as string[];
    await folders.audit(folder);
    let page: string | undefined;
    const changes = await folder.session.plan(async (context) => {
      const created = await createRunbook(context, about);
      page = created?.page;
      return created?.changes ?? [];
    });
    if (page === undefined) throw failed(`${subject} is not there any more.`);
    if (changes.length === 0) return page;
    const edit = toWorkspaceEdit(changes, new Places(folder), (one) => folders.versionOf(one));
    const label = `Create the runbook of ${subject}`;
    const { applied, failureReason } = await connection.workspace.applyEdit({ label, edit });
    if (!applied) throw failed(`${page} was not created${failureReason ? `: ${failureReason}` : '.'}`);
    return page;
  }

  async function showPlaces({ places }: ShowPlacesParams): Promise<void> {
    const [only, ...others] = places;
    if (!only) return;
    if (others.length === 0) return show(only.uri, only.range);
    const titles = places.map(({ uri, range }) => {
      const path = folders.find(uri)?.path ?? uri;
      return { title: `${path}:${range.start.line + 1}` };
    });
    const chosen = await connection.window.showInformationMessage('Which one?', ...titles);
    const place = places[titles.findIndex(({ title }) => title === chosen?.title)];
    if (place) await show(place.uri, place.range);
  }

  async function show(uri: string, selection?: ShowPlacesParams['from']['range']): Promise<void> {
    if (!window?.showDocument?.support) return;
    await connection.window.showDocument({ uri, takeFocus: true, ...(selection && { selection }) });
  }
}

function failed(message: string): ResponseError<void> {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}
