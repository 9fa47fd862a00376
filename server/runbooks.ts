/** Runbooks for the client's view: what pages there are, what lacks one, and what is for the file somebody looks at. */
import type { Connection } from 'vscode-languageserver';
import {
  runbookReport,
  runbooksFor,
  type RunbookGap,
  type RunbookPage,
  type Place as EnginePlace,
} from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folders } from './folders.ts';
import {
  runbooksRequest,
  type FolderRunbooks,
  type Named,
  type RunbookGap as GapMessage,
  type RunbooksParams,
  type RunbookSummary,
} from './protocol.ts';
import { Places } from './toLsp.ts';

export function registerRunbooks(connection: Connection, folders: Folders): void {
  connection.onRequest(
    runbooksRequest,
    async ({ file }: RunbooksParams, token): Promise<FolderRunbooks[]> => {
      const opened = file === undefined ? undefined : folders.find(file);
      const answers: FolderRunbooks[] = [];
      for (const folder of folders.all.filter(({ enabled }) => enabled)) {
        const { model } = await folders.audit(folder, signalOf(token));
        const report = runbookReport(model);
        const places = new Places(folder);
        const path = opened?.folder === folder ? opened.path : undefined;
        const near = path === undefined ? undefined : runbooksFor(path, model, report);
        answers.push({
          folder: folder.uri,
          name: folder.name,
          pages: report.pages.map((page) => pageOf(page, places)),
          gaps: report.gaps.map((gap) => gapOf(gap, places)),
          ...(path !== undefined &&
            near && {
              forFile: { path, pages: near.pages, gaps: near.gaps.map((gap) => gapOf(gap, places)) },
            }),
        });
      }
      return answers;
    },
  );
}

function pageOf(page: RunbookPage, places: Places): RunbookSummary {
  const { kind, title, at, owner, reviewed, stale, services, alerts } = page;
  const sent = (all: readonly { name: string; at: EnginePlace }[]): Named[] =>
    all.map((one) => ({ name: one.name, at: places.sent(one.at) }));
  return {
    kind,
    title,
    at: places.sent(at),
    owners: owner?.names ?? [],
    ...(reviewed !== undefined && { reviewed }),
    stale,
    services: sent(services),
    alerts: sent(alerts),
  };
}

function gapOf({ kind, name, at, url }: RunbookGap, places: Places): GapMessage {
  return { kind, name, at: places.sent(at), ...(url !== undefined && { url }) };
}
