/** Which Terraform resources cost money, and can be labelled with who pays for them. */
import type { TerraformBlock } from '../../artifacts/terraform/facts.ts';
import type { InFile } from '../../model/model.ts';
import type { TerraformModule } from '../../model/terraformModules.ts';

export type Cloud = 'aws' | 'google' | 'azurerm';

/** What each cloud calls the labels that its bill is divided by, and where a provider sets them for all. */
export const labelling: Readonly<Record<Cloud, { readonly resource: RegExp; readonly provider?: string }>> = {
  aws: { resource: /^tags$/, provider: 'default_tags' },
  google: { resource: /^(?:labels|resource_labels|user_labels)$/, provider: 'default_labels' },
  azurerm: { resource: /^tags$/ },
};

const paid = new Set(
  `aws_instance aws_s3_bucket aws_db_instance aws_rds_cluster aws_eks_cluster aws_ecs_cluster aws_ecs_service aws_lb aws_alb
  aws_elasticache_cluster aws_elasticache_replication_group aws_lambda_function aws_dynamodb_table aws_sqs_queue
  aws_sns_topic aws_efs_file_system aws_ebs_volume aws_nat_gateway aws_msk_cluster aws_opensearch_domain
  aws_redshift_cluster aws_cloudwatch_log_group aws_kinesis_stream aws_cloudfront_distribution aws_ecr_repository
  google_compute_instance google_storage_bucket google_container_cluster google_redis_instance google_pubsub_topic
  google_bigquery_dataset
  azurerm_kubernetes_cluster azurerm_postgresql_flexible_server azurerm_storage_account azurerm_redis_cache
  azurerm_linux_virtual_machine azurerm_mssql_database azurerm_container_registry azurerm_log_analytics_workspace
  azurerm_container_app azurerm_linux_web_app azurerm_service_plan`.split(/\s+/),
);

export interface CloudUse {
  readonly cloud: Cloud;
  readonly provider: InFile<TerraformBlock>;
  /** Resources with a price that can be labelled. */
  readonly resources: readonly InFile<TerraformBlock>[];
}

/** The clouds that a module configures, with what it creates there. */
export function cloudsOf({ blocks }: TerraformModule): CloudUse[] {
  return (['aws', 'google', 'azurerm'] as const).flatMap((cloud) => {
    const provider = blocks.find(({ facts }) => facts.type === 'provider' && facts.labels[0] === cloud);
    const resources = blocks.filter(
      ({ facts }) =>
        facts.type === 'resource' &&
        paid.has(facts.labels[0] ?? '') &&
        facts.labels[0]!.startsWith(`${cloud}_`),
    );
    return provider ? [{ cloud, provider, resources }] : [];
  });
}

/** `aws_instance.web`, as Terraform names it. */
export function addressOf({ labels }: TerraformBlock): string {
  return labels.join('.');
}
