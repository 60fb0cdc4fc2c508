// The chart, and helm at work on it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, bin, objectsIn, output, run, scratch, source, yaml } from '../cluster_tools/tools.mjs';

export const chart = join(source, 'deploy/helm/workers-builds-exporter');
export const values = yaml.parse(readFileSync(join(chart, 'values.yaml'), 'utf8'));

/** What the sets of values take for granted in the cluster: by kind, by name. */
export const cluster = {
  ConfigMap: { ca: { 'ca.crt': '' }, proxy: { HTTP_PROXY: 'http://proxy.example:3128' } },
  PersistentVolumeClaim: { 'builds-state': {} },
  Secret: { cloudflare: { token: 'a-token', 'api-token': 'a-token' } },
};

/** ci/NAME-values.yaml by NAME. */
export const valueSets = Object.fromEntries(readdirSync(join(chart, 'ci')).map((file) => {
  if (!file.endsWith('-values.yaml')) throw new Error(`ci/${file}: expected NAME-values.yaml`);
  return [file.slice(0, -'-values.yaml'.length), join(chart, 'ci', file)];
}));
export const valuesOf = (set) => yaml.parse(readFileSync(valueSets[set], 'utf8'));

/** The objects that helm makes of the chart, or of another one. */
export function render(set, { helm = 'helm', of = chart, args = [] } = {}) {
  return objectsIn(output(bin(helm), ['template', 'release', of, '--namespace', 'here', '-f', valueSets[set], ...args], alone));
}

/** The same with values on top of the set's. */
export const renderWith = (set, more) => render(set, { args: ['-f', fileOf(more)] });

/** What helm says against values; undefined: nothing. */
export function refusal(set, more) {
  const done = run(bin('helm'), ['template', 'release', chart, '-f', valueSets[set], '-f', fileOf(more)], alone);
  return done.status === 0 ? undefined : done.stderr;
}

function fileOf(more) {
  const file = join(scratch('values'), 'values.yaml');
  writeFileSync(file, JSON.stringify(more));
  return file;
}
