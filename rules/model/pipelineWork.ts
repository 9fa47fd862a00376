/**
 * What the steps of pipelines do: which languages' tests they run, which images they build, what they deploy. It knows
 * the commands of build tools; what it does not know may do anything, and is said to.
 */
import type { PackageFacts } from '../artifacts/packages/facts.ts';
import type { InFile } from './model.ts';
import type { PipelineStep } from './pipelines.ts';
import { push } from '../groups.ts';

export type Delivery = 'image' | 'deploy';

/** Commands that run tests, by the language that `languageOfFile` names. */
const testCommands: readonly (readonly [string, RegExp])[] = [
  [
    'javascript',
    /\b(?:vitest|jest|mocha|ava|jasmine|karma|cypress(?! install)|playwright(?! install)|nightwatch|testcafe)\b|\bnode\b.* --test\b|\bdeno test\b|\bbun test\b|\b(?:turbo|nx|lerna|rush|ng|aegir|wireit|react-scripts)\b.*\btest\b/,
  ],
  [
    'python',
    /\b(?:pytest|py\.test|tox|nox|nosetests|nose2|unittest|behave|trial)\b|\bmanage\.py test\b|\bhatch\b.*\btest\b/,
  ],
  ['go', /\bgo test\b|\bgo tool .*\btest|\b(?:gotestsum|ginkgo|richgo)\b/],
  ['rust', /\bcargo\b.*\b(?:test|nextest|tarpaulin|llvm-cov|miri)\b|^cross\b.*\btest\b/],
  [
    'java',
    /\bmvnw?\b(?!.*-DskipTests(?:\s|$|=true)|.*-Dmaven\.test\.skip).*\b(?:test|verify|package|install|deploy)\b/,
  ],
  ['java', /\bgradlew?\b(?!.* -x test\b).*\b(?:\w*[tT]est\w*|check|build)\b|\bsbt\b.*\btest\b/],
  ['csharp', /\bdotnet (?:test|vstest)\b|\bvstest\b/i],
  ['ruby', /\b(?:rspec|rake|cucumber|minitest)\b|\brails\b.*\btest\b/],
  ['php', /\b(?:phpunit|pest|paratest|behat|codecept)\b|\bartisan test\b|\bcomposer\b.*\btest/],
];

const packageManager = /^(?:npm|pnpm|yarn|bun|npx|pnpx|bunx|corepack)$/;
/** Of a package manager itself; everything else may be a script. */
const ownCommand =
  /^(?:ci|install|i|add|remove|publish|pack|audit|config|login|version|whoami|view|cache|set|dlx|exec|run|run-script|workspaces|workspace|foreach|-.*)$/;
const testName =
  /(?:^|[\s:/._-])(?:tests?|spec|unit|e2e|integration|check|verify|validate|coverage|cov|ci)(?=$|[\s:/._-])/i;
/** They run whatever somebody has written for them. */
const runner =
  /^(?:make|gmake|just|task|bazel|bazelisk|buck2?|earthly|dagger|nix|nix-build|nix-shell|mage|invoke|inv|doit|please|plz|pants|tilt|act|ct|mise|devbox|moon|magefile|bash|sh|zsh|python3?|node|ruby|php|perl|docker|docker-compose|podman|pwsh|ansible-playbook|uv|poetry|pipenv|pdm|bundle|composer|mix|swift|xcodebuild|flutter|dart|phing|ant|sbt|lein|meson|ninja|cmake|ctest)$/;
/** Targets of which nobody expects that they run tests. */
const noTest =
  /^(?:build|images?|docker[\w-]*|push|deploy|lint|fmt|format|install|generate|gen|docs?|release|publish|login|clean|up|down|pull|setup|deps|bootstrap)(?:[-_:/].*)?$/i;

export interface Tested {
  /** Languages whose tests are run; `*` for a target such as `make test`, which stands for all of them. */
  readonly languages: readonly string[];
  /** It may run tests of any language. */
  readonly maybe: boolean;
}

/** Answers for the steps of one repository. */
export class PipelineWork {
  readonly #scripts = new Map<string, string[]>();

  constructor(packages: readonly InFile<PackageFacts>[]) {
    for (const { facts } of packages)
      for (const [name, { value }] of Object.entries(facts.scripts)) {
        push(this.#scripts, name, value);
      }
  }

  tested(step: PipelineStep): Tested {
    const languages = new Set<string>();
    let maybe = step.uses !== undefined && mayTest(step);
    for (const words of step.commands) {
      const text = words.join(' ');
      let known = false;
      for (const [language, expression] of testCommands)
        if (expression.test(text)) {
          languages.add(language);
          known = true;
        }
      if (known) continue;
      if (packageManager.test(words[0] ?? '')) {
        const ran = this.#packageScript(words.slice(1));
        if (ran === 'tests') languages.add('javascript');
        else if (ran === 'maybe') maybe = true;
      } else if (isTestTarget(words)) languages.add('*');
      else if (isOpen(words)) maybe = true;
    }
    return { languages: [...languages], maybe };
  }

  /** What a script of a package does, by its name and by what any package says under that name. */
  #packageScript(words: readonly string[]): 'tests' | 'maybe' | 'nothing' {
    // After `run` every word names a script, `ci` as well.
    const run = words.findIndex((word) => /^run(?:-script)?$/.test(word));
    const names = words.filter(
      (word, at) => !ownCommand.test(word) || (run >= 0 && at === run + 1 && !word.startsWith('-')),
    );
    const texts = names.flatMap((name) => this.#scripts.get(name) ?? []);
    if ([...names, ...texts].some((text) => testName.test(text))) return 'tests';
    if (texts.some((text) => testCommands.some(([, expression]) => expression.test(text)))) return 'tests';
    const unread = words.some((word) => word.includes('$'));
    return unread || texts.some((text) => /\.(?:sh|[cm]?[jt]s)\b|\bmake\b/.test(text)) ? 'maybe' : 'nothing';
  }
}

/** `make test`, `bazel test //...`, `task check`. */
function isTestTarget([program = '', ...words]: readonly string[]): boolean {
  const isTargets = /^(?:make|gmake|just|task|mage|bazel|bazelisk|earthly|moon|mise)$/.test(program);
  return (
    isTargets && words.some((word) => /^\+?(?:tests?|check|ci|verify)(?:$|[-_:/])|[-_:/]tests?$/.test(word))
  );
}

/** Whether a command runs something that is written elsewhere, and not plainly something else. */
function isOpen([program = '', ...words]: readonly string[]): boolean {
  if (program === '' || /\.(?:sh|bash|py|rb|js|ts|mjs|ps1)$/.test(program)) return true;
  const names = words.filter((word) => !word.startsWith('-') && !word.includes('='));
  if (!runner.test(program)) return testName.test(program);
  if (/^(?:docker|docker-compose|podman)$/.test(program)) return /\b(?:run|exec|up)\b/.test(names.join(' '));
  return names.length === 0 || names.some((name) => !noTest.test(name));
}

/** Actions that prepare, fetch, report or publish, and run nothing of the repository. */
const idle =
  /^(?:actions\/|github\/codeql|docker\/(?:login|setup|metadata)|azure\/(?:login|setup)|aws-actions\/|google-github-actions\/|hashicorp\/setup|codecov\/|.*\b(?:setup|install|cache|checkout|login|comment|notify|slack|label|upload|download|release|changelog|scan|lint)\b)/i;

function mayTest({ uses, with: inputs }: PipelineStep): boolean {
  const name = uses!.name;
  if (name.startsWith('./')) return false;
  const said = Object.entries(inputs ?? {}).some(
    ([key, value]) => /^(?:run|command|script|args|arguments|tasks|goals)$/i.test(key) && value !== '',
  );
  return said || !idle.test(name);
}

const imageCommand =
  /\bdocker\b(?: [^|]*)? (?:build|bake|push)\b|\bdocker-compose\b.* (?:build|push)\b|\b(?:podman|nerdctl|buildah|depot|img)\b.* (?:build|bud|push)\b|\b(?:kaniko|executor)\b.*--destination|\bko (?:build|apply|publish|resolve)\b|\bjib\w*\b|\bbuild-image\b|\bbootBuildImage\b|\bdockerBuild|^pack build\b|\bskaffold\b.* ?(?:build|run)\b|\bgcloud\b.*\bbuilds submit\b|\baz acr build\b|\bPublishContainer\b|\bgoreleaser\b|\bcrane push\b|\bmelange\b|\bapko\b|\bnixpacks\b/;
const imageAction =
  /^(?:docker\/(?:build-push-action|bake-action|github-builder)|redhat-actions\/(?:buildah-build|push-to-registry)|depot\/(?:build-push|bake)-action|goreleaser\/goreleaser-action|.*\b(?:kaniko|docker-build|build-and-push|container-build|publish-docker)\b|Docker$)/i;
const deployCommand =
  /^kubectl\b.* (?:apply|set image|rollout restart|replace|create -f)\b|^helm\b.* ?(?:upgrade|install)\b|^helmfile\b.*\b(?:apply|sync)\b|^kustomize edit set image\b|^argocd app (?:sync|set)\b|^flux reconcile\b|\bgcloud\b.*\b(?:run|app|functions) (?:deploy|services (?:update|replace))|^az (?:webapp|containerapp|functionapp)\b.*\b(?:deploy|deployment|update|up|set)\b|^aws (?:ecs update-service|deploy create-deployment|lambda update-function-code|s3 sync|apprunner start-deployment)|^eb deploy\b|\bcdk\b.*\bdeploy\b|^terraform\b.* ?apply\b|^tofu\b.* ?apply\b|^terragrunt\b.*\bapply\b|^pulumi up\b|\b(?:serverless|sls) deploy\b|^(?:fly|flyctl) deploy\b|\bvercel\b.*(?:--prod|deploy)|\bnetlify deploy\b|\bwrangler\b.*\b(?:deploy|publish)\b|^railway up\b|\bskaffold\b.* ?(?:run|deploy)\b|^azd (?:deploy|up)\b|^ansible-playbook\b|^docker stack deploy\b|^cap \S+ deploy\b|^kamal (?:deploy|setup)\b|^heroku\b.*\b(?:container:release|deploy)\b|^git push \S*heroku\b|^ecs-deploy\b|^copilot (?:svc )?deploy\b/;
const deployAction =
  /^(?:azure\/(?:webapps-deploy|k8s-deploy|functions-action|container-apps-deploy-action|aks)|aws-actions\/(?:amazon-ecs-deploy-task-definition|aws-codedeploy)|google-github-actions\/deploy-|superfly\/|akhileshns\/heroku-deploy|cloudflare\/(?:wrangler|pages)-action|amondnet\/vercel-action|nwtgck\/actions-netlify|KubernetesManifest$|HelmDeploy$|AzureWebApp|AzureRmWebAppDeployment)/i;
/** Clusters that live for one run. */
const throwaway = /\b(?:kind|k3d|minikube|k3s|microk8s|ctlptl|chart-testing)\b|^ct$|localstack|\.\/kind/i;
const deliveryName =
  /(?:^|[\s:/._-])(?:deploy\w*|release|publish|ship|push|rollout|promote|images?|docker|container|deliver\w*|helm|k8s|preview|staging|prod(?:uction)?)(?=$|[\s:/._-])/i;

/** What only opens a door, or installs a tool. */
const access =
  /^(?:docker\/(?:login|setup|metadata)|azure\/(?:login|setup|docker-login)|aws-actions\/(?:configure|amazon-ecr-login)|google-github-actions\/(?:auth|setup|get-gke)|hashicorp\/setup)/i;
const accessCommand = /^(?:docker|podman|helm) (?:login|logout|pull|tag|version|info|registry login|repo)\b/;

/** What one step delivers; `maybe` where it runs or uses something that may. */
export function deliveryOf(step: PipelineStep): Delivery | 'maybe' | undefined {
  let maybe = false;
  if (step.uses && !access.test(step.uses.name)) {
    const { name } = step.uses;
    if (imageAction.test(name)) return 'image';
    if (deployAction.test(name)) return 'deploy';
    maybe =
      deliveryName.test(
        `${name} ${Object.values(step.with ?? {})
          .join(' ')
          .slice(0, 2000)}`,
      ) && !/^actions\//.test(name);
  }
  for (const words of step.commands) {
    const text = words.join(' ');
    if (deployCommand.test(text) && !/\bdry-run\b/.test(text)) return 'deploy';
    if (imageCommand.test(text)) return 'image';
    if (accessCommand.test(text)) continue;
    maybe ||= deliveryName.test(text) || isOpen(words) || /^(?:ssh|scp|rsync|curl|gh)$/.test(words[0] ?? '');
  }
  return maybe ? 'maybe' : undefined;
}

/** Whether a job sets up a cluster of its own, so that what it deploys is a test. */
export function isThrowaway(steps: readonly PipelineStep[]): boolean {
  return steps.some(
    ({ uses, commands }) =>
      (uses && throwaway.test(uses.name)) ||
      commands.some((words) => throwaway.test(words.slice(0, 3).join(' '))),
  );
}
