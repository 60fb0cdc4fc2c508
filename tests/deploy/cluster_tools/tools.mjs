// What the tests of the chart and of the manifests share. CLUSTER_TOOLS is the folder that install.sh filled.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const source = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');
/** The version of the exporter. */
export const version = /project\(workers_builds_exporter VERSION ([0-9.]+)/.exec(readFileSync(join(source, 'CMakeLists.txt'), 'utf8'))[1];
export const installed = resolve(process.env.CLUSTER_TOOLS ?? 'build/release/cluster_tools');
export const yaml = createRequire(join(installed, 'package.json'))('yaml');

/** A new empty folder, in the build. */
export function scratch(name) {
  mkdirSync(join(installed, 'scratch'), { recursive: true });
  return mkdtempSync(join(installed, 'scratch', `${name}.`));
}

/** @returns {{status: number, stdout: string, stderr: string}} */
export function run(program, args, options = {}) {
  const done = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...options });
  if (done.error) throw done.error;
  return done;
}

/** What a program prints that must succeed. */
export function output(program, args, options) {
  const done = run(program, args, options);
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr}${done.stdout}`);
  return done.stdout;
}

/** helm and kubectl see neither settings nor clusters of whoever runs the test. */
const home = scratch('home');
export const bin = (name) => join(installed, 'bin', name);
export const alone = { env: { PATH: process.env.PATH, HOME: home, HELM_CONFIG_HOME: home, KUBECONFIG: '/dev/null' } };

/** The objects of a stream of YAML documents. */
export function objectsIn(text) {
  const documents = yaml.parseAllDocuments(text, { uniqueKeys: true });
  for (const document of documents) {
    if (document.errors.length > 0) throw new Error(`${document.errors[0]}\n${text.slice(0, 2000)}`);
  }
  return documents.map((document) => document.toJS()).filter((object) => object !== null);
}

export const ofKind = (objects, kind) => objects.filter((object) => object.kind === kind);

export function theOne(objects, kind) {
  const found = ofKind(objects, kind);
  if (found.length !== 1) throw new Error(`expected one ${kind}, found ${found.length}`);
  return found[0];
}
