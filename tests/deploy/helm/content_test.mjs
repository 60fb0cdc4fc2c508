// What the exporter, Prometheus and Grafana are given is what this repository says, and the pod is hardened.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { ofKind, run, scratch, source, theOne, yaml } from '../cluster_tools/tools.mjs';
import { cluster, render, renderWith, valueSets, valuesOf } from './chart.mjs';
import { configurationError } from '../cluster_tools/pod.mjs';
import { podOf } from '../cluster_tools/references.mjs';

const account = '023e105f4ecef8ad9ca31a8372d0c353';
const everything = render('everything');
const rendered = Object.fromEntries(Object.keys(valueSets).map((set) => [set, render(set)]));
const configOf = (objects) => yaml.parse(ofKind(objects, 'ConfigMap').find((one) => one.data['exporter.yaml']).data['exporter.yaml']);
const environmentOf = (pod) => Object.fromEntries(pod.containers.find((one) => one.name === 'exporter').env.map((one) => [one.name, one]));

test('the exporter accepts the configuration of every set', () => {
  for (const [set, objects] of Object.entries(rendered)) assert.equal(configurationError(objects, cluster), undefined, set);
});

test('the exporter refuses a configuration that is wrong', () => {
  assert.match(configurationError(renderWith('minimal', { config: { poll: { interval: 'soon' } } }), cluster), /poll\.interval/);
  assert.match(configurationError(renderWith('minimal', { extraArgs: ['--log.levels=info'] }), cluster), /unknown flag '--log.levels'/);
  assert.match(configurationError(renderWith('minimal', { apiTokens: { defaultKey: 'tokne' } }), cluster), /api_token_file.*there is no such file/);
});

test('the value config becomes the file as it is', () => {
  const expected = valuesOf('everything').config;
  expected.accounts[0].api_token_file = '/run/secrets/workers-builds-exporter/cloudflare';
  assert.deepEqual(configOf(everything), expected);
  assert.deepEqual(configOf(rendered.environment).accounts, [{ id: account, api_token_env: 'CF_TOKEN' }]);
  assert.deepEqual(configOf(rendered.secret).accounts.map((one) => basename(one.api_token_file)), ['token', 'other']);
});

test('the token is a file and not in environment or arguments', () => {
  for (const [set, objects] of Object.entries(rendered)) {
    const pod = podOf(objects);
    if (set !== 'environment') assert.doesNotMatch(JSON.stringify(pod.containers), /secretKeyRef/, set);
  }
  // Not stringData: a token that is taken out of it stays in the cluster's Secret.
  const tokens = Object.entries(theOne(rendered.secret, 'Secret').data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]);
  assert.deepEqual(Object.fromEntries(tokens), { token: 'simulated-token', other: 'another-token' });
  assert.equal(ofKind(rendered.minimal, 'Secret').length, 0);
  const mounted = podOf(rendered.minimal).volumes.find((one) => one.name === 'api-tokens');
  assert.equal(mounted.secret.secretName, 'cloudflare');
});

test('a changed configuration starts new pods, a changed token does not', () => {
  const sum = (more) => JSON.stringify(theOne(renderWith('secret', more), 'Deployment').spec.template);
  const before = sum({});
  assert.notEqual(sum({ config: { log: { level: 'debug' } } }), before);
  assert.equal(sum({ apiTokens: { values: { token: 'rolled' } } }), before);
});

test('the pod has no rights, no token of the cluster and nothing to write to but its state', () => {
  for (const set of ['minimal', 'persistence', 'shards']) {
    const pod = podOf(rendered[set]);
    assert.deepEqual(pod.securityContext, {
      runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532,
      fsGroupChangePolicy: 'OnRootMismatch', seccompProfile: { type: 'RuntimeDefault' },
    });
    assert.equal(pod.automountServiceAccountToken, false);
    for (const container of pod.containers) {
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] },
      });
      const writable = container.volumeMounts.filter((one) => !one.readOnly).map((one) => one.mountPath);
      assert.deepEqual(writable, ['/var/lib/workers-builds-exporter']);
    }
  }
});

test('the state is in a volume of its own, in a claim that is there, or goes with the pod', () => {
  const state = (set) => podOf(rendered[set]).volumes.find((one) => one.name === 'state');
  assert.deepEqual(state('minimal'), { name: 'state', emptyDir: {} });
  assert.deepEqual(state('existing-claim').persistentVolumeClaim, { claimName: 'builds-state' });
  assert.equal(theOne(rendered['existing-claim'], 'StatefulSet').spec.volumeClaimTemplates, undefined);
  assert.equal(state('persistence'), undefined);
  const [claim] = theOne(rendered.persistence, 'StatefulSet').spec.volumeClaimTemplates;
  assert.equal(claim.metadata.name, 'state');
  assert.equal(claim.spec.storageClassName, 'fast');
  for (const objects of Object.values(rendered)) {
    assert.equal(environmentOf(podOf(objects)).STATE_DIRECTORY.value, '/var/lib/workers-builds-exporter');
  }
});

test('every shard is a pod that knows its number from its name', () => {
  const set = theOne(rendered.shards, 'StatefulSet');
  assert.equal(set.spec.replicas, 3);
  const pod = podOf(rendered.shards);
  assert.ok(pod.containers[0].args.includes('--shard.total=3'));
  assert.deepEqual(environmentOf(pod).POD_NAME.valueFrom, { fieldRef: { fieldPath: 'metadata.name' } });
  assert.deepEqual(pod.topologySpreadConstraints[0].labelSelector.matchLabels, set.spec.selector.matchLabels);
  for (const [name, objects] of Object.entries(rendered)) {
    if (name !== 'shards') assert.doesNotMatch(JSON.stringify(podOf(objects)), /--shard|POD_NAME/, name);
  }
});

test('there are as many pods as the values say', () => {
  assert.equal(theOne(renderWith('minimal', { replicaCount: 0 }), 'Deployment').spec.replicas, 0);
  assert.equal(theOne(rendered.minimal, 'Deployment').spec.replicas, 1);
  assert.equal(theOne(everything, 'StatefulSet').spec.replicas, 2);
});

test('the chart\'s selectors find its pods, whatever labels are added', () => {
  const others = { 'app.kubernetes.io/name': 'other', 'app.kubernetes.io/instance': 'other' };
  const objects = renderWith('everything', { podLabels: others, commonLabels: others, service: { labels: others } });
  const set = theOne(objects, 'StatefulSet');
  const selectors = [
    set.spec.selector.matchLabels, theOne(objects, 'Service').spec.selector, theOne(objects, 'PodDisruptionBudget').spec.selector.matchLabels,
    theOne(objects, 'NetworkPolicy').spec.podSelector.matchLabels,
  ];
  for (const selector of selectors) assert.deepEqual({ ...set.spec.template.metadata.labels, ...selector }, set.spec.template.metadata.labels);
  const service = theOne(objects, 'Service').metadata;
  const monitor = theOne(objects, 'ServiceMonitor');
  assert.deepEqual({ ...service.labels, ...monitor.spec.selector.matchLabels }, service.labels);
  assert.deepEqual(monitor.spec.namespaceSelector.matchNames, [service.namespace]);
  const podMonitor = theOne(rendered.shards, 'PodMonitor');
  assert.deepEqual(podMonitor.spec.selector.matchLabels, theOne(rendered.shards, 'StatefulSet').spec.selector.matchLabels);
});

test('names are texts, whatever they look like, and those of a Service', () => {
  const objects = renderWith('everything', {
    namespaceOverride: '1', serviceAccount: { name: '2' }, priorityClassName: '3', nameOverride: '4', fullnameOverride: 'true',
  });
  for (const { metadata } of objects) assert.equal(typeof metadata.name, 'string', metadata.name);
  assert.deepEqual([theOne(objects, 'Service').metadata.namespace, theOne(objects, 'Service').metadata.name], ['1', 'true']);
  assert.deepEqual(theOne(objects, 'ServiceMonitor').spec.namespaceSelector.matchNames, ['1']);
  assert.deepEqual([podOf(objects).serviceAccountName, podOf(objects).priorityClassName], ['2', '3']);
  assert.equal(theOne(objects, 'StatefulSet').spec.serviceName, 'true');
  const cut = theOne(renderWith('minimal', { fullnameOverride: `${'a'.repeat(51)}-b` }), 'Service');
  assert.equal(cut.metadata.name, 'a'.repeat(51));
});

test('only a Service of type ClusterIP is without an address', () => {
  const spec = (service) => theOne(renderWith('minimal', { service }), 'Service').spec;
  assert.equal(spec({}).clusterIP, 'None');
  for (const type of ['NodePort', 'LoadBalancer']) {
    assert.equal(spec({ type }).clusterIP, undefined, type);
    assert.equal(spec({ type, clusterIP: '10.0.0.7' }).clusterIP, '10.0.0.7', type);
  }
});

test('another way of probing takes the place of the default one', () => {
  for (const way of [{ tcpSocket: { port: 'http' } }, { exec: { command: ['true'] } }, { grpc: { port: 1 } }]) {
    const { livenessProbe } = podOf(renderWith('minimal', { livenessProbe: way })).containers[0];
    assert.deepEqual(livenessProbe, { ...way, periodSeconds: 15, timeoutSeconds: 5 });
  }
});

test('Prometheus asks where the exporter has its metrics', () => {
  const path = (extraArgs, podMonitor = {}) => theOne(renderWith('environment', { extraArgs, podMonitor }), 'PodMonitor').spec.podMetricsEndpoints[0].path;
  assert.equal(path([]), undefined);
  assert.equal(path(['--web.telemetry-path=/a', '--log.level=info', '--web.telemetry-path=/b']), '/b');
  assert.equal(theOne(everything, 'ServiceMonitor').spec.endpoints[0].path, '/builds');
});

test('fields that a value adds win over the chart\'s', () => {
  const objects = renderWith('everything', {
    extraPodSpec: { automountServiceAccountToken: true, terminationGracePeriodSeconds: 0 },
    service: { extraSpec: { type: 'LoadBalancer', loadBalancerSourceRanges: ['10.0.0.0/8'] } },
    serviceMonitor: { extraEndpoint: { port: 'tls', path: '/other' }, extraSpec: { namespaceSelector: { any: true } } },
  });
  const { spec: service } = theOne(objects, 'Service');
  const { spec: monitor } = theOne(objects, 'ServiceMonitor');
  assert.deepEqual([podOf(objects).automountServiceAccountToken, podOf(objects).terminationGracePeriodSeconds], [true, 0]);
  assert.deepEqual([service.type, service.loadBalancerSourceRanges, service.ipFamilyPolicy], ['LoadBalancer', ['10.0.0.0/8'], 'PreferDualStack']);
  assert.deepEqual([monitor.endpoints[0].port, monitor.endpoints[0].path, monitor.namespaceSelector], ['tls', '/other', { any: true }]);
  const podMonitor = theOne(renderWith('environment', { podMonitor: { extraEndpoint: { port: 'tls' }, extraSpec: { selector: {} } } }), 'PodMonitor').spec;
  assert.deepEqual([podMonitor.podMetricsEndpoints[0].port, podMonitor.selector], ['tls', {}]);
});

test('a constraint of the spread keeps its own selector', () => {
  const [without, own] = podOf(everything).topologySpreadConstraints;
  assert.deepEqual(own.labelSelector, { matchLabels: { zone: 'inner' } });
  assert.deepEqual(without.labelSelector.matchLabels, theOne(everything, 'StatefulSet').spec.selector.matchLabels);
});

test('a pod that replaces another is scraped under the same instance, and never beside it', () => {
  const relabelings = (set, more) => {
    const objects = renderWith(set, more);
    const [{ spec }] = [...ofKind(objects, 'PodMonitor'), ...ofKind(objects, 'ServiceMonitor')];
    return (spec.endpoints ?? spec.podMetricsEndpoints)[0].relabelings;
  };
  const byName = [{ sourceLabels: ['__meta_kubernetes_namespace', '__meta_kubernetes_pod_name'], separator: '/', targetLabel: 'instance' }];
  for (const set of ['persistence', 'shards']) assert.deepEqual(relabelings(set, {}), byName, set);
  assert.deepEqual(relabelings('environment', { replicaCount: 2 }), byName);
  assert.deepEqual(relabelings('environment', {}), [
    { targetLabel: 'instance', replacement: 'here/release-workers-builds-exporter' }, { action: 'labeldrop', regex: 'pod' },
  ]);
  assert.deepEqual(theOne(rendered.environment, 'Deployment').spec.strategy, { type: 'Recreate' });
});

test('the network policy lets the scraper in, and DNS and HTTPS out', () => {
  const { spec } = theOne(renderWith('minimal', { networkPolicy: { enabled: true } }), 'NetworkPolicy');
  assert.deepEqual(spec.ingress, [{ ports: [{ port: 'http', protocol: 'TCP' }] }]);
  assert.deepEqual(spec.egress.flatMap((one) => one.ports.map((port) => `${port.port}/${port.protocol}`)), ['53/UDP', '53/TCP', '443/TCP']);
  const [{ from }] = theOne(everything, 'NetworkPolicy').spec.ingress;
  assert.deepEqual(from, valuesOf('everything').networkPolicy.scrapers);
});

const rulesFolder = join(source, 'deploy/prometheus');
const ruleFiles = readdirSync(rulesFolder).filter((file) => file.endsWith('.rules.yml'));
const sourceRules = (file) => yaml.parse(readFileSync(join(rulesFolder, file), 'utf8'));
const renderedRules = (objects) => Object.fromEntries(ofKind(objects, 'PrometheusRule').map((one) => [one.metadata.name, one.spec]));
const nameOf = (file) => `release-workers-builds-exporter-${file.replace('.rules.yml', '').replace('_', '-')}`;

test('the PrometheusRules are the rules of deploy/prometheus, all of them', () => {
  assert.ok(ruleFiles.length > 0);
  assert.deepEqual(renderedRules(renderWith('minimal', { prometheusRule: { enabled: true } })),
    Object.fromEntries(ruleFiles.map((file) => [nameOf(file), sourceRules(file)])));
});

test('promtool accepts them, also with other thresholds', () => {
  for (const objects of [renderWith('minimal', { prometheusRule: { enabled: true } }), everything]) {
    for (const [name, spec] of Object.entries(renderedRules(objects))) {
      const file = join(scratch('rules'), `${name}.yml`);
      writeFileSync(file, yaml.stringify(spec));
      const done = run('promtool', ['check', 'rules', '--lint-fatal', file]);
      assert.equal(done.status, 0, `${name}: ${done.stdout}${done.stderr}`);
    }
  }
});

test('values change thresholds, runbook addresses and which alerts there are, and nothing else', () => {
  const expected = ruleFiles.flatMap((file) => sourceRules(file).groups).flatMap((group) => group.rules)
    .filter((rule) => rule.alert !== 'TerminatedBuilds');
  const threshold = (name, status) => expected.find((rule) => rule.record === `workers_builds:threshold:${name}` && rule.labels?.status === status);
  threshold('consecutive_failures').expr = 'vector(5)';
  threshold('regression_ratio').expr = 'vector(1.25)';
  threshold('stuck_seconds', 'queued').expr = 'vector(3600)';
  for (const rule of expected) {
    if (rule.alert) rule.annotations.runbook_url = `https://docs.example/${rule.annotations.runbook_url}`;
  }
  assert.deepEqual(Object.values(renderedRules(everything)).flatMap((spec) => spec.groups).flatMap((group) => group.rules), expected);
});

test('the dashboards are those of grafana/dashboards, all of them, none too large for kubectl apply', () => {
  const maps = ofKind(everything, 'ConfigMap').filter((one) => one.metadata.labels?.grafana_dashboard === '1');
  const folder = join(source, 'grafana/dashboards');
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  assert.ok(files.length > 0);
  const expected = files.map((file) => [`workers_builds_${file}`, JSON.parse(readFileSync(join(folder, file), 'utf8'))]);
  const shown = maps.flatMap((one) => Object.entries(one.data)).map(([name, text]) => [name, JSON.parse(text)]);
  assert.deepEqual(Object.fromEntries(shown), Object.fromEntries(expected));
  for (const one of maps) assert.ok(JSON.stringify(one).length < 262144, `${one.metadata.name} is more than an annotation may hold`);
});
