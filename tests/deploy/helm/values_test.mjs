// Wrong values are refused with words that help; schema, README and the exporter's example know the same keys.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { source, yaml } from '../cluster_tools/tools.mjs';
import { chart, refusal, values } from './chart.mjs';
import { documentedValues, marked, readme, valuesTable } from './values_table.mjs';

const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));

test('wrong values are refused', () => {
  const taken = [];
  for (const { values: wrong, says } of yaml.parse(readFileSync(new URL('wrong_values.yaml', import.meta.url), 'utf8'))) {
    const said = refusal('minimal', wrong) ?? 'nothing';
    if (!said.includes(says)) taken.push(`${JSON.stringify(wrong)}\nmust be refused with: ${says}\nhelm says: ${said}`);
  }
  assert.equal(taken.join('\n'), '');
});

test('what is right is not refused', () => {
  const rights = yaml.parse(readFileSync(new URL('right_values.yaml', import.meta.url), 'utf8'));
  for (const right of rights) assert.equal(refusal('minimal', right), undefined, JSON.stringify(right));
});

const isMap = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const resolve = (node) => (node?.$ref ? schema.definitions[node.$ref.replace('#/definitions/', '')] : node);

/** Paths of the keys that the schema names, without those in `config`. */
function schemaKeys(node, path = []) {
  return Object.entries(resolve(node)?.properties ?? {}).flatMap(([key, inner]) => {
    const here = [...path, key];
    return [here.join('.'), ...(key === 'config' ? [] : schemaKeys(inner, here))];
  });
}

/** Those that values.yaml has, as deep as the schema goes. */
function valueKeys(value, node, path = []) {
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = [...path, key];
    const declared = resolve(node).properties?.[key];
    assert.ok(declared, `values.schema.json does not know ${here.join('.')}`);
    const deeper = isMap(inner) && resolve(declared).properties && key !== 'config' && key !== 'resources';
    return [here.join('.'), ...(deeper ? valueKeys(inner, declared, here) : [])];
  });
}

test('values.yaml has every key of the schema, and the schema every key of values.yaml', () => {
  const optional = /^(global|enabled|resources\..*|updateStrategy\..*|prometheusRule\.thresholds\..*)$/;
  assert.deepEqual(valueKeys(values, schema).sort(), schemaKeys(schema).filter((key) => !optional.test(key)).sort());
});

test('the schema lets no unknown key pass', () => {
  const open = [];
  const look = (node, path) => {
    const { properties, additionalProperties } = resolve(node);
    if (!properties) return;
    if (additionalProperties === undefined) open.push(path);
    for (const [key, inner] of Object.entries(properties)) look(inner, `${path}/${key}`);
  };
  look(schema, '');
  look(schema.definitions.config.properties.accounts.items, '/config/accounts/0');
  assert.deepEqual(open, []);
});

/** Keys with the sections that they are in, also those that stand in a comment. */
function exampleKeys() {
  const keys = [];
  let open = [];
  for (const line of readFileSync(join(source, 'config/exporter.example.yaml'), 'utf8').split('\n')) {
    const [, { length }, key] = /^( *)(\w+):/.exec(line.replace(/^( +)# /, '$1').replace(/^( +)- /, '$1  ')) ?? [, '', undefined];
    if (key === undefined) continue;
    open = [...open.filter((outer) => outer.length < length), { length, key }];
    keys.push(open.map((one) => one.key).join('.'));
  }
  return keys.sort();
}

test('the schema of config has the keys of config/exporter.example.yaml', () => {
  const keysOf = (node, path) => Object.entries(node.properties ?? node.items?.properties ?? {}).flatMap(([key, inner]) =>
    [[...path, key].join('.'), ...keysOf(inner, [...path, key])]);
  assert.deepEqual(keysOf(schema.definitions.config, []).sort(), exampleKeys());
});

test('the README has the table of values', () => {
  assert.match(readFileSync(readme, 'utf8'), marked);
  const [table] = marked.exec(readFileSync(readme, 'utf8'));
  assert.ok(table.includes(valuesTable()), 'run node tests/deploy/helm/values_table.mjs');
});

test('every value is documented once', () => {
  const documented = documentedValues().map((row) => row.path);
  assert.equal(new Set(documented).size, documented.length);
  const leaves = (value, path) => (documented.includes(path) || !isMap(value) ? [path] :
    Object.entries(value).flatMap(([key, inner]) => leaves(inner, path ? `${path}.${key}` : key)));
  assert.deepEqual(leaves(values, '').filter((path) => !documented.includes(path)), []);
});
