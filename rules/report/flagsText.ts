/** Every flag for people at a terminal, and for programs: what is to be cleaned up first. */
import type { Model } from '../model/model.ts';
import { place } from '../model/model.ts';
import type { Place } from '../text.ts';
import { count, shownPath, spanOf, type Audited } from './audited.ts';
import { printable } from './characters.ts';
import { flagList, type FlagStanding, type ListedFlag } from './flagList.ts';
import { painter, type Look } from './look.ts';
import { push } from '../groups.ts';

/** Raised when something is removed or changes its meaning; new members do not count. */
const formatVersion = 1;
/** Places of one flag that are shown. */
const maxPlaces = 8;

interface Flag extends Omit<ListedFlag, 'standing'> {
  /** `elsewhere`: read here, defined in a flag tool or another repository. */
  readonly standing: FlagStanding | 'elsewhere';
  readonly sdks: readonly string[];
}

const toDo: Readonly<Record<Flag['standing'], string>> = {
  undefined: 'define it, or correct the key',
  expired: 'remove it, with the branch that nobody takes',
  unused: 'remove its definition',
  unowned: 'name an owner and an end',
  settled: 'nothing',
  elsewhere: 'look it up in the flag tool, or list it in flags.yaml',
};

/** @returns JSON text that ends with a line break; every place has its path, and its range where it has one */
export function formatFlagsJson(audits: readonly Audited[], toolVersion: string): string {
  const flags = audits.flatMap((audited) =>
    flagsOf(audited.audit.model).map(({ key, standing, words, sdks, definitions, reads }) => ({
      workspace: audited.folder,
      key,
      standing,
      toDo: toDo[standing],
      known: words,
      sdks,
      definitions: definitions.map((at) => placed(at, audited)),
      reads: reads.map((at) => placed(at, audited)),
    })),
  );
  const tool = { name: 'scaleready', version: toolVersion };
  return `${JSON.stringify({ version: formatVersion, tool, flags }, undefined, 2)}\n`;
}

/** Each flag in a paragraph. Ends with a line break. */
export function formatFlags(audits: readonly Audited[], look: Look): string {
  const paint = painter(look);
  const lines = audits.flatMap((audited) => {
    const flags = flagsOf(audited.audit.model);
    const where = (at: Place): string => {
      const span = spanOf(audited, at);
      const path = printable(shownPath(audited.folder, at.file));
      return paint(span ? `${path}:${span.start.line}:${span.start.column}` : path, 'blue');
    };
    const part = (name: string, places: readonly Place[]): string[] => [
      ...places
        .slice(0, maxPlaces)
        .map((at, index) => `  ${paint((index === 0 ? name : '').padEnd(10), 'dim')}${where(at)}`),
      ...(places.length > maxPlaces ? [`  ${''.padEnd(10)}and ${places.length - maxPlaces} more`] : []),
    ];
    const paragraphs = flags.flatMap((flag) => [
      [paint(printable(flag.key), 'bold'), ...flag.words].join(' · '),
      `  ${paint('to do'.padEnd(10), 'dim')}${toDo[flag.standing]}`,
      ...part('defined', flag.definitions),
      ...part('read', flag.reads),
      '',
    ]);
    const computed = audited.audit.model.flags.reads.filter(
      ({ key, role }) => key === undefined && role === 'production',
    );
    const folder = audited.folder === '.' ? '' : ` in ${printable(audited.folder)}`;
    return [
      ...paragraphs,
      ...(computed.length > 0
        ? [
            'Keys that are computed, so that any flag may be meant:',
            ...part(
              '',
              computed.map(({ file, facts }) => place(file, facts)),
            ),
            '',
          ]
        : []),
      `${count(flags.length, 'flag')}${folder}.`,
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** Those with definitions by what is to be done, then those that are defined elsewhere, by key. */
function flagsOf(model: Model): Flag[] {
  const sdks = new Map<string, Set<string>>();
  const reads = new Map<string, Place[]>();
  for (const { file, facts, key, role } of model.flags.reads) {
    if (key === undefined || role !== 'production') continue;
    sdks.set(key, (sdks.get(key) ?? new Set()).add(facts.sdk));
    push(reads, key, place(file, facts.key ?? facts));
  }
  const listed = flagList(model).map((flag): Flag => ({ ...flag, sdks: [...(sdks.get(flag.key) ?? [])] }));
  const known = new Set(listed.map(({ key }) => key));
  const others = [...reads]
    .filter(([key]) => !known.has(key))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, places]): Flag => {
      const from = [...sdks.get(key)!];
      return {
        key,
        standing: 'elsewhere',
        words: [`asked of ${from.join(', ')}, defined elsewhere`],
        definitions: [],
        reads: places,
        sdks: from,
      };
    });
  return [...listed, ...others];
}

function placed({ file, range }: Place, audited: Audited): unknown {
  return { path: file, range: spanOf(audited, { file, ...(range && { range }) }) ?? null };
}
