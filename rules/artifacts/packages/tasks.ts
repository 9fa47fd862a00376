/** Makefiles, Taskfiles and justfiles: the names that can be asked of them. It must never know who asks. */
import { isMap, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { problemsOf } from '../yaml.ts';
import type { TaskFacts } from './facts.ts';

const makefile = /(?:^|\/)(?:GNU)?makefile$|\.mk$/i;
const taskfile = /(?:^|\/)taskfile(?:\.dist)?\.ya?ml$/i;
const justfile = /(?:^|\/)\.?justfile$|\.just$/i;

export const tasks: ArtifactKind<TaskFacts> = {
  id: 'tasks',
  claims: (path) => makefile.test(path) || taskfile.test(path) || justfile.test(path),
  mayHold: (text) => text.includes(':'),
  // No text is a file of two of these tools, so the path decides nothing that equal texts could differ in.
  parse(file) {
    if (taskfile.test(file.path)) return parseTaskfile(file);
    return {
      facts: justfile.test(file.path) ? readJustfile(file.text) : readMakefile(file.text),
      problems: [],
    };
  },
};

const makeRule = /^([^\s#:=$][^#:=\n]*|\$[^#=\n:]*):{1,2}(?![:=])/gm;
const phony = /^\.PHONY[ \t]*:([^#\n]*(?:\\\r?\n[^#\n]*)*)/gm;

function readMakefile(text: string): TaskFacts {
  const targets: Ranged<string>[] = [];
  let complete = !/^[ \t]*(?:-?include|sinclude|define)\b|\$[({](?:eval|call)\b/m.test(text);
  for (const match of text.matchAll(makeRule)) {
    for (const word of words(match[1]!, match.index)) {
      if (/[%$]/.test(word.value)) complete = false;
      else if (!word.value.startsWith('.')) targets.push(word);
    }
  }
  // A target may be declared phony and made by a pattern or in a file that is included.
  const known = new Set(targets.map(({ value }) => value));
  for (const match of text.matchAll(phony)) {
    const start = match.index + match[0].length - match[1]!.length;
    for (const word of words(match[1]!, start)) {
      if (!/[%$\\]/.test(word.value) && !known.has(word.value)) targets.push(word);
    }
  }
  return { tool: 'make', targets, complete };
}

function words(text: string, offset: number): Ranged<string>[] {
  return [...text.matchAll(/\S+/g)].map(({ 0: value, index }) => ({
    value,
    range: { start: offset + index, end: offset + index + value.length },
  }));
}

const recipe =
  /^@?(?!(?:set|export|alias|import|mod)\b)([A-Za-z_][\w-]*)(?![\w-]|[ \t]*:=)(?=[^\n]*:(?!=))/gm;
const alias = /^alias[ \t]+([A-Za-z_][\w-]*)[ \t]*:=/gm;

function readJustfile(text: string): TaskFacts {
  const targets: Ranged<string>[] = [];
  for (const expression of [recipe, alias]) {
    for (const match of text.matchAll(expression)) {
      const start = match.index + match[0].lastIndexOf(match[1]!);
      targets.push({ value: match[1]!, range: { start, end: start + match[1]!.length } });
    }
  }
  return { tool: 'just', targets, complete: !/^(?:import|mod)\??[ \t]/m.test(text) };
}

function parseTaskfile(file: TextFile): Parsed<TaskFacts> {
  const [document] = file.yaml();
  const root = document?.contents;
  if (!isMap(root)) return { problems: [] };
  const problems = problemsOf(document!, file.text.length);
  const entries: unknown = root.get('tasks');
  if (!isMap(entries)) return { problems };
  const targets = entries.items.flatMap(({ key, value }) => {
    const own = rangedScalar(key);
    const aliases: unknown = isMap(value) ? (value as YAMLMap).get('aliases') : undefined;
    return [own, ...(isSeq(aliases) ? aliases.items.map(rangedScalar) : [])].filter(
      (name) => name !== undefined,
    );
  });
  const wildcard = targets.some(({ value }) => value.includes('*'));
  return { facts: { tool: 'task', targets, complete: !root.has('includes') && !wildcard }, problems };
}

function rangedScalar(node: unknown): Ranged<string> | undefined {
  if (!isScalar(node) || !node.range) return undefined;
  return { value: String(node.value), range: { start: node.range[0], end: node.range[1] } };
}
