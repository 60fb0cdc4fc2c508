// helm accepts the chart, and what it makes of every set of values in ci/ is what Kubernetes' API takes.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { alone, bin, objectsIn, output, run, scratch, source, theOne, version } from '../cluster_tools/tools.mjs';
import { podOf } from '../cluster_tools/references.mjs';
import { typeErrors } from '../cluster_tools/types.mjs';
import { chart, render, valueSets, values, valuesOf } from './chart.mjs';

const sets = Object.keys(valueSets);
const rendered = Object.fromEntries(sets.map((set) => [set, render(set)]));

test('helm lint --strict finds nothing, with the values of the chart and with each set', () => {
  for (const args of [[], ...sets.map((set) => ['-f', valueSets[set]])]) {
    output(bin('helm'), ['lint', '--strict', chart, ...args], alone);
  }
});

test('every object has the type of its kind', () => {
  assert.deepEqual(typeErrors(rendered), []);
});

test('a field that Kubernetes or the operator does not know is found', () => {
  const broken = {};
  const breaks = (kind, change) => {
    const object = structuredClone(rendered.everything.find((one) => one.kind === kind));
    change(object.spec);
    broken[kind] = [object];
  };
  breaks('StatefulSet', (spec) => { spec.template.spec.containers[0].livenessProbes = {}; });
  breaks('Service', (spec) => { spec.ports[0].port = '80'; });
  breaks('NetworkPolicy', (spec) => { spec.ingres = []; });
  breaks('ServiceMonitor', (spec) => { spec.endpoints[0].every = '30s'; });
  breaks('PrometheusRule', (spec) => { spec.groups[0].rules[0].query = 'up'; });
  broken.Deploy = [{ apiVersion: 'apps/v1', kind: 'Deploy' }];
  const errors = typeErrors(broken);
  const found = [
    /^StatefulSet.*livenessProbes/, /^Service\..*'string' is not assignable/, /^NetworkPolicy.*ingres/, /^ServiceMonitor.*every/,
    /^PrometheusRule.*query/, /^Deploy.*no type for kind Deploy/,
  ];
  for (const error of found) assert.ok(errors.some((one) => error.test(one)), `${error} is not in\n${errors.join('\n')}`);
  assert.equal(errors.length, found.length, errors.join('\n'));
});

test('helm 3 makes the same', () => {
  for (const set of sets) assert.deepEqual(render(set, { helm: 'helm3' }), rendered[set], set);
});

test('the package has everything in it and makes the same', () => {
  const folder = scratch('package');
  output(bin('helm'), ['package', chart, '--destination', folder], alone);
  const archive = join(folder, `workers-builds-exporter-${version}.tgz`);
  for (const set of sets) assert.deepEqual(render(set, { of: archive }), rendered[set], set);
  const files = output('tar', ['-tzf', archive]).trim().split('\n').map((file) => file.split('/').slice(1).join('/'));
  assert.ok(files.includes('files/prometheus/alerts.rules.yml') && files.includes('README.md'), files.join('\n'));
  assert.deepEqual(files.filter((file) => /tests\/|RUNBOOK|^ci\/|kustomization/.test(file)), [], 'the package needs none of these');
});

test('without the files there are no rules and no dashboards, and helm says so', () => {
  const bare = join(scratch('bare'), 'workers-builds-exporter');
  cpSync(chart, bare, { recursive: true, filter: (path) => !path.startsWith(join(chart, 'files')) });
  for (const [value, folder] of [['prometheusRule', 'prometheus'], ['dashboards', 'dashboards']]) {
    const done = run(bin('helm'), ['template', bare, '-f', valueSets.minimal, '--set', `${value}.enabled=true`], alone);
    assert.notEqual(done.status, 0);
    assert.match(done.stderr, new RegExp(`${value}.enabled: files/${folder} of the chart leads to no files: it is a symbolic link`));
  }
  render('minimal', { of: bare });
});

test('it can be a dependency of another chart, with a condition and global values', () => {
  const parent = scratch('parent');
  mkdirSync(join(parent, 'charts'));
  cpSync(chart, join(parent, 'charts/workers-builds-exporter'), { recursive: true, dereference: true });
  writeFileSync(join(parent, 'Chart.yaml'), `apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:\n` +
    `  - {name: workers-builds-exporter, version: "*", condition: workers-builds-exporter.enabled}\n`);
  const own = { ...valuesOf('everything'), enabled: true };
  writeFileSync(join(parent, 'values.yaml'), JSON.stringify({ global: { team: 'a' }, 'workers-builds-exporter': own }));
  const objects = objectsIn(output(bin('helm'), ['template', 'release', parent], alone));
  assert.equal(objects.length, rendered.everything.length);
});

test('the commands of the READMEs work', () => {
  const account = '023e105f4ecef8ad9ca31a8372d0c353';
  const text = readFileSync(join(source, 'README.md'), 'utf8') + readFileSync(join(chart, 'README.md'), 'utf8');
  const folder = scratch('readme');
  writeFileSync(join(folder, 'values.yaml'), /```yaml\n(image:\n[^]*?)```/.exec(text)[1]);
  const [, address, more] = /^helm upgrade (\S+ \S+) --reset-then-reuse-values (.*)$/m.exec(text);
  const commands = [...text.matchAll(/^helm (?:install|template) (.*)$/gm)].map(([, args]) => args);
  assert.ok(commands.length >= 3, text);
  const made = {};
  for (const command of commands.flatMap((one) => [one, `${one} ${more}`])) {
    assert.ok(command.startsWith(address), command);
    const args = command.replaceAll('REGISTRY', 'registry.example').replaceAll('ACCOUNT_ID', account)
      .replace('deploy/helm', join(source, 'deploy/helm')).match(/'[^']*'|\S+/g).map((one) => one.replaceAll("'", ''));
    const objects = objectsIn(output(bin('helm'), ['template', ...args], { ...alone, cwd: folder }));
    made[`command-${Object.keys(made).length}`] = objects;
    assert.match(JSON.stringify(objects), new RegExp(account), command);
    if (args.includes('-s')) continue;
    assert.match(podOf(objects).containers[0].image, /^(registry.example|REGISTRY).workers-builds-exporter:/, command);
  }
  assert.deepEqual(typeErrors(made), []);
});

test('the set "everything" sets every value', () => {
  const set = valuesOf('everything');
  for (const [key, value] of Object.entries(values)) {
    assert.ok(key in set, `ci/everything-values.yaml does not set ${key}`);
    const plain = typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length > 0;
    if (!plain || /Probe$|[sS]ecurityContext$|^config$|^resources$/.test(key)) continue;
    for (const inner of Object.keys(value)) assert.ok(inner in set[key], `ci/everything-values.yaml does not set ${key}.${inner}`);
  }
});

test('the versions are those of the exporter', () => {
  assert.match(readFileSync(join(chart, 'Chart.yaml'), 'utf8'), new RegExp(`^appVersion: ${version}$`, 'm'));
  const image = theOne(rendered.minimal, 'Deployment').spec.template.spec.containers[0].image;
  assert.equal(image, `${values.image.repository}:${version}`);
});
