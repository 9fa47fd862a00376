/** Which package managers a repository uses, as Dependabot names them, and where. */
import type { Model } from '../../model/model.ts';
import { folderOf, foldersUp } from '../../model/paths.ts';

const byFile: readonly (readonly [string, RegExp])[] = [
  ['npm', /(?:^|\/)package\.json$/],
  ['pip', /(?:^|\/)(?:requirements[\w.-]*\.txt|pyproject\.toml|Pipfile)$/],
  ['gomod', /(?:^|\/)go\.mod$/],
  ['cargo', /(?:^|\/)Cargo\.toml$/],
  ['maven', /(?:^|\/)pom\.xml$/],
  ['gradle', /(?:^|\/)build\.gradle(?:\.kts)?$/],
  ['nuget', /\.csproj$/],
  ['bundler', /(?:^|\/)Gemfile$/],
  ['composer', /(?:^|\/)composer\.json$/],
  ['docker', /(?:^|\/)(?:Dockerfile|[^/]+\.Dockerfile)$/],
  ['terraform', /\.tf$/],
  ['github-actions', /^\.github\/workflows\/[^/]+\.ya?ml$/],
];

const known = new WeakMap<Model['files'], ReadonlyMap<string, readonly string[]>>();

/** The folders of each ecosystem, those of tests, examples, tools and modules left out; sorted, at most once each. */
export function ecosystemsOf(model: Model): ReadonlyMap<string, readonly string[]> {
  let found = known.get(model.files);
  if (!found) known.set(model.files, (found = find(model)));
  return found;
}

function find(model: Model): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, Set<string>>();
  for (const path of model.files.under('')) {
    const ecosystem = byFile.find(([, expression]) => expression.test(path))?.[0];
    if (ecosystem === undefined) continue;
    const isActions = ecosystem === 'github-actions';
    if (!isActions && (model.role(path) !== 'production' || /(?:^|\/)wwwroot\/lib\//.test(path))) continue;
    const folder = isActions ? '' : folderOf(path);
    const others = folders.get(ecosystem);
    if (others) others.add(folder);
    else folders.set(ecosystem, new Set([folder]));
  }
  return new Map(
    [...folders].map(([name, of]) => [name, [...of].filter((folder) => !isModule(name, folder, of)).sort()]),
  );
}

/** Whether the project above it names it, so that it is looked after there. */
function isModule(ecosystem: string, folder: string, of: ReadonlySet<string>): boolean {
  if (!/^(?:maven|gradle|cargo)$/.test(ecosystem) || folder === '') return false;
  return [...foldersUp(folder)].some((above) => of.has(above));
}
