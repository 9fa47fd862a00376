/**
 * Commands that destroy what is hard to get back: data, volumes, clusters, history. Restarting, scaling and deleting pods
 * are what runbooks are for, and are no danger here. It must never know where a command is written.
 */
import type { ShellCommand } from '../../artifacts/shell/facts.ts';

export interface Danger {
  /** The command as people say it: `kubectl delete pvc`. */
  readonly command: string;
  /** A clause that completes "which …". */
  readonly effect: string;
}

/** What a command destroys; undefined where it destroys nothing that is known, or only tries. */
export function dangerOf(command: ShellCommand): Danger | undefined {
  const words = command.arguments.map(({ text }) => text);
  if (words.some((word) => tries.test(word))) return undefined;
  const plain = words.filter((word) => !word.startsWith('-'));
  const judge = Object.hasOwn(judges, command.name) ? judges[command.name] : undefined;
  const effect = judge?.(words, plain);
  if (effect === undefined) return /^mkfs(?:\.\w+)?$/.test(command.name) ? formats(command.name) : undefined;
  return { command: [command.name, ...effect.words].join(' '), effect: effect.says };
}

const tries = /^(?:--dry-run(?:=.*)?|--dryrun|--check|--plan|--noop|--help|--diff)$/;

interface Effect {
  readonly words: readonly string[];
  readonly says: string;
}
type Judge = (words: readonly string[], plain: readonly string[]) => Effect | undefined;

const formats = (name: string): Danger => ({ command: name, effect: 'wipes whatever is on that disk' });

/** Objects of Kubernetes that hold data or other objects. */
const precious: readonly (readonly [RegExp, string])[] = [
  [/^(?:ns|namespaces?)$/, 'deletes everything in that namespace'],
  [/^(?:pvc|persistentvolumeclaims?)$/, 'deletes the data on that volume'],
  [/^(?:pv|persistentvolumes?)$/, 'deletes the data on that volume'],
  [/^(?:crds?|customresourcedefinitions?)(?:\..*)?$/, 'deletes every object of that kind'],
];

const judges: Readonly<Record<string, Judge>> = {
  kubectl: kubernetes,
  oc: kubernetes,
  rm: removes,
  helm: (_, [verb]) =>
    verb === 'uninstall' || verb === 'delete'
      ? { words: [verb], says: 'deletes everything that release has installed' }
      : undefined,
  terraform: terraform,
  tofu: terraform,
  docker: (words, plain) => docker(words, plain),
  'docker-compose': (words, plain) => composeDown(words, plain),
  git: (words, [verb]) => {
    if (verb === 'push' && words.some((word) => /^(?:-f|--force)$/.test(word)))
      return { words: ['push', '--force'], says: "writes over other people's commits" };
    return undefined;
  },
  dd: (words) =>
    words.some((word) => /^of=\/dev\/(?!null|stdout)/.test(word))
      ? { words: ['of=/dev/…'], says: 'writes over whatever is on that disk' }
      : undefined,
  wipefs: (words) => (words.some((word) => /^(?:-a|--all|-af)$/.test(word)) ? wipes : undefined),
  shred: () => wipes,
  dropdb: () => ({ words: [], says: 'deletes a database with all of its data' }),
  psql: sql,
  mysql: sql,
  mariadb: sql,
  sqlite3: sql,
  'clickhouse-client': sql,
  cqlsh: sql,
  'redis-cli': (words) => {
    const found = words.find((word) => /^flush(?:all|db)$/i.test(word));
    return found ? { words: [found], says: 'deletes every key' } : undefined;
  },
  mongo: mongo,
  mongosh: mongo,
  aws: (words, [service, verb]) => {
    if (service === 's3' && verb === 'rm' && words.includes('--recursive'))
      return { words: ['s3', 'rm', '--recursive'], says: 'deletes every object below that path' };
    if (service === 's3' && verb === 'rb' && words.includes('--force'))
      return { words: ['s3', 'rb', '--force'], says: 'deletes a bucket with all of its objects' };
    return service !== undefined &&
      verb !== undefined &&
      /^(?:delete-(?:db-|table|cluster|volume|file-system|stack|cache-|domain|stream|key)|terminate-)/.test(
        verb,
      )
      ? { words: [service, verb], says: 'deletes it with all of its data' }
      : undefined;
  },
  gcloud: (_, plain) => {
    const verb = plain.indexOf('delete');
    return verb > 0 && /^(?:projects|sql|container|spanner|filestore|bigtable)$/.test(plain[0]!)
      ? { words: plain.slice(0, verb + 1), says: 'deletes it with all of its data' }
      : undefined;
  },
  gsutil: (words, [verb]) =>
    (verb === 'rm' || verb === 'rb') && words.some((word) => /^-[a-z]*[rR]/.test(word))
      ? { words: [verb, '-r'], says: 'deletes every object below that path' }
      : undefined,
  az: (_, [group, verb]) =>
    group === 'group' && verb === 'delete'
      ? { words: ['group', 'delete'], says: 'deletes everything in that resource group' }
      : undefined,
  etcdctl: (words, plain) =>
    plain[0] === 'del' && words.some((word) => /^--(?:prefix|from-key)/.test(word))
      ? { words: ['del', '--prefix'], says: 'deletes every key below that prefix' }
      : undefined,
  'kafka-topics': kafka,
  'kafka-topics.sh': kafka,
  lvremove: () => wipes,
  vgremove: () => wipes,
  zpool: (_, [verb]) => (verb === 'destroy' ? { ...wipes, words: ['destroy'] } : undefined),
  zfs: (_, [verb]) => (verb === 'destroy' ? { ...wipes, words: ['destroy'] } : undefined),
};

const wipes: Effect = { words: [], says: 'wipes whatever is on that disk' };

function kubernetes(words: readonly string[], plain: readonly string[]): Effect | undefined {
  const at = plain.indexOf('delete');
  // Words before the verb are values of options.
  if (at < 0 || plain.slice(0, at).includes('exec')) return undefined;
  const kinds = (plain[at + 1] ?? '').split(',').map((kind) => kind.split('/')[0]!.toLowerCase());
  for (const [pattern, says] of precious) {
    const kind = kinds.find((each) => pattern.test(each));
    if (kind !== undefined) return { words: ['delete', kind], says };
  }
  const everything = words.includes('--all') && !/^(?:pods?|po|jobs?|events?)$/.test(kinds[0] ?? '');
  return everything
    ? { words: ['delete', plain[at + 1] ?? '', '--all'], says: 'deletes all objects of that kind' }
    : undefined;
}

/** Folders of which nobody misses anything. */
const disposable =
  /^(?:\/var)?\/tmp\/|^\/?tmp\b|(?:^|\/)(?:node_modules|dist|build|target|\.cache|cache|__pycache__|\.terraform)\/?\*?$|\.(?:tmp|lock|pid|log|zip|gz|tgz)$/;

function removes(words: readonly string[], plain: readonly string[]): Effect | undefined {
  const flags = words.filter((word) => /^-[a-zA-Z]+$/.test(word)).join('');
  const recursive = /[rR]/.test(flags) || words.includes('--recursive');
  const asks = flags.includes('i') || flags.includes('I');
  // What is named by a relative path was made by a step before, as a rule.
  const lasting = plain.filter((path) => /^(?:\/|~|\$)/.test(path) && !disposable.test(path));
  return recursive && !asks && lasting.length > 0
    ? { words: ['-r', lasting[0]!], says: 'deletes that folder with everything below it' }
    : undefined;
}

function terraform(words: readonly string[], [verb]: readonly string[]): Effect | undefined {
  if (verb === 'destroy' || words.includes('-destroy'))
    return { words: ['destroy'], says: 'deletes everything that configuration has made' };
  return undefined;
}

function docker(words: readonly string[], plain: readonly string[]): Effect | undefined {
  const [noun, verb] = plain;
  if (noun === 'compose') return composeDown(words, plain.slice(1), 'compose');
  if (noun === 'volume' && (verb === 'rm' || verb === 'prune'))
    return { words: [noun, verb], says: 'deletes the data on those volumes' };
  if (noun === 'system' && verb === 'prune' && words.includes('--volumes'))
    return { words: [noun, verb, '--volumes'], says: 'deletes the data on unused volumes' };
  return undefined;
}

function composeDown(
  words: readonly string[],
  plain: readonly string[],
  ...before: readonly string[]
): Effect | undefined {
  return plain.includes('down') && words.some((word) => /^(?:-v|--volumes)$/.test(word))
    ? { words: [...before, 'down', '--volumes'], says: 'deletes the data on their volumes' }
    : undefined;
}

const destructiveSql =
  /\b(drop\s+(?:database|schema|table|keyspace)|truncate(?:\s+table)?\b(?=\s+\w)|delete\s+from\s+[\w."`]+\s*(?=;|$|["']))/i;

function sql(words: readonly string[]): Effect | undefined {
  const found = words.map((word) => destructiveSql.exec(word)?.[1]).find((match) => match !== undefined);
  return found === undefined
    ? undefined
    : { words: [found.replace(/\s+/g, ' ').trim()], says: 'deletes data for good' };
}

function mongo(words: readonly string[]): Effect | undefined {
  const found = words
    .map((word) => /\b(dropDatabase|drop|deleteMany\(\{\}\))\b/.exec(word)?.[1])
    .find(Boolean);
  return found ? { words: [found], says: 'deletes data for good' } : undefined;
}

function kafka(words: readonly string[]): Effect | undefined {
  return words.includes('--delete')
    ? { words: ['--delete'], says: 'deletes a topic with all of its messages' }
    : undefined;
}
