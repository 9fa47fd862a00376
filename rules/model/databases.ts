/**
 * How many connections each database takes, as far as compose files, manifests, values and Terraform say it, and the pools
 * of the services that use it. It must never judge whether that is enough.
 */
import type { Written } from '../artifacts/compose/facts.ts';
import type { TerraformBlock } from '../artifacts/terraform/facts.ts';
import type { Place, Ranged } from '../text.ts';
import { environments, scopeOf, type Variable } from './environment.ts';
import { parseImage } from './images.ts';
import { place, type Model, type Service } from './model.ts';
import { literal } from './terraformModules.ts';

export type Product = 'postgres' | 'mysql';

export interface Database {
  readonly product: Product;
  /** As it is called where it is set up: a service of compose, a workload, a resource. */
  readonly name: string;
  readonly limit: { readonly value: number; readonly at: Place };
  readonly users: readonly DatabaseUser[];
}

export interface DatabaseUser {
  readonly service: Service;
  /** The most connections that one replica opens. */
  readonly pool: { readonly value: number; readonly at: Place };
  readonly replicas: number;
}

/** Databases whose limit is known, each with the services that surely use it and whose pools and replicas are known. */
export function databases(model: Model): readonly Database[] {
  const environmentOf = environments(model.cluster);
  const urls = new Map<Service, readonly Variable[]>();
  const services = model.services.filter(
    ({ role, runs, code }) => role === 'production' && !runs && code?.stores.some(({ pool }) => pool),
  );
  if (services.length === 0) return [];
  for (const service of services)
    urls.set(
      service,
      environmentOf(service).filter(({ value }) => productOf(value) !== undefined),
    );
  return [...inCompose(model, services, urls), ...deployed(model, services, urls)];
}

type Urls = ReadonlyMap<Service, readonly Variable[]>;

/** The product that a connection string is for. */
function productOf(url: string): Product | undefined {
  if (/^(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?:\/\//.test(url)) return 'postgres';
  return /^(?:jdbc:)?(?:mysql|mariadb)(?:\+\w+)?:\/\//.test(url) ? 'mysql' : undefined;
}

function productOfImage(image: string | undefined): Product | undefined {
  const name = (image === undefined ? undefined : parseImage(image)?.name) ?? '';
  if (/^(?:postgres|postgresql|postgis|pgvector|timescaledb)$/.test(name)) return 'postgres';
  return /^(?:mysql|mysql-server|mariadb|percona)$/.test(name) ? 'mysql' : undefined;
}

const inText = /\bmax[_-]connections['"]?\s*[=: ]\s*['"]?(\d{1,6})\b/;

/** A compose service that is given its limit, and the services beside it whose addresses name it. */
function inCompose(model: Model, services: readonly Service[], urls: Urls): Database[] {
  return model.composeServices.flatMap((one): Database[] => {
    const { facts, file, role } = one;
    const product = productOfImage(facts.image?.value);
    const set = limitIn([facts.command, facts.entrypoint], facts.environment);
    if (!product || !set || role !== 'production') return [];
    const users = services.flatMap((service): DatabaseUser[] => {
      const beside = service.composeServices.find((other) => scopeOf(other) === scopeOf(one));
      const isNamed = urls
        .get(service)!
        .some(({ value, scope }) => scope === scopeOf(one) && hostOf(value) === facts.name.value);
      const pool = beside && isNamed ? poolOf(service, product, true) : undefined;
      return pool ? [{ service, pool, replicas: beside!.facts.replicas?.value ?? 1 }] : [];
    });
    const limit = { value: set.value, at: place(file, set) };
    return users.length > 0 ? [{ product, name: facts.name.value, limit, users }] : [];
  });
}

/** What is deployed to a cluster, where there is only one database of a product to use. */
function deployed(model: Model, services: readonly Service[], urls: Urls): Database[] {
  const found = [...inWorkloads(model), ...inTerraform(model), ...inValues(model)];
  return (['postgres', 'mysql'] as const).flatMap((product): Database[] => {
    const [only, ...others] = found.filter((one) => one.product === product);
    if (!only || others.length > 0 || instances(model, product) > 1) return [];
    const users = services.flatMap((service): DatabaseUser[] => {
      const isIts = urls.get(service)!.some(({ value }) => productOf(value) === product);
      const pool = poolOf(service, product, isIts);
      const replicas = replicasOf(service);
      return pool && replicas !== undefined ? [{ service, pool, replicas }] : [];
    });
    return users.length > 0 ? [{ ...only, users }] : [];
  });
}

type Limited = Omit<Database, 'users'>;

function inWorkloads({ workloads, role }: Model): Limited[] {
  return workloads.flatMap(({ file, name, template, containers }): Limited[] => {
    if (template || role(file) !== 'production') return [];
    return containers.flatMap((container): Limited[] => {
      const product = container.image?.known ? productOfImage(container.image.value) : undefined;
      const words = [...container.command, ...container.args].join(' ');
      const set = limitIn([{ value: words, range: container.range }], container.environment);
      const limit = set && { value: set.value, at: place(file, set) };
      return product && limit ? [{ product, name: name ?? product, limit }] : [];
    });
  });
}

/** `parameter { name = "max_connections" value = "100" }`, and the like of other clouds. */
function inTerraform({ terraform, role }: Model): Limited[] {
  return terraform.flatMap(({ file, facts }) =>
    role(file) === 'production'
      ? facts.blocks.flatMap((block): Limited[] => {
          const type = block.type === 'resource' ? (block.labels[0] ?? '') : '';
          const family = `${type} ${block.attributes.family?.value ?? ''} ${block.attributes.database_version?.value ?? ''}`;
          const product = productIn(family);
          const set = parametersOf(block).find(
            ({ attributes }) => literal(attributes.name?.value) === 'max_connections',
          )?.attributes.value;
          const value = Number(literal(set?.value) ?? set?.value);
          if (!product || !set || !(value > 0)) return [];
          return [{ product, name: block.labels.join('.'), limit: { value, at: place(file, set) } }];
        })
      : [],
  );
}

function productIn(text: string): Product | undefined {
  if (/postgres/i.test(text)) return 'postgres';
  return /mysql|mariadb/i.test(text) ? 'mysql' : undefined;
}

function parametersOf(block: TerraformBlock): readonly TerraformBlock[] {
  const type = block.labels[0] ?? '';
  if (/^azurerm_\w+_configuration$/.test(type)) return [block];
  if (/^aws_(?:db|rds_cluster)_parameter_group$/.test(type))
    return block.blocks.filter((one) => one.type === 'parameter');
  if (type !== 'google_sql_database_instance') return [];
  return block.blocks
    .filter((one) => one.type === 'settings')
    .flatMap(({ blocks }) => blocks.filter((one) => one.type === 'database_flags'));
}

/** Values of charts of databases, such as `postgresql.primary.extendedConfiguration`. */
function inValues({ helmValues, role }: Model): Limited[] {
  return helmValues.flatMap(({ file, facts }) =>
    role(file) === 'production'
      ? Object.entries(facts.scalars).flatMap(([path, { value, range }]): Limited[] => {
          const product = productIn(path);
          if (!product) return [];
          const isNamed = /max_?connections$/i.test(path);
          const size = Number(isNamed ? value : (inText.exec(String(value))?.[1] ?? NaN));
          return size > 0
            ? [{ product, name: path.split('.')[0]!, limit: { value: size, at: { file, range } } }]
            : [];
        })
      : [],
  );
}

/** How many databases of a product are set up here for a cluster. */
function instances({ workloads, terraform, role }: Model, product: Product): number {
  const pods = workloads.filter(
    ({ containers, file, batch }) =>
      // A job in the image of a database is its client.
      !batch &&
      role(file) === 'production' &&
      containers.some(({ image }) => image?.known && productOfImage(image.value) === product),
  );
  const resources = terraform.flatMap(({ file, facts }) =>
    role(file) !== 'production'
      ? []
      : facts.blocks.filter(
          ({ type, labels, attributes }) =>
            type === 'resource' &&
            /^(?:aws_db_instance|aws_rds_cluster|google_sql_database_instance|azurerm_\w+_flexible_server)$/.test(
              labels[0] ?? '',
            ) &&
            productIn(
              `${labels[0]!} ${attributes.engine?.value ?? ''} ${attributes.database_version?.value ?? ''}`,
            ) !== (product === 'postgres' ? 'mysql' : 'postgres'),
        ),
  );
  return pods.length + resources.length;
}

/** @param isIts its own settings say that its database is of this product */
function poolOf({ code }: Service, product: Product, isIts: boolean): DatabaseUser['pool'] | undefined {
  const sizes = code!.stores.flatMap(({ kind, product: of, pool, at }) =>
    kind === 'database' && pool && (of === product || (of === 'sql' && isIts))
      ? [{ value: pool.value, at: { file: at.file, range: pool.range } }]
      : [],
  );
  // Several pools may be of several programs: the largest is there for sure.
  return sizes.sort((a, b) => b.value - a.value)[0];
}

/** The most replicas there are; undefined where manifests leave it open. */
function replicasOf({ workloads }: Service): number | undefined {
  const numbers = workloads.flatMap(({ role, batch, autoscaler, facts }) => {
    if (role !== 'production' || batch) return [];
    const given = autoscaler ? autoscaler.facts.max : facts.replicas;
    return given ? (given.known ? given.value : []) : autoscaler ? [] : 1;
  });
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

function limitIn(
  commands: readonly (Ranged<string> | undefined)[],
  environment: Readonly<Record<string, Ranged<string> | null>>,
): Written<number> | undefined {
  for (const command of commands) {
    const value = Number(inText.exec(command?.value ?? '')?.[1] ?? NaN);
    if (command && value > 0) return { ...command, value };
  }
  for (const [name, set] of Object.entries(environment))
    if (set && /^(?:POSTGRES(?:QL)?|MYSQL|MARIADB)_MAX_CONNECTIONS$/.test(name) && Number(set.value) > 0)
      return { ...set, value: Number(set.value) };
  return undefined;
}

function hostOf(url: string): string | undefined {
  return /^[\w:+]+:\/\/(?:[^\s@]{0,200}@)?([\w.-]+)/.exec(url)?.[1];
}
