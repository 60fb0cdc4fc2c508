#!/usr/bin/env node
// What can be said of the dashboards without Prometheus. dashboards_test.mjs BIN_FOLDER
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { panelsOf, readDashboards, targetsOf } from './queries.mjs';

const bin = process.argv[2];
if (!bin) {
  console.error('usage: dashboards_test.mjs BIN_FOLDER');
  process.exit(2);
}
const dashboards = readDashboards();
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The metric table, as the README has it: name, type, labels. */
const families = new Map(execFileSync(join(bin, 'print_metrics_reference'), { encoding: 'utf8' }).split('\n')
  .map((row) => /^\| `(\w+)` \| (\w+) \| ([^|]*) \|/.exec(row)).filter(Boolean)
  .map(([, name, type, labels]) => [name, { type, labels: [...labels.matchAll(/`(\w+)`/g)].map((label) => label[1]) }]));

/** Prometheus adds these, and the standard metrics of a process have no others. */
const OF_TARGET = ['job', 'instance', 'pod'];
const PROCESS = ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'process_open_fds', 'process_start_time_seconds'];

const familyOf = (name) => {
  if (PROCESS.includes(name)) return { type: name.endsWith('_total') ? 'counter' : 'gauge', labels: [] };
  if (families.has(name)) return families.get(name);
  const histogram = families.get(name.replace(/_(bucket|sum|count)$/, ''));
  return histogram?.type === 'histogram' ? { type: 'counter', labels: [...histogram.labels, 'le'] } : undefined;
};

const SELECTOR = /\b([a-z]\w*_\w+)\{([^}]*)\}/g;
const expressions = dashboards.flatMap((dashboard) => [
  ...targetsOf(dashboard).map(({ panel, target }) => ({ where: `${dashboard.title} / ${panel.title} / ${target.refId}`, text: target.expr })),
  ...dashboard.templating.list.filter((one) => one.type === 'query')
    .map((one) => ({ where: `${dashboard.title} / $${one.name}`, text: one.definition.replace(/^label_values\((\w+), /, 'label_values($1{}, ') })),
]);

test('the JSON is what the sources make', () => {
  execFileSync('node', [join(ROOT, 'grafana/generate.mjs'), '--check'], { stdio: 'inherit' });
});

test('metrics and their labels are those of the metric table', () => {
  assert.ok(families.size > 60, 'the metric table is read');
  for (const { where, text } of expressions) {
    const selectors = [...text.matchAll(SELECTOR)];
    assert.ok(selectors.length, `${where}: no selector in ${text}`);
    const named = text.match(/\b(cloudflare_workers_builds|workers_builds_exporter|process)_\w+/g);
    assert.equal(named.length, selectors.length, `${where}: a metric without braces in ${text}`);
    for (const [, name, matchers] of selectors) {
      const family = familyOf(name);
      assert.ok(family, `${where}: no metric ${name}`);
      for (const [, label] of matchers.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)) {
        assert.ok([...family.labels, ...OF_TARGET].includes(label), `${where}: ${name} has no label ${label}`);
      }
    }
  }
});

test('what is grouped by, joined on or named in a legend is a label', () => {
  for (const { where, text } of expressions) {
    const known = new Set([...[...text.matchAll(SELECTOR)].flatMap(([, name]) => familyOf(name).labels), ...OF_TARGET]);
    for (const [, made] of text.matchAll(/label_replace\(.*?\}, "(\w+)"/g)) known.add(made);
    for (const [, made] of text.matchAll(/count_values by \([^)]*\) \("(\w+)"/g)) known.add(made);
    for (const [, labels] of text.matchAll(/\b(?:by|on|without|group_left) \(([^)]*)\)/g)) {
      for (const label of labels.split(/, */)) assert.ok(known.has(label), `${where}: no metric of it has the label ${label}`);
    }
  }
  for (const dashboard of dashboards) {
    for (const { panel, target } of targetsOf(dashboard)) {
      for (const [, label] of target.legendFormat.matchAll(/\{\{(\w+)\}\}/g)) {
        assert.ok(target.expr.includes(label), `${dashboard.title} / ${panel.title}: {{${label}}} is not in ${target.expr}`);
      }
    }
  }
});

test('counters are read through rate() or increase(), and nothing else is', () => {
  for (const { where, text } of expressions.filter((one) => !one.text.startsWith('label_values'))) {
    for (const match of text.matchAll(SELECTOR)) {
      const counted = /(rate|increase)\($/.test(text.slice(0, match.index));
      assert.equal(familyOf(match[1]).type === 'counter', counted, `${where}: ${match[1]} in ${text}`);
    }
  }
});

test('panels say what they show, stand beside each other and ask the data source that is picked', () => {
  for (const dashboard of dashboards) {
    const taken = new Set();
    const ids = dashboard.panels.map((panel) => panel.id);
    assert.equal(new Set(ids).size, ids.length, `${dashboard.title}: ids are given twice`);
    for (const panel of dashboard.panels) {
      const where = `${dashboard.title} / ${panel.title}`;
      const { x, y, w, h } = panel.gridPos;
      assert.ok(x + w <= 24, `${where} is too wide`);
      for (let cell = 0; cell < w * h; cell += 1) {
        const key = `${x + (cell % w)},${y + Math.floor(cell / w)}`;
        assert.ok(!taken.has(key), `${where} lies over another panel`);
        taken.add(key);
      }
    }
    for (const panel of panelsOf(dashboard)) {
      const where = `${dashboard.title} / ${panel.title}`;
      assert.ok(panel.title && panel.description?.length > 10, `${where}: a title and a description`);
      for (const one of [panel, ...(panel.targets ?? [])].filter((each) => each.datasource || each.expr)) {
        assert.deepEqual(one.datasource, { type: 'prometheus', uid: '${datasource}' }, where);
      }
      assert.ok(!panel.targets || panel.fieldConfig.defaults.unit, `${where}: no unit`);
    }
  }
});

test('panels on duration histograms show exemplars', () => {
  let found = 0;
  for (const dashboard of dashboards) {
    for (const { panel, target } of targetsOf(dashboard)) {
      if (!target.expr.includes('_duration_seconds_bucket') || !target.range) continue;
      found += 1;
      assert.equal(target.exemplar, true, `${dashboard.title} / ${panel.title}`);
    }
  }
  assert.ok(found >= 6);
});

test('links lead to dashboards that are there, with variables that they have', () => {
  const byUid = new Map(dashboards.map((dashboard) => [dashboard.uid, dashboard]));
  assert.equal(byUid.size, 4);
  let found = 0;
  const dataSource = readFileSync(join(ROOT, 'grafana/provisioning/datasources/workers_builds.yaml'), 'utf8');
  for (const [, uid, query] of (JSON.stringify(dashboards) + dataSource).matchAll(/\/d\/([\w-]+)\?([^"\n]*)/g)) {
    found += 1;
    const names = byUid.get(uid)?.templating.list.map((one) => one.name);
    assert.ok(names, `no dashboard ${uid}`);
    for (const [, name] of query.matchAll(/var-(\w+)=/g)) assert.ok(names.includes(name), `${uid} has no variable ${name}`);
  }
  assert.ok(found >= 5);
});
