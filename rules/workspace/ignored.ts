/** What is not looked at: the repository's own .gitignore files, and what nobody writes by hand. */
import ignore, { type Ignore } from 'ignore';

/** Folders that hold other people's code or a tool's own data, wherever they are. */
const foreign = new Set([
  '.git',
  '.hg',
  '.svn',
  'node_modules',
  'bower_components',
  'jspm_packages',
  'vendor',
  'third_party',
  'third-party',
  'dist',
  'coverage',
  '.next',
  '.nuxt',
  '.svelte-kit',
  '.turbo',
  '.cache',
  '.parcel-cache',
  '.venv',
  'venv',
  '__pycache__',
  '.tox',
  '.terraform',
  '.gradle',
  '.yarn',
  '.pnpm-store',
]);

/** Names that are build output only beside the manifest of the tool that writes there; elsewhere people use them. */
const output: Readonly<Record<string, RegExp>> = {
  build: /^(?:package\.json|build\.gradle(?:\.kts)?|setup\.py|CMakeLists\.txt)$/,
  out: /^(?:package\.json|build\.gradle(?:\.kts)?|CMakeLists\.txt)$/,
  target: /^(?:pom\.xml|Cargo\.toml|build\.sbt)$/,
  obj: /\.(?:cs|fs|vb)proj$/,
  bin: /\.(?:cs|fs|vb)proj$/,
};

/** @param siblings names of all entries of the folder that holds it */
export function isForeignFolder(name: string, siblings: readonly string[]): boolean {
  if (foreign.has(name)) return true;
  const manifest = Object.hasOwn(output, name) ? output[name] : undefined;
  return manifest !== undefined && siblings.some((sibling) => manifest.test(sibling));
}

/** No path is longer: a pattern that is matches nothing, and is too much for a regular expression. */
const maxPattern = 4096;

/** The .gitignore files of a workspace; the deepest one that says something about a path decides. */
export class IgnoreRules {
  readonly #byFolder = new Map<string, Ignore>();

  /** @param folder `''` for the workspace, else without a trailing `/` */
  add(folder: string, gitignore: string): void {
    const patterns = gitignore.split(/\r?\n/).filter(({ length }) => length <= maxPattern);
    this.#byFolder.set(folder, ignore().add(patterns));
  }

  /** @param path relative to the workspace; a folder ends with `/` */
  ignores(path: string): boolean {
    if (this.#byFolder.size === 0) return false;
    let end = path.endsWith('/') ? path.length - 1 : path.length;
    while (end > 0) {
      end = path.lastIndexOf('/', end - 1);
      const rules = this.#byFolder.get(end < 0 ? '' : path.slice(0, end));
      if (!rules) continue;
      const verdict = rules.test(end < 0 ? path : path.slice(end + 1));
      if (verdict.ignored) return true;
      if (verdict.unignored) return false;
    }
    return false;
  }
}
