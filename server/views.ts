/** The requests of the views: what is believed of services, with every place as the editor opens it. */
import type { Connection } from 'vscode-languageserver';
import { beliefs, linesOf, roleInWords, type Line } from '../rules/index.ts';
import { signalOf } from './cancellation.ts';
import type { Folders } from './folders.ts';
import {
  servicesRequest,
  type FolderServices,
  type ServiceLine,
  type ServiceLineKind,
  type ServiceSummary,
} from './protocol.ts';
import { Places } from './toLsp.ts';

export function registerViews(connection: Connection, folders: Folders): void {
  connection.onRequest(servicesRequest, async (token): Promise<FolderServices[]> => {
    const answers: FolderServices[] = [];
    for (const folder of folders.all.filter(({ enabled }) => enabled)) {
      const { model } = await folders.audit(folder, signalOf(token));
      const places = new Places(folder);
      const services = beliefs(model).map((belief): ServiceSummary => {
        const facts = [belief.language, belief.root === '' ? undefined : belief.root, roleInWords(belief)];
        return {
          name: belief.name,
          description: facts.filter((fact) => fact !== undefined).join(' · '),
          at: places.sent(belief.at),
          groups: Object.entries(linesOf(belief))
            .filter(([, lines]) => lines.length > 0)
            .map(([kind, lines]) => ({
              kind: kind as ServiceLineKind,
              lines: lines.map((line) => lineOf(line, places)),
            })),
        };
      });
      answers.push({ folder: folder.uri, name: folder.name, services });
    }
    return answers;
  });
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
