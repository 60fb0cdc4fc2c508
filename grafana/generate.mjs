#!/usr/bin/env node
// Writes dashboards/*.json from source/*.mjs: node grafana/generate.mjs [--check]
// With --check nothing is written, and what is not up to date is named: exit code 1.
import { readFileSync, writeFileSync } from 'node:fs';
import delivery from './source/delivery.mjs';
import exporter from './source/exporter.mjs';
import fleet from './source/fleet.mjs';
import script from './source/script.mjs';

const check = process.argv[2] === '--check';
if (process.argv.length > (check ? 3 : 2)) {
  console.error('usage: node grafana/generate.mjs [--check]');
  process.exit(2);
}

for (const [name, dashboard] of Object.entries({ delivery, exporter, fleet, script })) {
  const file = new URL(`dashboards/${name}.json`, import.meta.url);
  const wanted = `${JSON.stringify(dashboard, null, 2)}\n`;
  if (!check) {
    writeFileSync(file, wanted);
  } else if (readFileSync(file, 'utf8') !== wanted) {
    console.error(`grafana/dashboards/${name}.json is not what grafana/source makes: run node grafana/generate.mjs`);
    process.exitCode = 1;
  }
}
