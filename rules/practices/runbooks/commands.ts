/**
 * What the commands of a runbook refer to: scripts, package scripts, targets, compose services, Kubernetes objects.
 * Reads only plain commands; anything with a variable, a placeholder or another folder or machine is left alone. It must
 * never know what is in the repository.
 */
import type { CodeBlock, MarkdownFacts } from '../../artifacts/markdown/facts.ts';
import type { TextRange } from '../../text.ts';

export type Reference = { readonly range: TextRange; readonly name: string } & (
  | { readonly kind: 'file' | 'package-script' | 'yarn-script' | 'compose-service' }
  | { readonly kind: 'target'; readonly tool: 'make' | 'task' | 'just' }
  | { readonly kind: 'object'; readonly object: string; readonly namespace?: string }
);

interface Word {
  readonly text: string;
  readonly start: number;
}

const shells = new Set([
  'sh',
  'bash',
  'shell',
  'zsh',
  'console',
  'shell-session',
  'sh-session',
  'terminal',
  'shellsession',
]);
/** After these, commands run in another folder, with other files, or on another machine. */
const leaves =
  /(?:^|[;&|(]\s*|\$ )(?:cd|pushd|ssh|git clone|tar|unzip|curl|wget|docker (?:exec|run)|kubectl (?:exec|run|debug)|oc (?:exec|rsh|debug)|chroot|su|vagrant)\b/m;

/** Facts stay the same as long as their text does, so the commands of a page are read once. */
const known = new WeakMap<MarkdownFacts, readonly Reference[]>();

/** The references of all shell code of a page. */
export function referencesOf(page: MarkdownFacts): readonly Reference[] {
  let references = known.get(page);
  if (!references) known.set(page, (references = page.code.flatMap(referencesIn)));
  return references;
}

/** None where a block is not a shell's. */
function referencesIn({ language, text, range, inline }: CodeBlock): Reference[] {
  if (inline || (language !== undefined && !shells.has(language))) return [];
  const local = !leaves.test(text);
  const found: Reference[] = [];
  for (const words of commands(text, language === undefined)) {
    found.push(...read(words, local));
  }
  return found.map((reference) => ({
    ...reference,
    range: { start: range.start + reference.range.start, end: range.start + reference.range.end },
  }));
}

/** The words of each command that is on one line. Without a language, only lines with a prompt are commands. */
function commands(text: string, prompted: boolean): Word[][] {
  const found: Word[][] = [];
  let heredoc: string | undefined;
  for (const match of text.matchAll(/[^\r\n]+/g)) {
    const line = match[0];
    if (heredoc !== undefined) {
      if (line.trim() === heredoc) heredoc = undefined;
      continue;
    }
    heredoc = /<<-?\s*["']?(\w+)/.exec(line)?.[1];
    const prompt = /^[ \t>]*(?:[$%]|#(?=[ \t]+(?:kubectl|make|npm|docker)\b))[ \t]+/.exec(line)?.[0] ?? '';
    if ((prompted && prompt === '') || (prompt === '' && /^[ \t]*#/.test(line))) continue;
    let words: Word[] = [];
    for (const word of line
      .slice(prompt.length)
      .matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|&&|\|\||[;|&]|(?:\\.|[^\s"';|&\\])+|\\$/g)) {
      if (/^(?:&&|\|\||[;|&])$/.test(word[0])) {
        found.push(words);
        words = [];
      } else words.push({ text: word[0], start: match.index + prompt.length + word.index });
    }
    found.push(words);
  }
  return found.map(withoutPrefix).filter((words) => words.length > 0);
}

/** Comments, assignments and words such as sudo are not the command. */
function withoutPrefix(words: readonly Word[]): Word[] {
  const comment = words.findIndex(({ text }) => text.startsWith('#'));
  const kept = comment < 0 ? [...words] : words.slice(0, comment);
  while (kept[0] && /^(?:sudo|time|watch|exec|env|[A-Z_][A-Z0-9_]*=\S*)$/.test(kept[0].text)) kept.shift();
  return kept;
}

const plainName = /^[A-Za-z0-9][\w.:/@-]*$/;
const scriptPath = /^(?:\.\/)?(?:[\w.-]+\/)+[\w.-]+\.(?:sh|bash|py|rb|js|mjs|cjs|ts|pl)$/;
const interpreters = new Set([
  'bash',
  'sh',
  'zsh',
  'source',
  '.',
  'python',
  'python3',
  'node',
  'ruby',
  'perl',
  'tsx',
  'ts-node',
]);

function read(words: readonly Word[], local: boolean): Reference[] {
  const [command, first, second] = words;
  if (!command) return [];
  const rest = words.slice(1);
  switch (command.text) {
    case 'npm':
    case 'pnpm':
    case 'yarn':
      return local ? packageScript(command.text, rest) : [];
    case 'make':
    case 'task':
    case 'just':
      return local ? targets(command.text, rest) : [];
    case 'docker':
      return first?.text === 'compose' ? composeServices(rest.slice(1)) : [];
    case 'docker-compose':
      return composeServices(rest);
    case 'kubectl':
    case 'oc':
      return objects(rest);
    default: {
      if (!local) return [];
      const path = interpreters.has(command.text) ? (first?.text.startsWith('-') ? second : first) : command;
      return path && scriptPath.test(path.text) && !path.text.startsWith('..')
        ? [{ kind: 'file', name: path.text, range: rangeOf(path) }]
        : [];
    }
  }
}

function packageScript(manager: string, [verb, name, ...rest]: readonly Word[]): Reference[] {
  if (!verb || !/^(?:run|run-script)$/.test(verb.text) || !name || !plainName.test(name.text)) return [];
  // In another package of the workspace.
  if (
    rest.some(({ text }) =>
      /^(?:-w|-C|-F|--(?:workspace|workspaces|prefix|filter|dir|cwd)(?:=.*)?)$/.test(text),
    )
  )
    return [];
  return [
    { kind: manager === 'yarn' ? 'yarn-script' : 'package-script', name: name.text, range: rangeOf(name) },
  ];
}

function targets(tool: 'make' | 'task' | 'just', words: readonly Word[]): Reference[] {
  // Options may name another folder or file.
  if (words.some(({ text }) => text.startsWith('-'))) return [];
  const named = tool === 'just' ? words.slice(0, 1) : words;
  return named
    .filter(({ text }) => plainName.test(text) && !text.includes('='))
    .map((word) => ({ kind: 'target', tool, name: word.text, range: rangeOf(word) }));
}

/** Commands of compose, and whether all of their arguments are services or only the first one. */
const composeCommands: Readonly<Record<string, 'all' | 'first'>> = {
  ...{
    logs: 'all',
    restart: 'all',
    up: 'all',
    stop: 'all',
    start: 'all',
    kill: 'all',
    pull: 'all',
    build: 'all',
    ps: 'all',
    rm: 'all',
  },
  ...{ exec: 'first', run: 'first', port: 'first', top: 'all', pause: 'all', unpause: 'all' },
};
const composeValueFlags =
  /^(?:-n|--tail|--since|--until|-u|--user|-e|--env|-t|--timeout|--scale|-w|--workdir|-s|--signal|--index|--pull|--name|-v|--volume|-p|--publish)$/;

function composeServices([verb, ...words]: readonly Word[]): Reference[] {
  const takes = verb && Object.hasOwn(composeCommands, verb.text) ? composeCommands[verb.text] : undefined;
  if (!takes) return [];
  const names: Word[] = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index]!;
    if (composeValueFlags.test(word.text)) index += 1;
    else if (!word.text.startsWith('-')) names.push(word);
    if (takes === 'first' && names.length > 0) break;
  }
  if (names.some(({ text }) => !/^[A-Za-z0-9][\w.-]*$/.test(text))) return [];
  return names.map((word) => ({ kind: 'compose-service', name: word.text, range: rangeOf(word) }));
}

const objectKinds: Readonly<Record<string, string>> = {
  ...{
    deployment: 'Deployment',
    deployments: 'Deployment',
    deploy: 'Deployment',
    'deployment.apps': 'Deployment',
  },
  ...{ statefulset: 'StatefulSet', statefulsets: 'StatefulSet', sts: 'StatefulSet' },
  ...{ daemonset: 'DaemonSet', daemonsets: 'DaemonSet', ds: 'DaemonSet' },
  ...{ service: 'Service', services: 'Service', svc: 'Service' },
  ...{ cronjob: 'CronJob', cronjobs: 'CronJob', cj: 'CronJob' },
  ...{
    ingress: 'Ingress',
    ing: 'Ingress',
    hpa: 'HorizontalPodAutoscaler',
    horizontalpodautoscaler: 'HorizontalPodAutoscaler',
  },
};

function objects(words: readonly Word[]): Reference[] {
  const texts = words.map(({ text }) => text);
  if (
    texts.some((text) =>
      /^--(?:context|kubeconfig|cluster)\b|^-[fkl]$|^--(?:filename|selector|kustomize)\b/.test(text),
    )
  )
    return [];
  const flag = texts.findIndex((text) => /^(?:-n|--namespace)$/.test(text));
  const joined = texts.map((text) => /^(?:--namespace=|-n=?)(\S+)$/.exec(text)?.[1]).find(Boolean);
  const namespace = flag >= 0 ? texts[flag + 1] : joined;
  const found: Reference[] = [];
  words.forEach((word, index) => {
    const slashed = /^([a-z.]+)\/([a-z0-9][a-z0-9.-]*)$/.exec(word.text);
    const next = words[index + 1];
    const kind = slashed ? slashed[1]! : word.text;
    if (index === 0 || !Object.hasOwn(objectKinds, kind) || texts[0] === 'create') return;
    const name = slashed
      ? slashed[2]!
      : next && /^[a-z0-9][a-z0-9.-]*$/.test(next.text)
        ? next.text
        : undefined;
    if (name === undefined) return;
    const start = slashed ? word.start + kind.length + 1 : next!.start;
    const range = { start, end: start + name.length };
    found.push({
      kind: 'object',
      object: objectKinds[kind]!,
      name,
      range,
      ...(namespace !== undefined && { namespace }),
    });
  });
  return found;
}

function rangeOf({ start, text }: Word): TextRange {
  return { start, end: start + text.length };
}
