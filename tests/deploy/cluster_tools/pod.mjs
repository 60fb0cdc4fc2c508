// Whether the exporter would start in the pod, with the files and variables that the pod has.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dataOf, podOf, sourceOf } from './references.mjs';
import { run, scratch } from './tools.mjs';

const program = join(process.env.BINARY_DIR ?? 'build/release/bin', 'workers_builds_exporter');
const containerOf = (objects) => podOf(objects).containers.find((one) => one.name === 'exporter');

/** The files that volumes of ConfigMaps and Secrets bring, by path. */
function filesOf(objects, cluster) {
  const volumes = podOf(objects).volumes ?? [];
  return Object.fromEntries(containerOf(objects).volumeMounts.flatMap(({ name, mountPath }) => {
    const volume = volumes.find((one) => one.name === name) ?? {};
    const source = sourceOf(volume);
    const data = Object.entries((source && dataOf(objects, cluster, ...source)) ?? {});
    const items = (volume.configMap ?? volume.secret)?.items;
    const files = items?.flatMap(({ key, path }) => data.filter(([one]) => one === key).map(([, text]) => [path, text])) ?? data;
    return files.map(([path, text]) => [join(mountPath, path), text]);
  }));
}

function variablesOf(objects, cluster) {
  const { env, envFrom } = containerOf(objects);
  const valueOf = ({ value, valueFrom }) => {
    if (valueFrom?.fieldRef?.fieldPath === 'metadata.name') return 'exporter-0';
    const { name, key } = valueFrom?.secretKeyRef ?? {};
    return name === undefined ? value : dataOf(objects, cluster, 'Secret', name)?.[key];
  };
  return Object.fromEntries([
    ...(envFrom ?? []).flatMap((one) => Object.entries(dataOf(objects, cluster, ...sourceOf(one)) ?? {})),
    ...env.map((one) => [one.name, valueOf(one)]).filter(([, value]) => value !== undefined),
  ]);
}

/**
 * What the exporter says against flags, variables and files of its container; undefined: it accepts them.
 * @param {Record<string, Record<string, object>>} cluster what there is besides the objects: by kind, by name
 */
export function configurationError(objects, cluster) {
  const folder = scratch('container');
  // The folders of the container are in this one.
  const moved = (text) => containerOf(objects).volumeMounts
    .reduce((result, { mountPath }) => result.replaceAll(new RegExp(`${mountPath}(?=/|$)`, 'gm'), folder + mountPath), text);
  for (const { mountPath } of containerOf(objects).volumeMounts) mkdirSync(join(folder, mountPath), { recursive: true });
  for (const [path, text] of Object.entries(filesOf(objects, cluster))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path.endsWith('.yaml') ? moved(text) : text);
  }
  const env = Object.fromEntries(Object.entries(variablesOf(objects, cluster)).map(([name, value]) => [name, moved(value)]));
  const done = run(program, [...containerOf(objects).args.map(moved), '--config.check'], { env });
  return done.status === 0 ? undefined : done.stdout + done.stderr;
}
