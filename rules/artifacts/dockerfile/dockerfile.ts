/**
 * Dockerfiles and Containerfiles, read into stages. It must never know another file: neither the build context nor
 * the base image.
 *
 * Source: https://docs.docker.com/reference/dockerfile/ and https://docs.docker.com/build/building/variables/
 */
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, Problem, TextFile } from '../artifact.ts';
import type {
  DockerCommand,
  DockerCopy,
  DockerfileFacts,
  DockerInstruction,
  DockerRun,
  DockerStage,
  ImageReference,
} from './facts.ts';
import { assignments, platformArguments, VariableReader } from './variables.ts';
import { splitInstructions, type Instruction, type JoinedText } from './instructions.ts';
import { readRun } from './runs.ts';
import { expand, imageReference, jsonWords, unknownValue, wordsOf, type Scope, type Word } from './words.ts';

export const dockerfile: ArtifactKind<DockerfileFacts> = {
  id: 'dockerfile',
  claims: (path) => fileName.test(path) && !otherLanguage.test(path),
  grammar: () => 'bash',
  mayHold: (text) => holdsInstruction.test(text),
  parse,
};

const fileName = /(?:^|\/)(?:(?:docker|container)file(?:[._-][^/]*)?|[^/]+\.(?:docker|container)file)$/i;
/** `Dockerfile.dockerignore`, pages and code about Dockerfiles, and templates that only become one. */
const otherLanguage =
  /\.(?:dockerignore|md|mdx|rst|adoc|html?|[cm]?[jt]sx?|go|py|rb|rs|java|kt|cs|php|sh|json|ya?ml|toml|lock|j2|jinja2?|erb|tmpl|tpl|gotmpl|template|mustache|hbs|in|orig|rej)$/i;

const keywords = new Set(
  'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR'.split(
    ' ',
  ),
);

const holdsInstruction = new RegExp(`^[ \\t\\uFEFF]*(?:${[...keywords].join('|')})[ \\t\\\\\`]`, 'im');

/** Nobody writes more stages than this; each carries a copy of what it inherits. */
const maxStages = 200;
/** Nor more instructions; some rules compare each with each. */
const maxInstructions = 5000;
/** EXPOSE with a range of more ports than this says nothing about where the service listens. */
const maxPortRange = 20;

function parse(file: TextFile): Parsed<DockerfileFacts> {
  const { text } = file;
  const { escape, syntax, instructions } = splitInstructions(text);
  if (!instructions.some(({ keyword }) => keywords.has(keyword))) return { problems: [] };
  if (instructions.filter(({ keyword }) => keyword === 'FROM').length > maxStages) {
    return {
      problems: [{ message: `It has more than ${maxStages} stages.`, range: instructions[0]!.range }],
    };
  }
  if (instructions.length > maxInstructions) {
    const message = `It has more than ${maxInstructions} instructions.`;
    return { problems: [{ message, range: instructions[0]!.range }] };
  }
  const ownSyntax = syntax === undefined || /(?:^|\/)docker(?:file-upstream|\/dockerfile)/.test(syntax);
  const isFragment = !instructions.some(({ keyword }) => keyword === 'FROM');
  const reader = new StageReader(escape, file, isFragment);
  for (const instruction of instructions) reader.read(instruction);
  return { facts: reader.facts(), problems: problemsOf(instructions, ownSyntax) };
}

function problemsOf(instructions: readonly Instruction[], ownSyntax: boolean): Problem[] {
  const problems: Problem[] = [];
  for (const {
    keyword,
    keywordRange,
    heredocs,
    arguments: { text },
  } of instructions) {
    if (!keywords.has(keyword)) {
      if (ownSyntax)
        problems.push({ message: `Docker knows no instruction ${keyword}.`, range: keywordRange });
    } else if (text === '') {
      problems.push({ message: `${keyword} has no arguments.`, range: keywordRange });
    }
    for (const { terminated, range } of heredocs) {
      if (!terminated) problems.push({ message: 'The here-document is never closed.', range });
    }
  }
  return problems;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

interface OpenStage extends Mutable<
  Omit<
    DockerStage,
    'range' | 'users' | 'workdirs' | 'exposes' | 'exposed' | 'copies' | 'runs' | 'onbuildRuns' | 'environment'
  >
> {
  range: { start: number; end: number };
  users: Ranged<string>[];
  workdirs: Ranged<string>[];
  exposes: Ranged<number>[];
  exposed: DockerStage['exposed'][number][];
  copies: DockerCopy[];
  runs: DockerRun[];
  onbuildRuns?: DockerRun[];
  environment: Map<string, Ranged<string>>;
  /** ENV and ARG as the next instruction sees them, those of base stages included. */
  env: Map<string, string | undefined>;
  args: Map<string, string | undefined>;
}

/** Reads instruction after instruction, as a build would, and keeps what each stage says. */
class StageReader {
  readonly #escape: string;
  readonly #file: TextFile;
  readonly #stages: OpenStage[] = [];
  readonly #instructions: DockerInstruction[] = [];
  readonly #globals = new Map<string, string | undefined>();
  /** What global arguments are worth when the build gives none. */
  readonly #defaults = new Map<string, string>();
  readonly #names = new Map<string, number>();
  readonly #variables: VariableReader;
  readonly #fragment: OpenStage | undefined;

  constructor(escape: string, file: TextFile, isFragment: boolean) {
    this.#escape = escape;
    this.#file = file;
    this.#variables = new VariableReader(escape);
    if (isFragment) this.#fragment = emptyStage(-1, { value: { text: '' }, range: { start: 0, end: 0 } });
  }

  read(instruction: Instruction): void {
    if (instruction.keyword === 'FROM') this.#open(instruction);
    else this.#variables.read(instruction, this.#fragment !== undefined);
    const stage = this.#stage();
    const { keyword, keywordRange, range, arguments: joined } = instruction;
    this.#instructions.push({
      keyword,
      range,
      keywordRange,
      ...(joined.text !== '' && { argumentsRange: { start: joined.range(0, 0).start, end: range.end } }),
      arguments: joined.text,
      stage: this.#stages.length - 1,
      ...formOf(instruction, this.#escape),
    });
    if (keyword === 'ARG') this.#readArguments(joined);
    if (!stage) return;
    stage.range.end = range.end;
    this.#readInto(stage, instruction);
  }

  #stage(): OpenStage | undefined {
    return this.#stages.at(-1) ?? this.#fragment;
  }

  facts(): DockerfileFacts {
    const globals = [...this.#globals].filter((entry): entry is [string, string] => entry[1] !== undefined);
    return {
      instructions: this.#instructions,
      stages: this.#stages.map(closed),
      ...(this.#fragment && { fragment: closed(this.#fragment) }),
      variables: this.#variables.declared,
      unset: this.#variables.unset,
      globalArguments: Object.fromEntries(globals),
      ...(this.#escape !== '\\' && { escape: this.#escape }),
    };
  }

  #open(instruction: Instruction): void {
    const { range, arguments: joined } = instruction;
    const all = wordsOf(joined, this.#escape);
    const words = all.filter(({ text }) => !text.startsWith('--'));
    const platform = all.find(({ text }) => text.startsWith('--platform='));
    const scope: Scope = { lookup: (name) => this.#globals.get(name) };
    const image = words[0] ?? { text: '', range: { start: range.end, end: range.end } };
    const value = imageReference(image.text, scope, this.#escape);
    const name = words[1]?.text.toLowerCase() === 'as' ? words[2] : undefined;
    const baseStage = value.resolved === undefined ? undefined : this.#stageNamed(value.resolved);
    const base = baseStage === undefined ? undefined : this.#stages[baseStage];
    if (name !== undefined) this.#names.set(name.text.toLowerCase(), this.#stages.length);
    this.#variables.from(instruction, baseStage);
    this.#stages.push({
      ...emptyStage(this.#stages.length, { value: withoutUndefined(value), range: image.range }),
      ...(name !== undefined && { name: name.text, nameRange: name.range }),
      ...(platform && { platform: afterEquals(platform) }),
      fromByDefault: expand(image.text, this.#defaultScope(), this.#escape),
      ...(baseStage !== undefined && { baseStage }),
      range: { ...range },
      env: new Map(base?.env),
      args: new Map(base?.args),
    });
  }

  /** What FROM sees when the build gives no arguments. */
  #defaultScope(): Scope {
    const lookup = (name: string): string | undefined =>
      this.#defaults.get(name) ?? (platformArguments.has(name) ? unknownValue : undefined);
    return { lookup, closed: true };
  }

  #stageNamed(name: string): number | undefined {
    return this.#names.get(name.toLowerCase());
  }

  /** A global ARG counts in FROM alone, until a stage declares it again without a value. */
  #readArguments(joined: JoinedText): void {
    const stage = this.#stage();
    const scope = this.#scope();
    for (const { text } of wordsOf(joined, this.#escape)) {
      const equals = text.indexOf('=');
      const name = equals === -1 ? text : text.slice(0, equals);
      const value = equals === -1 ? undefined : known(expand(text.slice(equals + 1), scope, this.#escape));
      if (stage) stage.args.set(name, equals === -1 ? this.#globals.get(name) : value);
      else this.#globals.set(name, value);
      if (!stage && equals !== -1)
        this.#defaults.set(name, expand(text.slice(equals + 1), this.#defaultScope(), this.#escape));
    }
  }

  #scope(): Scope {
    const stage = this.#stage();
    if (!stage) return { lookup: (name) => this.#globals.get(name) };
    return { lookup: (name) => (stage.env.has(name) ? stage.env.get(name) : stage.args.get(name)) };
  }

  #readInto(stage: OpenStage, instruction: Instruction): void {
    const { keyword, range, arguments: joined } = instruction;
    const text = joined.text;
    if (text === '') return;
    const whole = joined.range(0, text.length);
    switch (keyword) {
      case 'USER':
        stage.users.push({ value: this.#expanded(text), range: whole });
        break;
      case 'WORKDIR':
        stage.workdirs.push({ value: this.#expanded(text), range: whole });
        break;
      case 'EXPOSE':
        stage.exposes.push(...this.#ports(joined));
        for (const { text: word, range: at } of wordsOf(joined, this.#escape)) {
          stage.exposed.push({ value: this.#expanded(word), written: word, range: at });
        }
        break;
      case 'ENV':
        this.#readEnvironment(stage, joined);
        break;
      case 'SHELL':
        stage.shell = { value: jsonWords(text) ?? [], range: whole };
        break;
      case 'CMD':
        stage.cmd = command(joined, range);
        break;
      case 'ENTRYPOINT':
        stage.entrypoint = command(joined, range);
        break;
      case 'HEALTHCHECK':
        stage.healthcheck = healthcheck(joined, range, this.#escape);
        break;
      case 'COPY':
      case 'ADD':
        stage.copies.push(this.#copy(keyword, joined, range));
        break;
      case 'RUN':
        stage.runs.push(this.#run(stage, joined, instruction));
        break;
      case 'ONBUILD':
        if (/^run\s/i.test(text))
          (stage.onbuildRuns ??= []).push(this.#run(stage, joined.slice(3), instruction));
    }
  }

  #run(stage: OpenStage, joined: JoinedText, { heredocs, keywordRange }: Instruction): DockerRun {
    const { flags, rest } = flagsOf(joined, this.#escape);
    const shell = this.#shellOf(stage);
    return readRun({ flags, rest, heredocs, keywordRange, shell, base: this.#baseOf(stage) }, this.#file);
  }

  #shellOf(stage: OpenStage): readonly string[] | undefined {
    for (let at: OpenStage | undefined = stage; at; at = this.#below(at)) if (at.shell) return at.shell.value;
    return undefined;
  }

  #baseOf(stage: OpenStage): string {
    let lowest = stage;
    for (let at: OpenStage | undefined = stage; at; at = this.#below(at)) lowest = at;
    return lowest.from.value.resolved ?? lowest.from.value.text;
  }

  #below({ baseStage }: OpenStage): OpenStage | undefined {
    return baseStage === undefined ? undefined : this.#stages[baseStage];
  }

  /** A variable that is not known is left as it is written. */
  #expanded(text: string): string {
    return known(expand(text, this.#scope(), this.#escape)) ?? text;
  }

  #ports(joined: JoinedText): Ranged<number>[] {
    const ports: Ranged<number>[] = [];
    for (const { text, range } of wordsOf(joined, this.#escape)) {
      for (const word of this.#expanded(text).split(/\s+/)) {
        const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/\w+)?$/.exec(word);
        if (!match) continue;
        const first = Number(match[1]);
        const last = Number(match[2] ?? match[1]);
        if (last - first >= maxPortRange) continue;
        for (let port = first; port <= last && port <= 65535; port++) ports.push({ value: port, range });
      }
    }
    return ports;
  }

  #readEnvironment(stage: OpenStage, joined: JoinedText): void {
    // All values of one ENV see the environment as it was before it.
    const scope = this.#scope();
    const values = assignments(joined, this.#escape).map(({ name, value: written }) => ({
      name,
      text: written?.value ?? '',
      range: written?.range ?? joined.range(0, 0),
      value: expand(written?.value ?? '', scope, this.#escape),
    }));
    for (const { name, range, value, text } of values) {
      stage.env.set(name, known(value));
      stage.environment.set(name, { value: known(value) ?? text, range });
    }
  }

  #copy(keyword: 'COPY' | 'ADD', joined: JoinedText, range: Instruction['range']): DockerCopy {
    const { flags, rest } = flagsOf(joined, this.#escape);
    const from = flags.find(({ text }) => text.startsWith('--from='));
    const words = jsonWords(rest.text) ?? wordsOf(rest, this.#escape).map(({ text }) => text);
    const paths = words.filter((word) => !/^\d*<</.test(word)).map((word) => this.#expanded(word));
    const reference = from?.text.slice('--from='.length);
    return {
      keyword,
      ...(from && reference && { fromRange: afterEquals(from).range, ...this.#source(reference, from) }),
      flags: flags.map(({ text, range: at }) => ({ value: text, range: at })),
      sources: paths.slice(0, words.length > 1 ? paths.length - 1 : paths.length),
      written: words.slice(0, -1).map((word) => word.replace(/^["']|["']$/g, '')),
      destination: words.length > 1 ? (paths.at(-1) ?? '') : '',
      range,
    };
  }

  #source(reference: string, { range }: Word): Pick<DockerCopy, 'from' | 'fromStage' | 'fromImage'> {
    // Only global arguments could be meant: a stage's own are not seen by --from.
    const image = imageReference(reference, { lookup: (name) => this.#globals.get(name) }, this.#escape);
    const from = image.resolved ?? reference;
    const named = this.#stageNamed(from);
    const index = /^\d+$/.test(from) ? Number(from) : undefined;
    const fromStage = named ?? (index !== undefined && index < this.#stages.length - 1 ? index : undefined);
    const start = range.end - reference.length;
    if (fromStage !== undefined) return { from, fromStage };
    return { from, fromImage: { value: withoutUndefined(image), range: { start, end: range.end } } };
  }
}

function known(value: string): string | undefined {
  return value.includes(unknownValue) ? undefined : value;
}

/** Facts are JSON: an absent part is absent. */
function withoutUndefined(image: ImageReference): ImageReference {
  return Object.fromEntries(
    Object.entries(image).filter(([, part]) => part !== undefined),
  ) as unknown as ImageReference;
}

function afterEquals({ text, range }: Word): Ranged<string> {
  const value = text.slice(text.indexOf('=') + 1);
  return { value, range: { start: range.end - value.length, end: range.end } };
}

function emptyStage(index: number, from: OpenStage['from']): OpenStage {
  return {
    index,
    from,
    fromByDefault: '',
    range: { ...from.range },
    users: [],
    workdirs: [],
    exposes: [],
    exposed: [],
    environment: new Map(),
    copies: [],
    runs: [],
    env: new Map(),
    args: new Map(),
  };
}

function closed({ env: _env, args: _args, environment, ...stage }: OpenStage): DockerStage {
  return { ...stage, environment: Object.fromEntries(environment) };
}

function formOf(
  { keyword, arguments: joined }: Instruction,
  escape: string,
): Pick<DockerInstruction, 'form'> {
  if (joined.text === '') return {};
  if (keyword === 'CMD' || keyword === 'ENTRYPOINT')
    return { form: jsonWords(joined.text) ? 'exec' : 'shell' };
  if (keyword !== 'HEALTHCHECK') return {};
  const [, probe] = /^cmd\b\s*([^]+)/i.exec(flagsOf(joined, escape).rest.text) ?? [];
  return probe === undefined ? {} : { form: jsonWords(probe) ? 'exec' : 'shell' };
}

function flagsOf(joined: JoinedText, escape: string): { flags: Word[]; rest: JoinedText } {
  const words = joined.text.startsWith('--') ? wordsOf(joined, escape) : [];
  const first = words.findIndex(({ text }) => !text.startsWith('--'));
  const flags = first === -1 ? words : words.slice(0, first);
  const rest =
    flags.length === 0 ? joined : joined.slice(first === -1 ? joined.text.length : words[first]!.at);
  return { flags, rest };
}

function command(joined: JoinedText, range: Instruction['range']): DockerCommand {
  const exec = jsonWords(joined.text);
  const argumentsRange = joined.range(0, joined.text.length);
  if (exec) return { form: 'exec', words: exec, range, argumentsRange };
  return { form: 'shell', words: [joined.text], range, argumentsRange };
}

function healthcheck(
  joined: JoinedText,
  range: Instruction['range'],
  escape: string,
): DockerStage['healthcheck'] {
  const { rest } = flagsOf(joined, escape);
  if (/^none\s*$/i.test(rest.text)) return { none: true, range };
  const keyword = /^cmd\b/i.exec(rest.text);
  const probe = keyword ? rest.slice(keyword[0].length) : undefined;
  return { none: false, ...(probe && probe.text !== '' && { command: command(probe, range) }), range };
}
