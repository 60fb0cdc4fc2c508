// What objects name that must be there: other objects, and ports by their names.
import { ofKind } from './tools.mjs';

/** The Deployment or StatefulSet. */
export const workloadOf = (objects) => [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')][0];
export const podOf = (objects) => workloadOf(objects).spec.template.spec;

/**
 * What a ConfigMap or a Secret has, by key; undefined: there is none of that name where the pod looks for it.
 * @param {Record<string, Record<string, object>>} cluster what there is besides the objects: by kind, by name
 */
export function dataOf(objects, cluster, kind, name) {
  const { namespace } = workloadOf(objects).metadata;
  const found = ofKind(objects, kind).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  if (found === undefined) return cluster[kind]?.[name];
  const data = Object.entries(found.data ?? {});
  return Object.fromEntries(kind === 'Secret' ? data.map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]) : data);
}

/** Kind and name of what a volume or an entry of envFrom is made of; undefined: of nothing that has a name. */
export function sourceOf({ configMap, configMapRef, secret, secretRef, persistentVolumeClaim }) {
  if (configMap ?? configMapRef) return ['ConfigMap', (configMap ?? configMapRef).name];
  if (secret ?? secretRef) return ['Secret', secret?.secretName ?? secretRef.name];
  return persistentVolumeClaim && ['PersistentVolumeClaim', persistentVolumeClaim.claimName];
}

const containersOf = (pod) => [...(pod.initContainers ?? []), ...pod.containers];

function missingObjects(objects, cluster) {
  const pod = podOf(objects);
  const { kind, spec } = workloadOf(objects);
  const volumes = [...(pod.volumes ?? []).map((one) => one.name), ...(spec.volumeClaimTemplates ?? []).map((one) => one.metadata.name)];
  const wanted = [
    ['ServiceAccount', pod.serviceAccountName],
    ...(kind === 'StatefulSet' ? [['Service', spec.serviceName]] : []),
    ...[...(pod.volumes ?? []), ...containersOf(pod).flatMap((one) => one.envFrom ?? [])].map(sourceOf).filter(Boolean),
  ];
  return [
    ...wanted.filter(([kind, name]) => dataOf(objects, cluster, kind, name) === undefined).map((one) => `there is no ${one.join(' ')}`),
    ...containersOf(pod).flatMap((container) => (container.volumeMounts ?? []).filter((one) => !volumes.includes(one.name))
      .map((one) => `there is no volume ${one.name}, which ${container.name} mounts`)),
  ];
}

function missingPorts(objects) {
  const pod = podOf(objects);
  const namesOf = (ports) => (ports ?? []).map((one) => one.name);
  const ofPod = pod.containers.flatMap((one) => namesOf(one.ports));
  const ofServices = ofKind(objects, 'Service').flatMap((one) => namesOf(one.spec.ports));
  const used = [
    ...containersOf(pod).flatMap((one) => [one.startupProbe, one.livenessProbe, one.readinessProbe].filter(Boolean)
      .map((probe) => [`probe of ${one.name}`, (probe.httpGet ?? probe.tcpSocket ?? {}).port, namesOf(one.ports)])),
    ...ofKind(objects, 'Service').flatMap((one) => one.spec.ports.map(({ targetPort }) => ['Service', targetPort, ofPod])),
    ...ofKind(objects, 'NetworkPolicy').flatMap((one) => one.spec.ingress.flatMap(({ ports }) => ports ?? [])
      .map(({ port }) => ['NetworkPolicy', port, ofPod])),
    ...ofKind(objects, 'ServiceMonitor').flatMap((one) => one.spec.endpoints.map(({ port }) => ['ServiceMonitor', port, ofServices])),
    ...ofKind(objects, 'PodMonitor').flatMap((one) => one.spec.podMetricsEndpoints.map(({ port }) => ['PodMonitor', port, ofPod])),
  ];
  return used.filter(([, port, there]) => typeof port === 'string' && !there.includes(port))
    .map(([user, port]) => `there is no port ${port}, which the ${user} names`);
}

/** What the objects name, and neither they nor the cluster have; one line each. */
export const missing = (objects, cluster = {}) => [...missingObjects(objects, cluster), ...missingPorts(objects)];
