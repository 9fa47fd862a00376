/** The requests of the views: what is believed of services and flags, with every place as the editor opens it. */
import type { CancellationToken, Connection } from 'vscode-languageserver';
import {
  beliefs,
  flagList,
  linesOf,
  roleInWords,
  type Line,
  type Model,
  type Place,
  type ServiceBelief,
} from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folders } from './folders.ts';
import {
  flagsRequest,
  removeFlagRequest,
  servicesRequest,
  type FlagRemoval,
  type FlagSummary,
  type FolderFlags,
  type FolderServices,
  type Place as PlaceMessage,
  type RemoveFlagParams,
  type ServiceLine,
  type ServiceLineKind,
  type ServiceSummary,
} from './protocol.ts';
import { Places } from './toLsp.ts';

export function registerViews(connection: Connection, folders: Folders): void {
  connection.onRequest(servicesRequest, (token): Promise<FolderServices[]> =>
    ofEachFolder(token, (model, places) => ({
      services: beliefs(model).map((belief) => serviceOf(belief, places)),
    })),
  );
  connection.onRequest(flagsRequest, (token): Promise<FolderFlags[]> =>
    ofEachFolder(token, (model, places) => ({
      flags: flagList(model).map((flag): FlagSummary => {
        const { definitions, reads } = flag;
        const sent = (all: readonly Place[]): PlaceMessage[] => all.map((at) => places.sent(at));
        return { ...flag, definitions: sent(definitions), reads: sent(reads) };
      }),
    })),
  );

  connection.onRequest(
    removeFlagRequest,
    async ({ folder: uri, key, keep }: RemoveFlagParams, token): Promise<FlagRemoval> => {
      const folder = folders.all.find((one) => one.uri === uri && one.enabled);
      if (!folder) return { edits: [], left: [] };
      await folders.audit(folder, signalOf(token));
      const { changes, left } = await folder.session.removeFlag(key, keep === 'on');
      const places = new Places(folder);
      const edits = changes.flatMap((change) =>
        change.kind === 'edit' ? { at: places.sent(change), text: change.text } : [],
      );
      return { edits, left: left.map(({ at, why }) => ({ at: places.sent(at), why })) };
    },
  );

  async function ofEachFolder<T>(
    token: CancellationToken,
    answer: (model: Model, places: Places) => T,
  ): Promise<(T & { folder: string; name: string })[]> {
    const answers = [];
    for (const folder of folders.all.filter(({ enabled }) => enabled)) {
      const { model } = await folders.audit(folder, signalOf(token));
      answers.push({ folder: folder.uri, name: folder.name, ...answer(model, new Places(folder)) });
    }
    return answers;
  }
}

function serviceOf(belief: ServiceBelief, places: Places): ServiceSummary {
  const { name, language, root, at } = belief;
  const facts = [language, root === '' ? undefined : root, roleInWords(belief)];
  return {
    name,
    description: facts.filter((fact) => fact !== undefined).join(' · '),
    at: places.sent(at),
    groups: Object.entries(linesOf(belief))
      .filter(([, lines]) => lines.length > 0)
      .map(([kind, lines]) => ({
        kind: kind as ServiceLineKind,
        lines: lines.map((line) => lineOf(line, places)),
      })),
  };
}

function lineOf({ text, at, lead, then }: Line, places: Places): ServiceLine {
  return {
    text,
    at: places.sent(at),
    ...(lead && {
      other: {
        found: lead.found,
        as: then ?? '',
        ...(lead.found === 'yes' && { at: places.sent(lead.at) }),
      },
    }),
  };
}
