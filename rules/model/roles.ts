/** Tells production from tests, examples and tools, by path. It knows no facts, only names that people give to folders and files. */
import type { Role } from './model.ts';
import { baseOf, folderOf } from './paths.ts';

const byFolder: Readonly<Record<string, Role>> = Object.fromEntries([
  ...words('test', [
    'test tests __tests__ testing testdata test-data test_data testutil testutils test-utils',
    'spec specs __specs__ e2e e2e-tests integration-tests integration-test integrationtest integrationtests acceptance cypress playwright',
    'fixture fixtures __fixtures__ mock mocks __mocks__ fake fakes stub stubs snapshots __snapshots__ androidtest',
  ]),
  ...words('example', [
    'example examples _examples sample samples demo demos tutorial tutorials quickstart quickstarts',
    'playground playgrounds starter starters cookbook doc docs documentation internal-docs storybook .storybook',
    'archive archived _archived _archive attic deprecated _deprecated obsolete',
  ]),
  ...words('tool', [
    'hack tool tools tooling script scripts .devcontainer .gitpod .codesandbox .cursor .claude .idea .zed .github .gitlab .circleci .vscode .husky .buildkite',
    'bench benches benchmark benchmarks load-test load-tests loadtest loadtests load-testing loadtesting',
    'load-generator loadgenerator loadgen load-gen perf-tests performance-tests k6 locust stress',
    'codegen ci .ci dev-tools devtools',
  ]),
]);

/** `Dockerfile.test`, `docker-compose.e2e.yml`, `api.spec.ts`, `api_test.go`, `conftest.py` … */
const testFile =
  /(?:^|[._-])(?:test|tests|spec|e2e|mock|mocks|stories)\.[^.]+$|^(?:docker-)?compose\.(?:test|tests|e2e|ci)\b|^(?:Dockerfile|Containerfile)[._-](?:test|tests|e2e|ci|playwright|cypress)\b|^(?:test|e2e)[._-]?(?:docker-)?compose\b|^(?:tests?|e2e)[._-].*\.(?:[Dd]ockerfile|[Cc]ontainerfile)$|^(?:jest|vitest|playwright|cypress)[._-].*\.[cm]?[jt]sx?$|^(?:test_.+|conftest)\.py$|Tests?\.(?:java|kt|cs)$/;
/** Images and stacks for a developer's own machine. */
const developmentFile =
  /^(?:docker-)?compose[._-](?:[\w-]*[._-])?(?:dev|development|local|override|debug|codespaces|notebooks?|jupyter)\b|^(?:dev|local|debug)[._-]?(?:docker-)?compose\b|^(?:Dockerfile|Containerfile)[._-](?:dev|development|local|debug|devcontainer)\b|^(?:dev|development|local|debug)[._-]?(?:Dockerfile|Containerfile)$|\.(?:dev|debug|gitpod)\.(?:Dockerfile|Containerfile)$|^\.gitpod\b/i;
/** What is kept of former times: `old-docs`. */
const former = /^(?:old|former|archived?|deprecated)[._-]/;
const loadGenerator =
  /(?:^|[._-])(?:load-?(?:test|gen|generator|testing)|locust(?:file)?|runlocust|k6)(?:[._-]|$)/i;
/** `docker/development/`, `k8s/local/`: stacks for a developer's own machine. */
const developmentFolder =
  /(?:^|\/)\.?(?:docker|compose|deploy|deployments?|k8s|kubernetes|infra)\/(?:dev|development|local)$|(?:^|\/)(?:dev|development|local)\/docker$/;
/** Folders of packages are named after companies and products, `org/example/demo`, not after what is in them. */
const packages = /(?:^|\/)src\/main\/(?:java|kotlin|scala)(?=\/)/;
/** What templates of IdentityServer call the pages that a product signs its users in with. */
const identityPages = /(?:^|\/)Quickstart$/;
const helmTest = /(?:^|\/)templates\/tests?\//;

/**
 * The role of paths. Where nothing at all that is deployed is production, the examples are the product (a repository
 * of examples), so they are judged as production.
 * @param examplesAreTheProduct whether folders such as `examples/` count as production
 */
export function roles(examplesAreTheProduct: boolean): (path: string) => Role {
  const folders = new Map<string, Role>([['', 'production']]);
  const ofFolder = (folder: string): Role => {
    let role = folders.get(folder);
    if (role) return role;
    const source = packages.exec(folder);
    if (source) {
      folders.set(folder, (role = ofFolder(folder.slice(0, source.index + source[0].length))));
      return role;
    }
    const above = ofFolder(folderOf(folder));
    const name = baseOf(folder).toLowerCase();
    const own = identityPages.test(folder)
      ? undefined
      : Object.hasOwn(byFolder, name)
        ? byFolder[name]!
        : former.test(name)
          ? 'example'
          : loadGenerator.test(name) || developmentFolder.test(folder)
            ? 'tool'
            : undefined;
    role =
      above !== 'production' ? above : own === 'example' && examplesAreTheProduct ? above : (own ?? above);
    // A test of an example is a test.
    if (own === 'test') role = 'test';
    folders.set(folder, role);
    return role;
  };
  const ofPath = (path: string): Role => {
    const role = ofFolder(folderOf(path));
    if (role !== 'production') return role;
    const name = baseOf(path);
    if (testFile.test(name) || helmTest.test(path)) return 'test';
    return developmentFile.test(name) || loadGenerator.test(name) ? 'tool' : 'production';
  };
  const known = new Map<string, Role>();
  return (path) => {
    let role = known.get(path);
    if (role === undefined) known.set(path, (role = ofPath(path)));
    return role;
  };
}

/** The role of something that has a name of its own: a load generator is a tool wherever it is deployed from. */
export function roleByName(name: string): Role {
  return loadGenerator.test(name) ? 'tool' : 'production';
}

function words(role: Role, lists: readonly string[]): [string, Role][] {
  return lists.flatMap((list) => list.split(' ')).map((word) => [word, role]);
}
