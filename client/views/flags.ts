/** The Flags view: every feature flag, in groups by what is to be done about it, the most pressing first. */
import type { FlagStanding, FlagSummary, FolderFlags, Place } from '../../server/protocol.ts';
import { count } from '../words.ts';
import { byFolder, whereOf, type TreeNode } from './tree.ts';

interface Group {
  readonly title: string;
  readonly icon: string;
  readonly colour?: string;
  /** What to do about the flags in it. */
  readonly advice: string;
}

const warning = 'list.warningForeground';

const groups: Readonly<Record<FlagStanding, Group>> = {
  undefined: {
    title: 'Undefined',
    icon: 'warning',
    colour: warning,
    advice: 'The code always gets the default: define the flag, or correct its key.',
  },
  expired: {
    title: 'Expired',
    icon: 'history',
    colour: warning,
    advice: 'Past its date, or decided for everybody: take it out of the code.',
  },
  unused: {
    title: 'Unused',
    icon: 'circle-slash',
    colour: warning,
    advice: 'No code reads it: delete the definition.',
  },
  unowned: {
    title: 'Without owner or end',
    icon: 'person',
    advice: 'Say who removes it, and by when.',
  },
  settled: { title: 'In order', icon: 'pass', advice: 'Defined, read, owned, and within its time.' },
};

/** What the commands of a flag's menu are told. */
export interface FlagSubject {
  /** The folder's URI. */
  readonly folder: string;
  readonly key: string;
}

export function flagNodes(folders: readonly FolderFlags[]): readonly TreeNode[] {
  return byFolder(folders.map(({ name, folder, flags }) => ({ name, nodes: groupNodes(flags, folder) })));
}

function groupNodes(flags: readonly FlagSummary[], folder: string): TreeNode[] {
  return (Object.keys(groups) as FlagStanding[]).flatMap((standing) => {
    const here = flags.filter((flag) => flag.standing === standing);
    if (here.length === 0) return [];
    const { title, icon, colour, advice } = groups[standing];
    return {
      label: title,
      description: String(here.length),
      icon,
      colour,
      tooltip: advice,
      spoken: `${title}, ${count(here.length, 'flag')}. ${advice}`,
      expanded: standing !== 'settled',
      children: here.map((flag) => flagNode(flag, folder)),
    };
  });
}

function flagNode({ key, words, definitions, reads }: FlagSummary, folder: string): TreeNode {
  const ends = (what: string, icon: string, places: readonly Place[]): TreeNode[] =>
    places.map((at) => ({ label: `${what} in ${whereOf(at)}`, icon, at }));
  return {
    label: key,
    description: words.join(' · '),
    icon: 'flag',
    context: 'flag',
    subject: { folder, key } satisfies FlagSubject,
    at: definitions[0] ?? reads[0],
    children: [...ends('defined', 'symbol-constant', definitions), ...ends('read', 'code', reads)],
  };
}
