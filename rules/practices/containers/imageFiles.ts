/**
 * Which files of the build context stand where in an image, as COPY and WORKDIR put them there. It must never know what
 * the files are for.
 */
import type {
  DockerCopy,
  DockerInstruction,
  DockerRun,
  DockerStage,
} from '../../artifacts/dockerfile/facts.ts';
import { chain } from '../../model/dockerfiles.ts';
import type { Dockerfile, Model } from '../../model/model.ts';
import { baseOf, folderOf, join, resolve } from '../../model/paths.ts';

/** A file of the build context, and what copied it. */
export interface Origin {
  readonly file: string;
  readonly copy: DockerCopy;
}

/** Which file of the build context stands at a path of the image when a RUN starts. */
export class ImageFiles {
  readonly #copies: { readonly copy: DockerCopy; readonly workdir: string | undefined }[] = [];
  readonly #context: string;
  readonly #model: Model;
  /** undefined where it is not known. */
  readonly workdir: string | undefined;
  /** A copy could not be followed. */
  unclear = false;

  constructor({ facts, context }: Dockerfile, model: Model, stage: DockerStage, run: DockerRun) {
    this.#context = context;
    this.#model = model;
    const stages = new Set(chain(facts, stage.index).map(({ index }) => index));
    const copies = new Map(facts.stages.flatMap((one) => one.copies).map((copy) => [copy.range.start, copy]));
    let workdir: string | undefined;
    for (const instruction of facts.instructions) {
      if (instruction.range.start >= run.keywordRange.start) break;
      if (!stages.has(instruction.stage)) continue;
      if (instruction.keyword === 'WORKDIR') workdir = nextWorkdir(workdir, instruction);
      const copy = copies.get(instruction.range.start);
      if (!copy) continue;
      if (copy.from !== undefined || /[$*?[]/.test(copy.destination))
        this.unclear ||= copy.from !== undefined;
      this.#copies.push({ copy, workdir });
    }
    this.workdir = workdir;
  }

  /** @returns undefined where nothing that is understood has copied it */
  origin(path: string): Origin | undefined {
    for (const { copy, workdir } of this.#copies.toReversed()) {
      if (copy.from !== undefined) continue;
      const destination = copy.destination.startsWith('/')
        ? copy.destination
        : workdir && join(workdir, copy.destination);
      if (destination === undefined) continue;
      for (const source of copy.sources) {
        const file = this.#from(source, clean(destination), copy, clean(path));
        if (file !== undefined) return { file, copy };
      }
    }
    return undefined;
  }

  #from(
    source: string,
    destination: string,
    { sources, destination: written }: DockerCopy,
    path: string,
  ): string | undefined {
    const { files } = this.#model;
    if (/\$|:\/\//.test(source)) return undefined;
    const local = clean(source);
    const whole = local === '' ? this.#context : join(this.#context, local);
    const rest =
      destination === ''
        ? path
        : path.startsWith(`${destination}/`)
          ? path.slice(destination.length + 1)
          : undefined;
    if (local === '' || files.hasFolder(whole)) {
      if (rest === undefined) return undefined;
      const file = whole === '' ? rest : `${whole}/${rest}`;
      return files.lists(file) ? file : undefined;
    }
    const isFolder =
      written.endsWith('/') || sources.length > 1 || /^\.\/?$/.test(written) || /[*?[]/.test(local);
    const name = isFolder ? rest : path === destination ? baseOf(local) : rest;
    if (name === undefined || name.includes('/')) return undefined;
    const file = join(folderOf(whole), name);
    return matches(baseOf(local), name) && files.lists(file) ? file : undefined;
  }
}

function nextWorkdir(
  before: string | undefined,
  { arguments: words }: DockerInstruction,
): string | undefined {
  const path = words.replace(/^(["'])(.*)\1$/, '$2');
  if (path.includes('$')) return undefined;
  if (path.startsWith('/')) return path;
  const joined = before === undefined ? undefined : resolve(before.slice(1), path);
  return joined === undefined ? undefined : `/${joined}`;
}

function clean(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** `package*.json`, `package-lock.json*`. */
function matches(glob: string, name: string): boolean {
  const parts = glob.split('*');
  if (parts.length === 1) return glob.includes('?') || glob.includes('[') ? false : glob === name;
  if (parts.length > 4 || !name.startsWith(parts[0]!) || !name.endsWith(parts.at(-1)!)) return false;
  let at = parts[0]!.length;
  for (const part of parts.slice(1, -1)) {
    const next = name.indexOf(part, at);
    if (next === -1) return false;
    at = next + part.length;
  }
  return name.length - parts.at(-1)!.length >= at;
}
