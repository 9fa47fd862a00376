/** The Services view: every service, what it serves, who asks it, what belongs to it, and why it is taken for one. */
import type {
  FolderServices,
  ServiceGroup,
  ServiceLine,
  ServiceLineKind,
  ServiceSummary,
} from '../../server/protocol.ts';
import { byFolder, whereOf, type TreeNode } from './tree.ts';

const kinds: Readonly<Record<ServiceLineKind, { readonly title: string; readonly icon: string }>> = {
  listens: { title: 'Listens', icon: 'radio-tower' },
  serves: { title: 'Endpoints', icon: 'plug' },
  asked: { title: 'Health checks', icon: 'pulse' },
  runs: { title: 'Runs as', icon: 'server-process' },
  built: { title: 'Built by', icon: 'package' },
  traced: { title: 'Tracing', icon: 'git-commit' },
  calls: { title: 'Calls', icon: 'references' },
  owned: { title: 'Owners', icon: 'organization' },
  alerts: { title: 'Alerts', icon: 'bell' },
  runbooks: { title: 'Runbooks', icon: 'book' },
  flags: { title: 'Feature flags', icon: 'flag' },
  because: { title: 'Why it is a service', icon: 'question' },
};

export function serviceNodes(folders: readonly FolderServices[]): readonly TreeNode[] {
  return byFolder(folders.map(({ name, services }) => ({ name, nodes: services.map(serviceNode) })));
}

function serviceNode({ name, description, at, groups }: ServiceSummary): TreeNode {
  const byKind = new Map(groups.map((group) => [group.kind, group]));
  const ordered = (Object.keys(kinds) as ServiceLineKind[]).map((kind) => byKind.get(kind));
  return {
    label: name,
    description,
    icon: 'symbol-module',
    at,
    children: ordered.filter((group) => group !== undefined).map(groupNode),
  };
}

function groupNode({ kind, lines }: ServiceGroup): TreeNode {
  const { title, icon } = kinds[kind];
  return { label: title, description: String(lines.length), icon, children: lines.map(lineNode) };
}

function lineNode({ text, at, other }: ServiceLine): TreeNode {
  if (!other) return { label: text, at };
  if (!other.at) {
    const missing = other.found === 'no';
    return {
      label: text,
      description: missing ? `not ${other.as}` : `perhaps ${other.as}`,
      icon: missing ? 'warning' : 'question',
      ...(missing && { colour: 'list.warningForeground' }),
      at,
    };
  }
  const end = { label: `${other.as} in ${whereOf(other.at)}`, icon: 'arrow-right', at: other.at };
  return { label: text, description: other.as, icon: 'pass', at, children: [end] };
}
