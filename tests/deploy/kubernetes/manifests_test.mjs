// The manifests build with kubectl alone, are what Kubernetes takes, and run the exporter as the chart does.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { configurationError } from '../cluster_tools/pod.mjs';
import { missing, podOf } from '../cluster_tools/references.mjs';
import { alone, bin, installed, objectsIn, ofKind, output, run, scratch, source, theOne, version, yaml } from '../cluster_tools/tools.mjs';
import { typeErrors } from '../cluster_tools/types.mjs';
import { render, renderWith } from '../helm/chart.mjs';

const manifests = join(source, 'deploy/kubernetes');
const build = (folder) => objectsIn(output(bin('kubectl'), ['kustomize', folder], alone));
const prometheusRules = (...labels) => objectsIn(output(join(manifests, 'prometheus_rules.sh'), labels));

const base = build(join(manifests, 'base'));
const complete = build(join(manifests, 'overlays/complete'));
const rules = prometheusRules('release=kube-prometheus-stack', 'tier=1');

/** The Secret that is made by hand, with the account's id or without. */
const cluster = (account) => ({ Secret: { 'workers-builds-exporter': { token: 'a-token', ...(account && { 'account-id': account }) } } });

/** The base with one component. */
function withComponent(component) {
  // kustomize takes relative paths only.
  const folder = scratch('overlay');
  const up = '../'.repeat(folder.split('/').length - 1) + manifests.slice(1);
  writeFileSync(join(folder, 'kustomization.yaml'), `resources: [${up}/base]\ncomponents: [${up}/components/${component}]\n`);
  return build(folder);
}
const components = readdirSync(join(manifests, 'components'));
const byComponent = Object.fromEntries(components.map((component) => [component, withComponent(component)]));

test('every object has the type of its kind', () => {
  assert.deepEqual(typeErrors({ base, complete, rules, ...byComponent }), []);
});

test('a field that Kubernetes does not know is found', () => {
  const broken = structuredClone(theOne(base, 'Deployment'));
  broken.spec.template.spec.containers[0].volumeMount = [];
  assert.match(typeErrors({ broken: [broken] }).join(), /volumeMount/);
});

test('each component adds something, and the complete overlay has them all', () => {
  const id = (object) => `${object.kind} ${object.metadata.name.replace(/-[a-z0-9]{10}$/, '')}`;
  const all = new Set(base.map(id));
  assert.ok(components.length > 0);
  for (const [component, objects] of Object.entries(byComponent)) {
    assert.ok(objects.length > base.length, component);
    for (const object of objects) all.add(id(object));
  }
  assert.deepEqual(complete.map(id).sort(), [...all].sort());
});

test('the exporter accepts the configurations', () => {
  assert.equal(configurationError(base, cluster('023e105f4ecef8ad9ca31a8372d0c353')), undefined);
  assert.match(configurationError(base, cluster('acme')), /32 hex digits/);
  assert.equal(configurationError(complete, cluster()), undefined);
});

test('what the objects name is there', () => {
  for (const [name, objects] of Object.entries({ base, complete, ...byComponent })) assert.deepEqual(missing(objects, cluster()), [], name);
});

test('a changed configuration is a new pod', () => {
  const mounted = (objects) => podOf(objects).volumes.find((one) => one.name === 'config').configMap.name;
  const named = (objects) => ofKind(objects, 'ConfigMap').find((one) => one.data['exporter.yaml']).metadata.name;
  assert.equal(mounted(base), named(base));
  assert.equal(mounted(complete), named(complete));
  assert.notEqual(mounted(base), mounted(complete));
});

test('the pod is the chart\'s pod', () => {
  const ours = podOf(base);
  const charts = podOf(render('minimal'));
  const same = ['args', 'ports', 'startupProbe', 'livenessProbe', 'readinessProbe', 'resources', 'securityContext', 'volumeMounts'];
  for (const field of same) assert.deepEqual(ours.containers[0][field], charts.containers[0][field], field);
  for (const field of ['securityContext', 'automountServiceAccountToken', 'enableServiceLinks']) {
    assert.deepEqual(ours[field], charts[field], field);
  }
});

test('what goes out is what the chart lets out', () => {
  const charts = theOne(renderWith('minimal', { networkPolicy: { enabled: true } }), 'NetworkPolicy').spec;
  const ours = theOne(byComponent['network-policy'], 'NetworkPolicy').spec;
  for (const field of ['policyTypes', 'egress']) assert.deepEqual(ours[field], charts[field], field);
});

test('there is one process, with the state in the claim where there is one', () => {
  for (const objects of [base, byComponent.state]) {
    assert.equal(theOne(objects, 'Deployment').spec.replicas, 1);
    assert.equal(theOne(objects, 'Deployment').spec.strategy.type, 'Recreate');
  }
  const state = podOf(byComponent.state).volumes.find((one) => one.name === 'state');
  assert.deepEqual(state, { name: 'state', persistentVolumeClaim: { claimName: theOne(byComponent.state, 'PersistentVolumeClaim').metadata.name } });
});

test('selectors find the pod and the Service', () => {
  const labels = theOne(complete, 'Deployment').spec.template.metadata.labels;
  const selectors = [theOne(complete, 'Deployment').spec.selector.matchLabels, theOne(complete, 'Service').spec.selector, theOne(complete, 'NetworkPolicy').spec.podSelector.matchLabels];
  for (const selector of selectors) assert.deepEqual({ ...labels, ...selector }, labels);
  assert.deepEqual(theOne(complete, 'ServiceMonitor').spec.selector.matchLabels, theOne(complete, 'Service').metadata.labels);
});

test('the image is that of this version, or the one of an overlay', () => {
  assert.equal(podOf(base).containers[0].image, `workers-builds-exporter:${version}`);
  assert.equal(podOf(complete).containers[0].image, `registry.example/workers-builds-exporter:${version}`);
});

test('the commands of the READMEs work', () => {
  const text = readFileSync(join(source, 'README.md'), 'utf8') + readFileSync(join(manifests, 'README.md'), 'utf8');
  const commands = [...text.matchAll(/^(.*) \| kubectl apply (?:-n \S+ )?-f -$|^kubectl apply -k (\S+)$/gm)]
    .map(([, pipe, folder]) => pipe ?? `kubectl kustomize ${folder}`);
  assert.ok(commands.length >= 4, text);
  const environment = { ...alone.env, PATH: `${join(installed, 'bin')}:${alone.env.PATH}` };
  const made = {};
  for (const command of commands) {
    const objects = objectsIn(output('bash', ['-c', `set -euo pipefail; ${command}`], { env: environment, cwd: source }));
    made[`command-${Object.keys(made).length}`] = objects;
    if (command.includes('sed')) assert.equal(podOf(objects).containers[0].image, `REGISTRY/workers-builds-exporter:${version}`);
  }
  assert.deepEqual(typeErrors(made), []);
  const { volumes } = podOf(complete);
  const { namespace } = theOne(complete, 'Deployment').metadata;
  for (const { secret } of volumes.filter((one) => one.secret)) {
    assert.ok(text.includes(`kubectl create secret generic ${secret.secretName} --namespace ${namespace} `),
      `no command of the README makes the Secret ${secret.secretName} in ${namespace}, which the pod waits for`);
  }
});

test('prometheus_rules.sh prints every rule of deploy/prometheus, with the labels that were asked for', () => {
  const folder = join(source, 'deploy/prometheus');
  const files = readdirSync(folder).filter((file) => file.endsWith('.rules.yml'));
  assert.ok(files.length > 0);
  assert.deepEqual(rules.map((one) => one.spec), files.map((file) => yaml.parse(readFileSync(join(folder, file), 'utf8'))));
  for (const one of rules) {
    assert.deepEqual(one.metadata.labels, { 'app.kubernetes.io/name': 'workers-builds-exporter', release: 'kube-prometheus-stack', tier: '1' });
    const file = join(scratch('rules'), 'rules.yml');
    writeFileSync(file, yaml.stringify(one.spec));
    const checked = run('promtool', ['check', 'rules', '--lint-fatal', file]);
    assert.equal(checked.status, 0, checked.stdout + checked.stderr);
  }
});

test('the dashboards are those of grafana/dashboards, all of them', () => {
  const folder = join(source, 'grafana/dashboards');
  const expected = readdirSync(folder).filter((file) => file.endsWith('.json'))
    .map((file) => [`workers_builds_${file}`, readFileSync(join(folder, file), 'utf8')]);
  const maps = ofKind(byComponent.dashboards, 'ConfigMap').filter((one) => one.metadata.labels.grafana_dashboard === '1');
  assert.ok(expected.length > 0);
  assert.deepEqual(Object.fromEntries(maps.flatMap((one) => Object.entries(one.data))), Object.fromEntries(expected));
});
