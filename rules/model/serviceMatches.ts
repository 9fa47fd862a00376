/** What speaks for, and against, that something deployed runs a service which bears its name. It knows names and images only. */
import { bareName, normalName, parseImage, type Image } from './images.ts';
import type { ServiceDraft } from './serviceDraft.ts';
import { folderOf, isWithin } from './paths.ts';
import { imagesOf } from './workloads.ts';

/**
 * Whether a name leads to the wrong service: it is borne only because a deployment elsewhere calls it so, and that one
 * runs another image.
 */
export function runsAnotherImage(
  draft: ServiceDraft,
  name: string,
  images: readonly Image[],
  file: string,
): boolean {
  const from = [...draft.learned].find(
    ([learned]) => normalName(learned) === normalName(name) || bareName(learned) === bareName(name),
  )?.[1];
  if (from === undefined || images.length === 0 || isWithin(file, folderOf(from))) return false;
  const known = [
    ...draft.composeServices.map(({ facts }) => facts.image && parseImage(facts.image.value)),
    ...draft.workloads.flatMap(({ containers }) => imagesOf(containers)),
  ].filter((image) => image !== undefined);
  const isRelated = (a: string, b: string) => a.endsWith(b) || b.endsWith(a);
  return known.length > 0 && !known.some((one) => images.some((image) => isRelated(one.name, image.name)));
}

const shortestWord = 4;

/** Whether a name has a word of a folder's name, or its beginning: `transl-en-to-de` and `translate`. */
export function sharesWord(folder: string, names: readonly string[]): boolean {
  const words = wordsOf(folder);
  return names.some((name) =>
    wordsOf(name).some((word) => words.some((own) => own.startsWith(word) || word.startsWith(own))),
  );
}

function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length >= shortestWord && !/^(?:service|server|deploy|image)/.test(word));
}
