// Every value of the set "everything" gets to where Kubernetes looks for it, and what objects name is there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missing, podOf } from '../cluster_tools/references.mjs';
import { alone, bin, output, theOne } from '../cluster_tools/tools.mjs';
import { chart, cluster, render, renderWith, valueSets, valuesOf } from './chart.mjs';
import { documentedValues } from './values_table.mjs';

const set = valuesOf('everything');
const everything = render('everything');
const rendered = Object.fromEntries(Object.keys(valueSets).map((name) => [name, render(name)]));

/** What is at a path; of a list, what has that name or stands at that place. */
const at = (object, path, separator) => path.split(separator).reduce((inner, key) =>
  (Array.isArray(inner) ? inner.find((one) => one.name === key) ?? inner[key] : inner?.[key]), object);

/** Of a map or a list, everything that is in it; of the rest, the same. */
function holds(there, value) {
  if (Array.isArray(value)) return Array.isArray(there) && value.every((one) => there.some((other) => holds(other, one)));
  if (typeof value === 'object') return Object.entries(value).every(([key, inner]) => holds(there?.[key], inner));
  return there === value;
}

const pod = 'spec/template/spec';
const container = `${pod}/containers/exporter`;
const claim = 'spec/volumeClaimTemplates/0';
const monitorRows = (value, kind, endpoint) => [
  [`${value}.namespace`, kind, 'metadata/namespace'],
  [`${value}.labels`, kind, 'metadata/labels'],
  [`${value}.interval`, kind, `${endpoint}/interval`],
  [`${value}.scrapeTimeout`, kind, `${endpoint}/scrapeTimeout`],
  [`${value}.relabelings`, kind, `${endpoint}/relabelings`],
  [`${value}.metricRelabelings`, kind, `${endpoint}/metricRelabelings`],
  [`${value}.extraEndpoint`, kind, endpoint],
  [`${value}.extraSpec`, kind, 'spec'],
];
const rows = [
  ['nameOverride', 'Service', 'metadata/labels', (name) => ({ 'app.kubernetes.io/name': name })],
  ['fullnameOverride', 'Service', 'metadata/name'],
  ['namespaceOverride', 'Service', 'metadata/namespace'],
  ['commonLabels', 'StatefulSet', 'metadata/labels'],
  ['image.repository', 'StatefulSet', `${container}/image`, (repository) => `${repository}@${set.image.digest}`],
  ['image.pullPolicy', 'StatefulSet', `${container}/imagePullPolicy`],
  ['imagePullSecrets', 'StatefulSet', `${pod}/imagePullSecrets`],
  ['replicaCount', 'StatefulSet', 'spec/replicas'],
  ['persistence.storageClassName', 'StatefulSet', `${claim}/spec/storageClassName`],
  ['persistence.accessModes', 'StatefulSet', `${claim}/spec/accessModes`],
  ['persistence.size', 'StatefulSet', `${claim}/spec/resources/requests/storage`],
  ['persistence.annotations', 'StatefulSet', `${claim}/metadata/annotations`],
  ['persistence.retentionPolicy', 'StatefulSet', 'spec/persistentVolumeClaimRetentionPolicy'],
  ['extraArgs', 'StatefulSet', `${container}/args`],
  ['extraEnv', 'StatefulSet', `${container}/env`],
  ['extraEnvFrom', 'StatefulSet', `${container}/envFrom`],
  ['extraVolumes', 'StatefulSet', `${pod}/volumes`],
  ['extraVolumeMounts', 'StatefulSet', `${container}/volumeMounts`],
  ['extraContainers', 'StatefulSet', `${pod}/containers`],
  ['extraInitContainers', 'StatefulSet', `${pod}/initContainers`],
  ['containerPort', 'StatefulSet', `${container}/ports/http/containerPort`],
  ['containerPort', 'StatefulSet', `${container}/args`, (port) => [`--web.listen-address=:${port}`]],
  ['livenessProbe', 'StatefulSet', `${container}/livenessProbe`],
  ['readinessProbe', 'StatefulSet', `${container}/readinessProbe`],
  ['startupProbe', 'StatefulSet', `${container}/startupProbe`],
  ['resources', 'StatefulSet', `${container}/resources`],
  ['podSecurityContext', 'StatefulSet', `${pod}/securityContext`],
  ['securityContext', 'StatefulSet', `${container}/securityContext`],
  ['serviceAccount.name', 'StatefulSet', `${pod}/serviceAccountName`],
  ['serviceAccount.name', 'ServiceAccount', 'metadata/name'],
  ['serviceAccount.annotations', 'ServiceAccount', 'metadata/annotations'],
  ['annotations', 'StatefulSet', 'metadata/annotations'],
  ['podLabels', 'StatefulSet', 'spec/template/metadata/labels'],
  ['podAnnotations', 'StatefulSet', 'spec/template/metadata/annotations'],
  ['updateStrategy', 'StatefulSet', 'spec/updateStrategy'],
  ['revisionHistoryLimit', 'StatefulSet', 'spec/revisionHistoryLimit'],
  ['terminationGracePeriodSeconds', 'StatefulSet', `${pod}/terminationGracePeriodSeconds`],
  ['priorityClassName', 'StatefulSet', `${pod}/priorityClassName`],
  ['nodeSelector', 'StatefulSet', `${pod}/nodeSelector`],
  ['tolerations', 'StatefulSet', `${pod}/tolerations`],
  ['affinity', 'StatefulSet', `${pod}/affinity`],
  ['topologySpreadConstraints', 'StatefulSet', `${pod}/topologySpreadConstraints`],
  ['extraPodSpec', 'StatefulSet', pod],
  ['service.type', 'Service', 'spec/type'],
  ['service.port', 'Service', 'spec/ports/http/port'],
  ['service.labels', 'Service', 'metadata/labels'],
  ['service.annotations', 'Service', 'metadata/annotations'],
  ['service.extraSpec', 'Service', 'spec'],
  ['podDisruptionBudget.minAvailable', 'PodDisruptionBudget', 'spec/minAvailable'],
  ['podDisruptionBudget.unhealthyPodEvictionPolicy', 'PodDisruptionBudget', 'spec/unhealthyPodEvictionPolicy'],
  ['networkPolicy.scrapers', 'NetworkPolicy', 'spec/ingress/0/from'],
  ['networkPolicy.extraIngress', 'NetworkPolicy', 'spec/ingress'],
  ['networkPolicy.egressPorts', 'NetworkPolicy', 'spec/egress', (ports) => [{ ports: ports.map((port) => ({ port, protocol: 'TCP' })) }]],
  ['networkPolicy.extraEgress', 'NetworkPolicy', 'spec/egress'],
  ...monitorRows('serviceMonitor', 'ServiceMonitor', 'spec/endpoints/0'),
  ['prometheusRule.namespace', 'PrometheusRule', 'metadata/namespace'],
  ['prometheusRule.labels', 'PrometheusRule', 'metadata/labels'],
];

/** The rows whose value is not where the row says, in every object of the kind. */
const misplaced = (values, objects, table) => table.filter(([value, kind, path, as = (one) => one]) => {
  const found = objects.filter((one) => one.kind === kind);
  return found.length === 0 || !found.every((one) => holds(at(one, path, '/'), as(at(values, value, '.'))));
}).map(([value, kind, path]) => `${value} is not in ${path} of every ${kind}`);

test('every value is where it belongs', () => {
  assert.deepEqual(misplaced(set, everything, rows), []);
});

test('the PodMonitor has what the ServiceMonitor has', () => {
  const values = { serviceMonitor: { enabled: false }, podMonitor: set.serviceMonitor };
  assert.deepEqual(misplaced(values, renderWith('everything', values), monitorRows('podMonitor', 'PodMonitor', 'spec/podMetricsEndpoints/0')), []);
});

test('what gives way to another value of the set has its place without that one', () => {
  const objects = renderWith('everything', { image: { digest: '' }, podDisruptionBudget: { minAvailable: null }, service: { clusterIP: '10.0.0.7' } });
  assert.deepEqual(misplaced({ ...set, service: { clusterIP: '10.0.0.7' } }, objects, [
    ['image.tag', 'StatefulSet', `${container}/image`, (tag) => `${set.image.repository}:${tag}`],
    ['podDisruptionBudget.maxUnavailable', 'PodDisruptionBudget', 'spec/maxUnavailable'],
    ['service.clusterIP', 'Service', 'spec/clusterIP'],
  ]), []);
  const without = renderWith('minimal', { serviceAccount: { create: false } });
  assert.equal(podOf(without).serviceAccountName, 'default');
});

test('the dashboards have their namespace, labels and annotations', () => {
  const maps = everything.filter((one) => one.metadata.labels?.grafana_dashboard === '1').map((one) => ({ ...one, kind: 'Dashboard' }));
  const table = ['namespace', 'labels', 'annotations'].map((key) => [`dashboards.${key}`, 'Dashboard', `metadata/${key}`]);
  assert.deepEqual(misplaced(set, maps, table), []);
});

test('no value is without a test of its place', () => {
  // Those that switch something, and those that content_test.mjs, rendering_test.mjs or a test above follows.
  const elsewhere = [
    /\.(enabled|create)$/, /^(config|extraManifests|shards\.total|persistence\.existingClaim)$/, /^(apiTokens|podMonitor|dashboards)\./,
    /^image\.(tag|digest)$/, /\.(maxUnavailable|clusterIP)$/, /^prometheusRule\.(thresholds|disabledAlerts|runbookBaseUrl)$/,
  ];
  const placed = rows.map(([value]) => value);
  assert.deepEqual(documentedValues().map((one) => one.path).filter((path) => !placed.includes(path) && !elsewhere.some((one) => one.test(path))), []);
});

test('what the objects name is there', () => {
  for (const [name, objects] of Object.entries(rendered)) assert.deepEqual(missing(objects, cluster), [], name);
});

test('what the objects name and is not there is found', () => {
  const says = (change, base = everything) => {
    const objects = structuredClone(base);
    change((kind) => theOne(objects, kind).spec, podOf(objects));
    return missing(objects, cluster).join();
  };
  assert.equal(says((_, { volumes }) => { volumes[0].configMap.name = 'a'; }), 'there is no ConfigMap a');
  assert.equal(says((_, { volumes }) => { volumes[1].secret.secretName = 'a'; }), 'there is no Secret a');
  assert.equal(says((_, { containers }) => { containers[0].volumeMounts[0].name = 'a'; }), 'there is no volume a, which exporter mounts');
  assert.equal(says((_, one) => { one.serviceAccountName = 'a'; }), 'there is no ServiceAccount a');
  assert.equal(says((_, { containers }) => { containers[0].livenessProbe.httpGet.port = 'a'; }), 'there is no port a, which the probe of exporter names');
  assert.equal(says((spec) => { spec('Service').ports[0].targetPort = 'a'; }), 'there is no port a, which the Service names');
  assert.equal(says((spec) => { spec('NetworkPolicy').ingress[0].ports[0].port = 'a'; }), 'there is no port a, which the NetworkPolicy names');
  assert.equal(says((spec) => { spec('ServiceMonitor').endpoints[0].port = 'a'; }), 'there is no port a, which the ServiceMonitor names');
  assert.equal(says((spec) => { spec('PodMonitor').podMetricsEndpoints[0].port = 'a'; }, rendered.shards), 'there is no port a, which the PodMonitor names');
});

test('the tokens are in no object but Secrets, and not in what helm says', () => {
  for (const [name, objects] of Object.entries(rendered)) {
    const tokens = Object.values(valuesOf(name).apiTokens?.values ?? {});
    const others = JSON.stringify(objects.filter((one) => one.kind !== 'Secret'));
    const install = ['install', 'release', chart, '--dry-run=client', '-f', valueSets[name]];
    const [, notes] = output(bin('helm'), install, alone).split('\nNOTES:\n');
    for (const token of tokens.flatMap((one) => [one, Buffer.from(one).toString('base64')])) {
      assert.ok(!others.includes(token), `${name}: an object has ${token}`);
      assert.ok(!notes.includes(token), `${name}: the notes have ${token}`);
    }
  }
});
