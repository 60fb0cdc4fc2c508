// Objects against the types of Kubernetes' API and of the Prometheus operator's CRDs. Unknown fields are errors, too.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed, run, scratch } from './tools.mjs';

const options = {
  strict: true, noEmit: true, skipLibCheck: true, types: [],
  target: 'es2022', module: 'esnext', moduleResolution: 'bundler',
};

/** The module that declares a kind; undefined: nobody here knows it. */
function moduleOf({ apiVersion, kind }) {
  if (typeof apiVersion !== 'string' || typeof kind !== 'string') return undefined;
  const folder = apiVersion.startsWith('monitoring.coreos.com/') ? '@kubernetes-models/prometheus-operator' : 'kubernetes-models';
  const module = `${folder}/${apiVersion}/${kind}`;
  return existsSync(join(installed, 'node_modules', `${module}.d.ts`)) ? module : undefined;
}

/**
 * @param {Record<string, object[]>} sets objects, by the name of where they come from
 * @returns {string[]} what is wrong, one line each, with set, kind and name
 */
export function typeErrors(sets) {
  const folder = scratch('types');
  const errors = [];
  const files = [];
  for (const [set, objects] of Object.entries(sets)) {
    objects.forEach((object, index) => {
      const module = moduleOf(object);
      const name = `${set}.${object.kind}.${object.metadata?.name ?? index}`;
      if (module === undefined) {
        errors.push(`${name}: no type for kind ${object.kind} of ${object.apiVersion}`);
        return;
      }
      const file = `${name}.ts`.replace(/[^\w.-]/g, '_');
      const text = JSON.stringify(object, null, 1);
      if (files.includes(file)) errors.push(`${name}: is there twice`);
      files.push(file);
      writeFileSync(join(folder, file), `import type { I${object.kind} as Type } from '${module}';\nexport const object: Type = ${text};\n`);
    });
  }
  if (files.length === 0) return errors;
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files }));
  const checked = run(process.execPath, [join(installed, 'node_modules/typescript/bin/tsc'), '--pretty', 'false', '-p', folder]);
  errors.push(...checked.stdout.split('\n').filter((line) => line.includes('error TS'))
    .map((line) => line.replace(/^.*\/types\.\w+\//, '')));
  if (checked.status !== 0 && errors.length === 0) errors.push(`tsc failed: ${checked.stdout}${checked.stderr}`);
  return errors;
}
