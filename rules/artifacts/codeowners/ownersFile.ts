/**
 * OWNERS files as Kubernetes and other users of Prow write them: who approves and reviews what is in the folder and
 * below it (https://www.kubernetes.dev/docs/guide/owners/). It must never know which folder that is.
 */
import { isSeq } from 'yaml';
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { entriesOf, scalarOf, textOf, valueAt } from '../nodes.ts';
import type { OwnersFileFacts } from './facts.ts';

export const ownersFile: ArtifactKind<OwnersFileFacts> = {
  id: 'ownersFile',
  claims: (path) => /(?:^|\/)OWNERS(?:_ALIASES)?$/.test(path),
  mayHold: (text) => /^[ \t"']*(?:approvers|reviewers|filters|aliases)["']?[ \t]*:/m.test(text),
  parse,
};

function parse(file: TextFile): Parsed<OwnersFileFacts> {
  const [document] = file.yaml();
  const root: unknown = document?.contents;
  const everything = entriesOf(valueAt(root, 'filters')).find(({ key }) => key === '.*')?.value;
  const approvers = [...textsOf(valueAt(root, 'approvers')), ...textsOf(valueAt(everything, 'approvers'))];
  const aliases = entriesOf(valueAt(root, 'aliases')).map(({ key, value }) => ({
    name: key,
    members: textsOf(value).map((member) => member.value),
  }));
  const alone = scalarOf(valueAt(valueAt(root, 'options'), 'no_parent_owners'))?.value === true;
  return { facts: { approvers, aliases, ...(alone && { alone }) }, problems: [] };
}

function textsOf(list: unknown): Ranged<string>[] {
  return isSeq(list) ? list.items.flatMap((item) => textOf(item) ?? []) : [];
}
