/** docs/other-linters.md: which checks of other linters are here, and why the others are not. */
import type { Rule } from '../../rules/practices/rule.ts';

interface Tool {
  readonly id: string;
  readonly name: string;
  readonly page: string;
  /** Checks that are not here, by the reason. */
  readonly others: readonly { readonly why: string; readonly checks: string }[];
}

/** Written by hand. */
const tools: readonly Tool[] = [
  {
    id: 'hadolint',
    name: 'hadolint',
    page: 'https://github.com/hadolint/hadolint#rules',
    others: [
      { why: 'the script of a RUN as such: that is ShellCheck’s', checks: 'DL1001 SC…' },
      {
        why: 'labels and registries that somebody has to configure',
        checks: 'DL3026 DL3048 DL3049 DL3050 DL3051 DL3052 DL3053 DL3054 DL3055 DL3056 DL3058',
      },
      {
        why: 'style, or the size of a layer',
        checks: 'DL3001 DL3004 DL3010 DL3035 DL3046 DL3047 DL3059 DL3065 DL4000 DL4001 DL4005',
      },
      {
        why: 'the build fails on it at once',
        checks: 'DL3021 DL3043 DL3061 DL3066 DL3067',
      },
    ],
  },
  {
    id: 'buildkit',
    name: 'Docker’s build checks',
    page: 'https://docs.docker.com/reference/build-checks/',
    others: [
      {
        why: 'style',
        checks:
          'StageNameCasing FromAsCasing NoEmptyContinuation ConsistentInstructionCasing MaintainerDeprecated LegacyKeyValueFormat RedundantTargetPlatform InvalidDefinitionDescription ExposeProtoCasing',
      },
      { why: 'it needs the registry', checks: 'InvalidBaseImagePlatform' },
    ],
  },
  {
    id: 'kube-linter',
    name: 'kube-linter',
    page: 'https://docs.kubelinter.io/#/generated/checks',
    others: [
      {
        why: 'security and access',
        checks:
          'access-to-create-pods access-to-secrets cluster-admin-role-binding default-service-account docker-sock drop-net-raw-capability env-var-secret exposed-services host-ipc host-network host-pid non-isolated-pod privilege-escalation-container privileged-container privileged-ports no-read-only-root-fs read-secret-from-env-var run-as-non-root scc-deny-privileged-container sensitive-host-mounts ssh-port unsafe-proc-mount unsafe-sysctls wildcard-in-rules writable-host-mount',
      },
      {
        why: 'it asks for something that few workloads need',
        checks:
          'deprecated-service-account-field dnsconfig-options no-node-affinity priority-class-name required-annotation-email restart-policy sorted-keys use-namespace',
      },
      { why: 'it needs the schemas of the cluster', checks: 'schema-validation' },
    ],
  },
  {
    id: 'kube-score',
    name: 'kube-score',
    page: 'https://github.com/zegl/kube-score/blob/master/README_CHECKS.md',
    others: [
      {
        why: 'security and access',
        checks:
          'container-seccomp-profile container-security-context-privileged container-security-context-readonlyrootfilesystem container-security-context-user-group-id pod-networkpolicy service-type',
      },
      {
        why: 'optional there, and a matter of taste',
        checks:
          'container-cpu-requests-equal-limits container-memory-requests-equal-limits container-resource-requests-equal-limits container-ephemeral-storage-request-equals-limit',
      },
      { why: 'the cluster refuses it at once', checks: 'label-values container-ports-check' },
    ],
  },
  {
    id: 'polaris',
    name: 'Polaris',
    page: 'https://polaris.docs.fairwinds.com/checks/reliability/',
    others: [
      {
        why: 'security and access',
        checks:
          'automountServiceAccountToken clusterrolePodExecAttach clusterrolebindingClusterAdmin clusterrolebindingPodExecAttach dangerousCapabilities hostIPCSet hostNetworkSet hostPIDSet hostPathSet hostPortSet hostProcess insecureCapabilities linuxHardening missingNetworkPolicy notReadOnlyRootFilesystem privilegeEscalationAllowed procMount rolePodExecAttach rolebindingClusterAdminClusterRole rolebindingClusterAdminRole rolebindingClusterRolePodExecAttach rolebindingRolePodExecAttach runAsPrivileged runAsRootAllowed sensitiveConfigmapContent sensitiveContainerEnvVar tlsSettingsMissing',
      },
      {
        why: 'it asks for something that few workloads need',
        checks: 'priorityClassNotSet metadataAndInstanceMismatched',
      },
    ],
  },
  {
    id: 'pint',
    name: 'pint',
    page: 'https://cloudflare.github.io/pint/checks/',
    others: [
      {
        why: 'it asks a running Prometheus',
        checks:
          'alerts/absent alerts/count alerts/external_labels labels/conflict promql/counter promql/features promql/offset promql/range_query promql/rate promql/series promql/vector_matching query/cost rule/dependency',
      },
      {
        why: 'there is a rule about the same that decides in another way',
        checks:
          'alerts/template promql/fragile promql/impossible promql/nan rule/duplicate rule/link rule/owner',
      },
      {
        why: 'it says what somebody has configured',
        checks: 'promql/aggregate promql/selector group/interval rule/for rule/name rule/reject rule/report',
      },
      { why: 'it is about how a query is written, and not whether it works', checks: 'promql/regexp' },
    ],
  },
];

/** @param rules all of them */
export function otherLintersPage(rules: readonly Rule[]): string {
  const parts = tools.map(({ id, name, page, others }) => {
    const rows = [...claimsOf(id, rules)].map(
      ([check, messages]) => `| ${check} | ${messages.join(' · ')} |`,
    );
    const left = others.map(({ why, checks }) => `- ${why}: ${checks.split(' ').join(', ')}`);
    return [
      `## ${name}\n`,
      `[Its checks](${page}). Here:\n`,
      '| check | rule[message] |',
      '|---|---|',
      ...rows,
      '',
      'Not here, and why:\n',
      ...left,
    ].join('\n');
  });
  return `# Can another linter go?\n\nGenerated by \`npm run generate\`. For each check that is here the messages that give the very same verdict; a message that is _off_ is said only when it is turned on, by its name or by \`--rule '*=warning'\`. How that was measured stands in [measurements](measurements.md#agreement-with-other-linters). \`scaleready init --from TOOL\` carries a configuration over, and comments and annotations for these tools are honoured.\n\nWhat is about reliability is here. Checks of security are not: keep the tool for them, or one made for it.\n\n${parts.join('\n\n')}\n`;
}

/** Per check, the messages that claim it. */
function claimsOf(tool: string, rules: readonly Rule[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { id, level, messages } of rules)
    for (const [key, message] of Object.entries(messages))
      for (const check of message.equivalents ?? []) {
        const [own, ...name] = check.split('/');
        if (own !== tool) continue;
        const isOff = (message.level ?? level) === 'off';
        const text = `[${id}](../rules/practices/${id}.md)[${key}]${isOff ? ' _off_' : ''}`;
        found.set(name.join('/'), [...(found.get(name.join('/')) ?? []), text]);
      }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}
