/**
 * Pipelines of continuous integration and delivery: GitHub Actions, GitLab CI, CircleCI, Azure Pipelines, Jenkins. It must
 * never know what a command does, nor which files it touches.
 */
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { problemsOf } from '../yaml.ts';
import type { CiFacts } from './facts.ts';
import { readAction, readWorkflow } from './github.ts';
import { readGitlab } from './gitlab.ts';
import { readJenkinsfile } from './jenkins.ts';
import { readAzure, readCircleci } from './otherYaml.ts';
import { Scripts } from './script.ts';
import { PipelineReader } from './yamlJobs.ts';

const readers = [
  [/(?:^|\/)\.(?:github|gitea|forgejo)\/workflows\/[^/]+\.ya?ml$/i, readWorkflow],
  [/(?:^|\/)action\.ya?ml$/, readAction],
  [
    /(?:^|\/)(?:[\w.-]*\.)?gitlab-ci\.ya?ml$|(?:^|\/)\.gitlab\/(?:ci\/)?(?:[^/]+\/)*[^/]+\.ya?ml$/i,
    readGitlab,
  ],
  [/(?:^|\/)\.circleci\/[^/]+\.ya?ml$/, readCircleci],
  [
    /(?:^|\/)(?:[\w.-]*azure-pipelines?[\w.-]*|\.azure-pipelines\/[^/]+|\.azuredevops\/[^/]+)\.ya?ml$/i,
    readAzure,
  ],
] as const;
const jenkinsfile = /(?:^|\/)Jenkinsfile(?:[._-][\w.-]+)?$|\.jenkinsfile$/;

export const ci: ArtifactKind<CiFacts> = {
  id: 'ci',
  claims: (path) =>
    jenkinsfile.test(path) || (/\.ya?ml$/i.test(path) && readers.some(([at]) => at.test(path))),
  mayHold: (text) => /\b(?:jobs|steps|script|include|stages|extends|pipeline|node|sh)\b|@Library/.test(text),
  grammar: () => 'bash',
  // No text is a pipeline of two systems, so the path decides nothing that equal texts could differ in.
  parse,
};

function parse(file: TextFile): Parsed<CiFacts> {
  const scripts = new Scripts(file);
  if (jenkinsfile.test(file.path)) {
    const facts = readJenkinsfile(file.text, scripts);
    return { ...(facts && { facts }), problems: [] };
  }
  const read = readers.find(([at]) => at.test(file.path))?.[1];
  const [document] = file.yaml();
  if (!document || !read) return { problems: [] };
  const found = read(new PipelineReader(document), scripts);
  const facts = found && isGenerated(file.text) ? { ...found, generated: true as const } : found;
  return { ...(facts && { facts }), problems: facts ? problemsOf(document, file.text.length) : [] };
}

/** Whether the comment at the top says so. */
function isGenerated(text: string): boolean {
  return /\bdo not edit\b/i.test(/^(?:[ \t]*(?:#.*)?\r?\n)*/.exec(text)![0]);
}
