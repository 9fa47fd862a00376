/**
 * API versions that Kubernetes no longer serves.
 *
 * Sources: https://kubernetes.io/docs/reference/using-api/deprecation-guide/ for 1.16 and later; for those before it
 * https://kubernetes.io/blog/2019/07/18/api-deprecations-in-1-16/
 */
export interface RemovedApi {
  /** The first release without it. */
  readonly removed: string;
  /** The version to use; undefined: the kind itself is gone. */
  readonly use?: string;
  /** Fields were renamed or moved between the two. */
  readonly reshaped?: true;
}

/** The removal of an object's API version; undefined where it is served. */
export function removedApi(apiVersion: string, kind: string): RemovedApi | undefined {
  return Object.hasOwn(table, apiVersion) && Object.hasOwn(table[apiVersion]!, kind)
    ? table[apiVersion]![kind]
    : undefined;
}

const apps: RemovedApi = { removed: '1.16', use: 'apps/v1' };

const table: Readonly<Record<string, Readonly<Record<string, RemovedApi>>>> = {
  'extensions/v1beta1': {
    Deployment: apps,
    DaemonSet: apps,
    ReplicaSet: apps,
    NetworkPolicy: { removed: '1.16', use: 'networking.k8s.io/v1' },
    PodSecurityPolicy: { removed: '1.16' },
    Ingress: { removed: '1.22', use: 'networking.k8s.io/v1', reshaped: true },
  },
  'apps/v1beta1': { Deployment: apps, StatefulSet: apps, ReplicaSet: apps, DaemonSet: apps },
  'apps/v1beta2': { Deployment: apps, StatefulSet: apps, ReplicaSet: apps, DaemonSet: apps },
  'networking.k8s.io/v1beta1': {
    Ingress: { removed: '1.22', use: 'networking.k8s.io/v1', reshaped: true },
    IngressClass: { removed: '1.22', use: 'networking.k8s.io/v1' },
  },
  'admissionregistration.k8s.io/v1beta1': {
    MutatingWebhookConfiguration: {
      removed: '1.22',
      use: 'admissionregistration.k8s.io/v1',
      reshaped: true,
    },
    ValidatingWebhookConfiguration: {
      removed: '1.22',
      use: 'admissionregistration.k8s.io/v1',
      reshaped: true,
    },
  },
  'apiregistration.k8s.io/v1beta1': { APIService: { removed: '1.22', use: 'apiregistration.k8s.io/v1' } },
  'certificates.k8s.io/v1beta1': {
    CertificateSigningRequest: { removed: '1.22', use: 'certificates.k8s.io/v1', reshaped: true },
  },
  'coordination.k8s.io/v1beta1': { Lease: { removed: '1.22', use: 'coordination.k8s.io/v1' } },
  'rbac.authorization.k8s.io/v1beta1': forAll(
    { removed: '1.22', use: 'rbac.authorization.k8s.io/v1' },
    'ClusterRole ClusterRoleBinding Role RoleBinding',
  ),
  'rbac.authorization.k8s.io/v1alpha1': forAll(
    { removed: '1.22', use: 'rbac.authorization.k8s.io/v1' },
    'ClusterRole ClusterRoleBinding Role RoleBinding',
  ),
  'scheduling.k8s.io/v1beta1': { PriorityClass: { removed: '1.22', use: 'scheduling.k8s.io/v1' } },
  'storage.k8s.io/v1beta1': {
    ...forAll(
      { removed: '1.22', use: 'storage.k8s.io/v1' },
      'CSIDriver CSINode StorageClass VolumeAttachment',
    ),
    CSIStorageCapacity: { removed: '1.27', use: 'storage.k8s.io/v1' },
  },
  'batch/v1beta1': { CronJob: { removed: '1.25', use: 'batch/v1' } },
  'batch/v2alpha1': { CronJob: { removed: '1.21', use: 'batch/v1' } },
  'discovery.k8s.io/v1beta1': {
    EndpointSlice: { removed: '1.25', use: 'discovery.k8s.io/v1', reshaped: true },
  },
  'events.k8s.io/v1beta1': { Event: { removed: '1.25', use: 'events.k8s.io/v1', reshaped: true } },
  'autoscaling/v2beta1': {
    HorizontalPodAutoscaler: { removed: '1.25', use: 'autoscaling/v2', reshaped: true },
  },
  'autoscaling/v2beta2': { HorizontalPodAutoscaler: { removed: '1.26', use: 'autoscaling/v2' } },
  'policy/v1beta1': {
    PodDisruptionBudget: { removed: '1.25', use: 'policy/v1' },
    PodSecurityPolicy: { removed: '1.25' },
  },
  'node.k8s.io/v1beta1': { RuntimeClass: { removed: '1.25', use: 'node.k8s.io/v1' } },
  'flowcontrol.apiserver.k8s.io/v1beta1': flowControl('1.26'),
  'flowcontrol.apiserver.k8s.io/v1beta2': flowControl('1.29'),
  'flowcontrol.apiserver.k8s.io/v1beta3': flowControl('1.32'),
};

function flowControl(removed: string): Record<string, RemovedApi> {
  return forAll(
    { removed, use: 'flowcontrol.apiserver.k8s.io/v1', reshaped: true },
    'FlowSchema PriorityLevelConfiguration',
  );
}

function forAll(api: RemovedApi, kinds: string): Record<string, RemovedApi> {
  return Object.fromEntries(kinds.split(' ').map((kind) => [kind, api]));
}
