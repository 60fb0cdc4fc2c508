// The pod among the objects, and whether the exporter would start in it.
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ofKind, run, scratch } from './tools.mjs';

const exporter = join(process.env.BINARY_DIR ?? 'build/release/bin', 'workers_builds_exporter');
const tokens = '/run/secrets/workers-builds-exporter';

export const podOf = (objects) =>
  [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')].map((one) => one.spec.template.spec)[0];

/**
 * What the exporter says against its flags and its configuration, with files for the tokens; undefined: it accepts it.
 * @param {Record<string, string>} cluster variables that the cluster has, of those that the pod takes from it
 */
export function configurationError(objects, cluster = {}) {
  const folder = scratch('configuration');
  const text = ofKind(objects, 'ConfigMap').find((one) => one.data['exporter.yaml']).data['exporter.yaml'];
  for (const [path] of text.matchAll(new RegExp(`${tokens}/[\\w.-]+`, 'g'))) writeFileSync(join(folder, basename(path)), 'a-token\n');
  writeFileSync(join(folder, 'exporter.yaml'), text.replaceAll(`${tokens}/`, `${folder}/`));
  const container = podOf(objects).containers.find((one) => one.name === 'exporter');
  const env = {};
  for (const one of container.env) {
    env[one.name] = one.name === 'STATE_DIRECTORY' ? folder : one.value ?? { POD_NAME: 'exporter-0', ...cluster }[one.name] ?? 'from-the-cluster';
  }
  const args = container.args.map((one) => one.replace('/etc/workers-builds-exporter/', `${folder}/`));
  const done = run(exporter, [...args, '--config.check'], { env });
  return done.status === 0 ? undefined : done.stdout + done.stderr;
}
