/** Code lenses: what leads from alerts, services and runbooks to each other, above the line where they stand. */
import {
  CodeLensRefreshRequest,
  type ClientCapabilities,
  type CodeLens,
  type Connection,
} from 'vscode-languageserver';
import { lensesIn, type Lens, type Model } from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folders, Opened } from './folders.ts';
import {
  createRunbookCommand,
  showPlacesCommand,
  type InitializationOptions,
  type NewRunbookParams,
  type ShowPlacesParams,
} from './protocol.ts';
import { Places } from './toLsp.ts';

/** Milliseconds from the last edit to the question whether lenses are still right. */
const pause = 250;

export function registerCodeLens(
  connection: Connection,
  folders: Folders,
  { followCommand }: InitializationOptions,
  { workspace }: ClientCapabilities,
): void {
  /** What each document was told last, without places, which move with every edit. */
  const told = new Map<string, string>();

  connection.onCodeLens(async ({ textDocument: { uri } }, token) => {
    const opened = folders.find(uri);
    if (!opened?.folder.codeLens || !opened.folder.indexed) return [];
    const { model } = await folders.audit(opened.folder, signalOf(token));
    told.set(uri, digest(opened, model));
    return lenses(opened, model);
  });
  folders.documents.onDidClose(({ document }) => told.delete(document.uri));

  if (!workspace?.codeLens?.refreshSupport) return;
  // A document is asked about again when it is edited; of what other files change the client has to be told.
  let later: NodeJS.Timeout | undefined;
  folders.onAudited(() => {
    clearTimeout(later);
    // The model is joined anew for it, which typing must not wait for.
    later = setTimeout(refresh, pause);
  });

  function refresh(): void {
    const stale = folders.documents.all().some(({ uri }) => {
      const opened = folders.find(uri);
      const audit = opened && folders.lastAudit(opened.folder);
      return audit && (told.get(uri) ?? '[]') !== digest(opened, audit.model);
    });
    if (stale) void connection.sendRequest(CodeLensRefreshRequest.type).catch(() => undefined);
  }

  function digest(opened: Opened, model: Model): string {
    return JSON.stringify(
      opened.folder.codeLens ? lenses(opened, model).map(({ command }) => command?.title) : [],
    );
  }

  function lenses({ folder, path }: Opened, model: Model): CodeLens[] {
    const places = new Places(folder);
    const found = lensesIn(model, path).map((lens): CodeLens => {
      return { range: places.range(lens.at), command: commandOf(lens, places) };
    });
    const page = model.runbooks.find(({ file, index }) => file === path && !index);
    if (!page || followCommand === undefined) return found;
    const heading = page.facts.headings[0];
    const range = places.range({ file: path, range: heading?.range ?? { start: 0, end: 0 } });
    const follow = { title: 'Follow', command: followCommand, arguments: [folder.uriOf(path)] };
    return [{ range, command: follow }, ...found];
  }
}

function commandOf({ title, at, places: leads, creates }: Lens, places: Places): CodeLens['command'] {
  if (creates) {
    const argument: NewRunbookParams = { folder: places.folder.uri, about: creates };
    return { title, command: createRunbookCommand, arguments: [argument] };
  }
  const argument: ShowPlacesParams = {
    from: places.location(at),
    places: leads.map((lead) => places.location(lead)),
  };
  return { title, command: showPlacesCommand, arguments: [argument] };
}
