/**
 * Jenkinsfiles. Groovy is a language that anything can be written in, so only the scripts in it are looked for; what a
 * shared library does stays unknown.
 *
 * Source: https://www.jenkins.io/doc/book/pipeline/syntax/
 */
import type { CiFacts, StepFacts } from './facts.ts';
import type { Scripts } from './script.ts';

const step =
  /\b(?:sh|bat|powershell)\b[ \t]*\(?[ \t]*(?:script[ \t]*:[ \t]*)?(?:'''([^]{0,5000}?)'''|"""([^]{0,5000}?)"""|'([^'\n]*)'|"([^"\n]*)")/g;

export function readJenkinsfile(text: string, scripts: Scripts): CiFacts | undefined {
  const start = /\b(?:pipeline|node|podTemplate)\b[^\n{]{0,200}\{/.exec(text);
  const library = /@Library\b|\blibrary\s*[('"]/.test(text);
  if (!start && !library) return undefined;
  const at = start?.index ?? 0;
  const steps = [...text.matchAll(step)].map((match): StepFacts => {
    const script = match[1] ?? match[2] ?? match[3] ?? match[4] ?? '';
    const range = { start: match.index, end: match.index + (/^\w+/.exec(match[0])?.[0].length ?? 0) };
    return { range, commands: scripts.commands(script) };
  });
  for (const match of text.matchAll(/\bdocker\.build\b/g)) {
    const range = { start: match.index, end: match.index + match[0].length };
    steps.push({ range, commands: [['docker', 'build', '$expression']] });
  }
  const name = {
    value: 'pipeline',
    range: { start: at, end: at + (/^\w+/.exec(text.slice(at))?.[0].length ?? 0) },
  };
  return {
    system: 'jenkins',
    triggers: [],
    jobs: [
      {
        name,
        steps,
        timeout: /\btimeout\s*[({]/.test(text),
        concurrency: /\bdisableConcurrentBuilds\b|\block\s*[({]|\bmilestone\b/.test(text),
        matrix: {},
      },
    ],
    concurrency: false,
    open: library || /\bload\b\s*\(?['"]/.test(text),
  };
}
