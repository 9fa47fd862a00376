/** The Runbooks view: what is for the file somebody looks at, then every alert and service with its pages, and the gaps. */
import type {
  FolderRunbooks,
  Named,
  NewRunbookParams,
  RunbookGap,
  RunbookSummary,
} from '../../server/protocol.ts';
import { count } from '../words.ts';
import { byFolder, type TreeNode } from './tree.ts';

/** A node of `runbookNodes` that stands for something without a page. */
export interface GapNode extends TreeNode {
  readonly context: 'gap';
  readonly subject: NewRunbookParams;
}

/** A node of `runbookNodes` that stands for a page. */
export interface PageNode extends TreeNode {
  readonly context: 'runbook' | 'page';
}

export function runbookNodes(folders: readonly FolderRunbooks[]): readonly TreeNode[] {
  return byFolder(folders.map((folder) => ({ name: folder.name, nodes: groupsOf(folder) })));
}

function groupsOf({ folder, pages, gaps, forFile }: FolderRunbooks): TreeNode[] {
  if (pages.length === 0 && gaps.length === 0) return [];
  const runbooks = pages.filter(({ kind }) => kind === 'runbook' || kind === 'index');
  const gapNodes = (all: readonly RunbookGap[]): TreeNode[] => all.map((gap) => gapNode(gap, folder));
  const ofKind = (kind: RunbookGap['kind']): RunbookGap[] => gaps.filter((gap) => gap.kind === kind);
  const near = forFile && runbooks.filter(({ at }) => forFile.pages.includes(at.path));
  const alone = runbooks.filter(({ alerts, services }) => alerts.length + services.length === 0);
  const plain = (kind: RunbookSummary['kind']): TreeNode[] =>
    pages.filter((page) => page.kind === kind).map(pageNode);
  const group = (title: string, icon: string, noun: string, children: readonly TreeNode[]): TreeNode[] => {
    const lacking = children.filter(({ context }) => context === 'gap').length;
    const missing = lacking > 0 ? `${lacking} without a page` : '';
    return children.length === 0
      ? []
      : [
          {
            label: title,
            description: [String(children.length), missing].filter(Boolean).join(' · '),
            icon,
            spoken: [title, count(children.length, noun), missing].filter(Boolean).join(', '),
            children,
          },
        ];
  };
  return [
    ...(forFile ? [fileGroup(forFile.path, [...near!.map(pageNode), ...gapNodes(forFile.gaps)])] : []),
    ...group('By alert', 'bell', 'alert', [...bySubject(runbooks, 'alerts'), ...gapNodes(ofKind('alert'))]),
    ...group('By service', 'symbol-module', 'service', [
      ...bySubject(runbooks, 'services'),
      ...gapNodes(ofKind('service')),
    ]),
    ...group('Onboarding', 'mortar-board', 'page', plain('onboarding')),
    ...group('Other pages', 'book', 'page', alone.map(pageNode)),
    ...group('Postmortems', 'history', 'page', plain('postmortem')),
  ];
}

function fileGroup(path: string, children: readonly TreeNode[]): TreeNode {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    // The label is the same for every file, so that the group stays open or closed.
    label: 'For this file',
    description: children.length > 0 ? name : `${name} · nothing leads to a page`,
    icon: 'file',
    tooltip: `What its service, its alerts and its flags lead to: ${path}`,
    spoken: `For this file, ${name}, ${count(children.length, 'entry').replace(/entrys$/, 'entries')}`,
    expanded: true,
    children,
  };
}

/** Every alert or service that has pages: with one it stands for that page, with several they are below it. */
function bySubject(pages: readonly RunbookSummary[], of: 'alerts' | 'services'): TreeNode[] {
  const byName = new Map<string, { subject: Named; pages: RunbookSummary[] }>();
  for (const page of pages) {
    for (const subject of page[of]) {
      const known = byName.get(subject.name) ?? { subject, pages: [] };
      byName.set(subject.name, known);
      if (!known.pages.includes(page)) known.pages.push(page);
    }
  }
  return [...byName.values()]
    .toSorted((a, b) => (a.subject.name < b.subject.name ? -1 : 1))
    .map(({ subject: { name, at }, pages: own }): TreeNode => {
      const [only] = own;
      return {
        label: name,
        description: own.length === 1 ? only!.title : count(own.length, 'page'),
        icon: of === 'alerts' ? 'bell' : 'symbol-module',
        spoken: `${name}, ${count(own.length, 'page')}`,
        at,
        children: own.map(pageNode),
      };
    });
}

export function pageNode(page: RunbookSummary): PageNode {
  const { kind, title, at, stale, reviewed } = page;
  return {
    label: title,
    description: detailsOf(page).join(' · '),
    icon: 'book',
    tooltip: `${title}\n${at.path}`,
    spoken: [title, kind, ...detailsOf(page)].join(', '),
    ...(stale && reviewed !== undefined && { icon: 'history', colour: 'list.warningForeground' }),
    at,
    context: kind === 'runbook' ? 'runbook' : 'page',
  };
}

/** Whose a page is, and whether it can be trusted. */
export function detailsOf({ kind, owners, reviewed, stale }: RunbookSummary): string[] {
  return [
    ...(kind === 'index' ? ['index'] : []),
    ...(owners.length > 0 ? [owners.join(', ')] : []),
    ...(reviewed === undefined ? [] : [stale ? `not reviewed since ${reviewed}` : `reviewed ${reviewed}`]),
  ];
}

function gapNode({ kind, name, at, url }: RunbookGap, folder: string): GapNode {
  return {
    label: name,
    description: url === undefined ? 'no page' : 'its link leads to no page here',
    icon: 'warning',
    colour: 'list.warningForeground',
    tooltip: `The ${kind} ${name} has no runbook${url === undefined ? '' : `: ${url}`}\n${at.path}`,
    spoken: `${kind} ${name}, no runbook`,
    at,
    context: 'gap',
    subject: { folder, about: kind === 'alert' ? { alert: name } : { service: name } },
  };
}
