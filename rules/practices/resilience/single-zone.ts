/** Everything stands in one zone of a cloud: when it fails, no second replica is left anywhere else. */
import type { TerraformBlock } from '../../artifacts/terraform/facts.ts';
import { place, type InFile } from '../../model/model.ts';
import { literal, terraformModules } from '../../model/terraformModules.ts';
import { listed } from '../words.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'resilience/single-zone',
  title: 'All that is provisioned lives in one zone.',
  area: 'resilience',
  section: '§4',
  level: 'info',
  joins: true,
  fix: 'none',
  messages: {
    zone: {
      text: 'All that is provisioned here lives in one zone{zone}: {resources}. When that zone fails, no replica is left elsewhere.',
    },
  },
  check(model, report) {
    const modules = terraformModules(model).filter(({ folder }) => !notProduction.test(folder));
    const blocks = modules.flatMap((module) => module.blocks);
    const placed = blocks.flatMap((block) => {
      const zones = zonesOf(block.facts, blocks);
      return zones === undefined ? [] : [{ ...block, zones }];
    });
    const several = placed.find(({ zones }) => zones === 'several' || zones.length > 1);
    if (several) {
      const { file, facts } = several;
      const message = `${facts.labels.join('.')} is in several zones.`;
      report.met(undefined, { at: place(file, { range: facts.header }), message });
      return;
    }
    const [first] = placed;
    if (!first) return;
    // A module from elsewhere may place what it makes in several zones, as may values that are not here.
    const open = placed.find(({ zones }) => zones === 'unknown') ?? blocks.find(isFromElsewhere);
    if (open) {
      const at = place(open.file, { range: open.facts.header });
      report.unknown(undefined, 'Where some of it is placed is decided elsewhere.', at);
      return;
    }
    const named = [...new Set(placed.flatMap(({ zones }) => zones).filter((zone) => zone !== ''))];
    if (named.length > 1) {
      const message = 'It is spread over zones.';
      report.met(undefined, { at: place(first.file, { range: first.facts.header }), message });
      return;
    }
    const [zone] = named;
    const names = placed.map(({ facts }) => facts.labels.join('.'));
    report.gap({
      message: 'zone',
      data: {
        zone: zone === undefined ? '' : `, ${zone}`,
        resources: listed(names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : names),
      },
      at: place(first.file, { range: first.facts.header }),
      related: placed
        .slice(1, 4)
        .map(({ file, facts }) => ({ at: place(file, { range: facts.header }), message: 'this too' })),
    });
  },
});

/** Folders of what nobody outside the team depends on. */
const notProduction =
  /(?:^|\/)(?:dev|development|test|testing|staging|stage|sandbox|demo|poc|local|ci)(?:\/|$)/;

/** Zones by name, `''` for one that nobody names; undefined for what is in no zone of its own. */
type Zones = readonly string[] | 'several' | 'unknown' | undefined;

/**
 * Where a resource is placed. Sources: the documentation of each in the Terraform Registry; a zone of Google Cloud is its
 * region and a letter (https://cloud.google.com/compute/docs/regions-zones).
 */
function zonesOf(block: TerraformBlock, all: readonly InFile<TerraformBlock>[]): Zones {
  const [type = ''] = block.type === 'resource' ? block.labels : [];
  const { attributes } = block;
  switch (type) {
    case 'aws_instance': {
      const zone = attributes.availability_zone ?? zoneOfSubnet(attributes.subnet_id?.value, all);
      return zone === undefined ? 'unknown' : one(zone.value);
    }
    case 'aws_db_instance': {
      if (attributes.replicate_source_db) return 'several';
      const several = attributes.multi_az?.value;
      if (several === 'true') return 'several';
      if (several !== undefined && several !== 'false') return 'unknown';
      return attributes.availability_zone ? one(attributes.availability_zone.value) : [''];
    }
    case 'aws_autoscaling_group':
    case 'aws_eks_node_group':
    case 'aws_lb':
    case 'aws_alb':
    case 'aws_ecs_service':
      return zonesOfSubnets(block, all);
    case 'aws_elasticache_cluster':
      return attributes.availability_zone ? one(attributes.availability_zone.value) : 'unknown';
    case 'aws_rds_cluster':
    case 'aws_elasticache_replication_group':
    case 'aws_msk_cluster':
    case 'aws_opensearch_domain':
      return attributes.multi_az_enabled?.value === 'true' ? 'several' : 'unknown';
    case 'google_compute_instance':
    case 'google_compute_instance_group_manager':
      return attributes.zone ? one(attributes.zone.value) : 'unknown';
    case 'google_compute_region_instance_group_manager':
      return 'several';
    case 'google_container_cluster': {
      const location = literal((attributes.location ?? attributes.zone)?.value);
      if (location === undefined || attributes.node_locations) return 'unknown';
      return /-[a-z]$/.test(location) ? [location] : 'several';
    }
    case 'google_sql_database_instance': {
      const settings = block.blocks.find((inner) => inner.type === 'settings');
      const availability = settings?.attributes.availability_type?.value;
      if (availability === undefined) return settings ? [''] : 'unknown';
      const plain = literal(availability);
      return plain === undefined ? 'unknown' : plain === 'REGIONAL' ? 'several' : [''];
    }
    default:
      return undefined;
  }
}

function one(expression: string): Zones {
  const zone = literal(expression);
  return zone === undefined ? 'unknown' : [zone];
}

function zonesOfSubnets(block: TerraformBlock, all: readonly InFile<TerraformBlock>[]): Zones {
  const { availability_zones: zones, subnet_ids, subnets, vpc_zone_identifier } = block.attributes;
  const configuration = block.blocks.find(({ type }) => type === 'network_configuration');
  const list = zones ?? subnet_ids ?? subnets ?? vpc_zone_identifier ?? configuration?.attributes.subnets;
  const items = /^\[\s*([^[\]]*?),?\s*\]$/.exec(list?.value ?? '')?.[1]?.split(/\s*,\s*/);
  if (!items || items.includes('')) return 'unknown';
  const found = items.map((item) => literal(item) ?? literal(zoneOfSubnet(item, all)?.value));
  return found.includes(undefined) ? 'unknown' : [...new Set(found as string[])];
}

function zoneOfSubnet(expression: string | undefined, all: readonly InFile<TerraformBlock>[]) {
  const name = /^aws_subnet\.([\w-]+)\.id$/.exec(expression ?? '')?.[1];
  const subnet = all.find(({ facts }) => facts.labels[0] === 'aws_subnet' && facts.labels[1] === name);
  const isOne = subnet && !subnet.facts.attributes.count && !subnet.facts.attributes.for_each;
  return isOne ? subnet.facts.attributes.availability_zone : undefined;
}

function isFromElsewhere({ facts }: InFile<TerraformBlock>): boolean {
  return facts.type === 'module' && !/^"\.{1,2}\//.test(facts.attributes.source?.value ?? '');
}
