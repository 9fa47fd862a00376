/** Which service bears a name. Names come from everywhere, so several services may bear one. */
import { bareName, isKnownProduct, normalName, parseImage, storeLikeName } from './images.ts';
import type { Workload } from './model.ts';
import { baseOf, chartOf, folderOf, isWithin } from './paths.ts';
import type { ServiceDraft } from './serviceDraft.ts';

export class ServiceNames {
  readonly #byName = new Map<string, Set<ServiceDraft>>();
  readonly #byBareName = new Map<string, Set<ServiceDraft>>();

  /** @param isCertain whether something else than a name makes it a service */
  constructor(readonly isCertain: (draft: ServiceDraft) => boolean) {}

  /** @param from the file that deploys it under this name, where nothing else calls it so */
  add(draft: ServiceDraft, name: string, from?: string): void {
    if (name === '' || draft.names.includes(name)) return;
    draft.names.push(name);
    if (from !== undefined) draft.learned.set(name, from);
    claim(this.#byName, normalName(name), draft);
    claim(this.#byBareName, bareName(name), draft);
  }

  forget(draft: ServiceDraft): void {
    for (const name of draft.names) {
      this.#byName.get(normalName(name))?.delete(draft);
      this.#byBareName.get(bareName(name))?.delete(draft);
    }
  }

  /** Whether anything bears exactly this name. */
  has(name: string): boolean {
    return (this.#byName.get(normalName(name))?.size ?? 0) > 0;
  }

  /**
   * By this name, or one that differs in a word such as `service`.
   * @param file which asks: of several, the one that it stands beside is meant
   */
  called(name: string, file?: string): ServiceDraft | undefined {
    return this.exactly(name, file) ?? this.#only(this.#byBareName.get(bareName(name)), name, file);
  }

  exactly(name: string, file?: string): ServiceDraft | undefined {
    return this.#only(this.#byName.get(normalName(name)), name, file);
  }

  /** `acme-front-end` and `acme_front-end` end with the name of the service. */
  ending(image: string, file: string): ServiceDraft | undefined {
    for (let at = image.search(/[._-]/); at >= 0;) {
      const tail = image.slice(at + 1);
      const draft = tail.length < 3 ? undefined : this.exactly(tail, file);
      if (draft) return draft;
      const next = tail.search(/[._-]/);
      at = next < 0 ? -1 : at + 1 + next;
    }
    return this.#only(this.#byBareName.get(bareName(image)), image, file);
  }

  /** Of several that bear a name, the one that asks from its folder or from near it, the certain one, then the one whose
   * folder is called so. */
  #only(
    bearers: ReadonlySet<ServiceDraft> | undefined,
    name: string,
    file: string | undefined,
  ): ServiceDraft | undefined {
    let left = [...(bearers ?? [])];
    for (const matters of [
      ({ root }: ServiceDraft) => file !== undefined && !!root && isWithin(file, root),
      ({ root }: ServiceDraft) => file !== undefined && root !== undefined && topOf(root) === topOf(file),
      this.isCertain,
      ({ root }: ServiceDraft) => root !== undefined && normalName(baseOf(root)) === normalName(name),
    ]) {
      if (left.length < 2) break;
      const some = left.filter(matters);
      if (some.length > 0) left = some;
    }
    return left.length === 1 ? left[0] : undefined;
  }
}

/** The folder at the top in which a path is. */
function topOf(path: string): string {
  return path.split('/', 1)[0]!;
}

function claim(names: Map<string, Set<ServiceDraft>>, name: string, draft: ServiceDraft): void {
  if (name === '') return;
  const bearers = names.get(name);
  if (bearers) bearers.add(draft);
  else names.set(name, new Set([draft]));
}

const genericStem =
  /^(?:deployment|statefulset|daemonset|rollout|workload|app|all|main|manifest|kubernetes-manifest)s?$/i;

/** What a workload is called besides its own name: its containers, its chart, its file. */
export function otherNames(workload: Workload): string[] {
  const names: string[] = [];
  for (const { name } of workload.containers) if (name.known) names.push(name.value);
  const stem = baseOf(workload.file)
    .replace(/\.[^.]+$/, '')
    .replace(/^\d+-/, '');
  const folder = baseOf(folderOf(workload.file));
  const chart = chartOf(workload.file);
  if (!genericStem.test(stem)) names.push(stem);
  else if (workload.template && folder !== 'templates' && folder !== '') names.push(folder);
  else if (chart) names.push(baseOf(chart));
  return names;
}

/** Where a template leaves the image open, the name is all there is to tell a product by. */
export function isInfrastructureName(name: string): boolean {
  const image = parseImage(name);
  return storeLikeName(name) || (image !== undefined && isKnownProduct(image));
}

/** A package's name without its scope. */
export function unscoped(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** `github.com/acme/shop/v2` and `com.acme:shop` are `shop`. */
export function lastPart(name: string): string {
  return name.replace(/\/v\d+$/, '').replace(/^.*[/:]/, '');
}
