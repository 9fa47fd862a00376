/** Reads one file into facts, by every kind of artifact it may be. It knows no rule, and no other file. */
import { maxProblems, type ArtifactKind, type Parsed, type Problem } from '../artifacts/artifact.ts';
import { kinds, type KindName } from '../artifacts/kinds.ts';
import { loadGrammar } from '../workspace/grammars.ts';
import { textFile } from '../workspace/textFile.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** What a file says: plain data, so that it can be kept on disk or come from another thread. */
export interface FileFacts {
  /** Why it was not read, as a clause that completes "was not checked because …". */
  readonly skipped?: string;
  readonly problems?: readonly Problem[];
  readonly facts?: readonly (readonly [KindName, unknown])[];
}

export const kindNames = Object.keys(kinds) as KindName[];

/** The kinds of artifact a path may be; empty where the file is of no interest. */
export function kindsClaiming(path: string): readonly KindName[] {
  const claiming = kindNames.filter((name) => name !== 'suppressions' && kinds[name].claims(path));
  return claiming.length > 0 ? [...claiming, 'suppressions'] : claiming;
}

/**
 * Reads a file as it is now.
 * @param claiming what `kindsClaiming` says of the path
 * @returns a promise only where a grammar has yet to be loaded, so that most files cost no turn of the event loop
 */
export function readFacts(
  workspace: Workspace,
  path: string,
  claiming: readonly KindName[],
): FileFacts | Promise<FileFacts> {
  const reading = workspace.read(path);
  if (reading.kind === 'unreadable') return { skipped: reading.reason };
  if (reading.kind !== 'text') return {};
  const { text } = reading;
  const holding = claiming.filter((name) => kinds[name].mayHold(text, path));
  if (holding.length === 0) return {};
  const loads = holding.flatMap((name) => {
    const kind = kinds[name] as ArtifactKind;
    const grammar = kind.grammar?.(path);
    return [grammar && loadGrammar(grammar), kind.prepare?.()];
  });
  if (loads.some((load) => load)) return Promise.all(loads).then(() => parse(path, text, holding));
  return parse(path, text, holding);
}

function parse(path: string, text: string, names: readonly KindName[]): FileFacts {
  const file = textFile(path, text);
  const problems: Problem[] = [];
  const facts: [KindName, unknown][] = [];
  try {
    for (const name of names) {
      const parsed = parseTolerantly(kinds[name], file);
      problems.push(...parsed.problems.slice(0, maxProblems - problems.length));
      if (parsed.facts !== undefined) facts.push([name, parsed.facts]);
    }
  } finally {
    file.dispose();
  }
  return { ...(problems.length > 0 && { problems }), ...(facts.length > 0 && { facts }) };
}

/** A kind that throws breaks its promise; that must not silence the other kinds, nor the other files. */
function parseTolerantly(kind: ArtifactKind, file: Parameters<ArtifactKind['parse']>[0]): Parsed<unknown> {
  try {
    return kind.parse(file);
  } catch (error) {
    const message = `This file could not be read as ${kind.id} (${(error as Error).message}), so nothing in it was checked as such.`;
    return { problems: [{ message, range: { start: 0, end: 0 } }] };
  }
}
