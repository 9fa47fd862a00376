/**
 * What the commands of a runbook refer to: scripts, package scripts, targets, compose services, Kubernetes objects.
 * Reads only plain commands; anything with a variable, a placeholder or another folder or machine is left alone. It must
 * never know what is in the repository.
 */
import type { CodeBlock, MarkdownFacts } from '../../artifacts/markdown/facts.ts';
import type { ShellCommand, ShellWord } from '../../artifacts/shell/facts.ts';
import type { TextRange } from '../../text.ts';

export type Reference = { readonly range: TextRange; readonly name: string } & (
  | { readonly kind: 'file' | 'package-script' | 'yarn-script' | 'compose-service' }
  | { readonly kind: 'target'; readonly tool: 'make' | 'task' | 'just' }
  | { readonly kind: 'object'; readonly object: string; readonly namespace?: string }
);

/** A word that stands in the text as it is handed on: without quotes, and with nothing in it to be filled in. */
type Word = ShellWord;

/** After these, commands run in another folder, with other files, or on another machine. */
const leaves = new Set(['cd', 'pushd', 'ssh', 'tar', 'unzip', 'curl', 'wget', 'chroot', 'su', 'vagrant']);
const entering: Readonly<Record<string, RegExp>> = {
  git: /^clone$/,
  docker: /^(?:exec|run)$/,
  kubectl: /^(?:exec|run|debug)$/,
  oc: /^(?:exec|rsh|debug)$/,
};

/** Facts stay the same as long as their text does, so the commands of a page are read once. */
const known = new WeakMap<MarkdownFacts, readonly Reference[]>();

/** The references of all shell code of a page. */
export function referencesOf(page: MarkdownFacts): readonly Reference[] {
  let references = known.get(page);
  if (!references) known.set(page, (references = page.code.flatMap(referencesIn)));
  return references;
}

function referencesIn({ shell, text, range }: CodeBlock): Reference[] {
  const commands = shell?.commands ?? [];
  const local = !commands.some(leads);
  return commands.flatMap((command) => {
    const [first] = command.arguments;
    const { start, end } = command.range;
    // Of a command its name is known without the folder.
    const program = text.slice(start - range.start, (first?.range.start ?? end) - range.start).trimEnd();
    return read(command, { text: program, range: { start, end: start + program.length } }, local);
  });
}

function leads({ name, arguments: words }: ShellCommand): boolean {
  if (leaves.has(name)) return true;
  const verb = Object.hasOwn(entering, name) ? entering[name] : undefined;
  return verb !== undefined && words.some(({ text }) => verb.test(text));
}

function isPlain({ text, range, variable }: Word): boolean {
  return !variable && text.length === range.end - range.start;
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

function read({ name, arguments: words }: ShellCommand, program: Word, local: boolean): Reference[] {
  const [first, second] = words;
  switch (name) {
    case 'npm':
    case 'pnpm':
    case 'yarn':
      return local ? packageScript(name, words) : [];
    case 'make':
    case 'task':
    case 'just':
      return local ? targets(name, words) : [];
    case 'docker':
      return first?.text === 'compose' ? composeServices(words.slice(1)) : [];
    case 'docker-compose':
      return composeServices(words);
    case 'kubectl':
    case 'oc':
      return objects(words);
    default: {
      if (!local) return [];
      const path = interpreters.has(name) ? (first?.text.startsWith('-') ? second : first) : program;
      return path && isPlain(path) && scriptPath.test(path.text) && !path.text.startsWith('..')
        ? [{ kind: 'file', name: path.text, range: path.range }]
        : [];
    }
  }
}

function packageScript(manager: string, [verb, name, ...rest]: readonly Word[]): Reference[] {
  if (
    !verb ||
    !/^(?:run|run-script)$/.test(verb.text) ||
    !name ||
    !isPlain(name) ||
    !plainName.test(name.text)
  )
    return [];
  // In another package of the workspace.
  if (
    rest.some(({ text }) =>
      /^(?:-w|-C|-F|--(?:workspace|workspaces|prefix|filter|dir|cwd)(?:=.*)?)$/.test(text),
    )
  )
    return [];
  const kind = manager === 'yarn' ? 'yarn-script' : 'package-script';
  return [{ kind, name: name.text, range: name.range }];
}

function targets(tool: 'make' | 'task' | 'just', words: readonly Word[]): Reference[] {
  // Options may name another folder or file.
  if (words.some(({ text }) => text.startsWith('-'))) return [];
  const named = tool === 'just' ? words.slice(0, 1) : words;
  return named
    .filter((word) => isPlain(word) && plainName.test(word.text) && !word.text.includes('='))
    .map((word) => ({ kind: 'target', tool, name: word.text, range: word.range }));
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
  if (names.some((word) => !isPlain(word) || !/^[A-Za-z0-9][\w.-]*$/.test(word.text))) return [];
  return names.map((word) => ({ kind: 'compose-service', name: word.text, range: word.range }));
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
    if (!isPlain(word) || (!slashed && next && !isPlain(next))) return;
    const kind = slashed ? slashed[1]! : word.text;
    if (index === 0 || !Object.hasOwn(objectKinds, kind) || texts[0] === 'create') return;
    const name = slashed
      ? slashed[2]!
      : next && /^[a-z0-9][a-z0-9.-]*$/.test(next.text)
        ? next.text
        : undefined;
    if (name === undefined) return;
    const start = slashed ? word.range.start + kind.length + 1 : next!.range.start;
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
