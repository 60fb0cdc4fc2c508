#!/usr/bin/env node
// A picture of each dashboard, drawn by Grafana's own panels over a real Prometheus with a week of history.
// pictures.mjs BIN_FOLDER SCRATCH_FOLDER OUT_FOLDER: SCRATCH_FOLDER has node_modules (see pictures.sh).
// With PROMETHEUS=URL in the environment they are of that server, as it is.
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { answerOf, ask, exemplarsOf, instant, interpolate, readDashboards, stepOf } from '../queries.mjs';
import { ruleFiles } from '../rules.mjs';
import { makeWorld, SCRAPE_SECONDS } from '../world.mjs';

const [bin, scratch, out] = process.argv.slice(2);
if (!out) {
  console.error('usage: pictures.mjs BIN_FOLDER SCRATCH_FOLDER OUT_FOLDER');
  process.exit(2);
}
const WIDTH = 1500;
const ADDRESS = 'http://127.0.0.1:1/';
const LIVE_SCRAPES = 110;

/** Six days of which only the sums are looked at, and a day of which the lines are. */
const PHASES = [
  { hours: 144, speed: 7200, everySeconds: 900 },
  { hours: 27, speed: 600, everySeconds: 120 },
];

/** What is picked on each dashboard. */
const PICKED = {
  'workers-builds-script': { account: ['acme'], script: ['billing-worker', 'shop-api', 'shop-web'] },
};

const packages = createRequire(pathToFileURL(`${resolve(scratch)}/`));

const bundle = () => packages('esbuild').build({
  entryPoints: [fileURLToPath(new URL('page/main.jsx', import.meta.url))],
  nodePaths: [join(resolve(scratch), 'node_modules')],
  bundle: true,
  outfile: join(scratch, 'page/page.js'),
  loader: { '.woff': 'dataurl', '.woff2': 'dataurl', '.svg': 'dataurl' },
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  logLevel: 'warning',
});

/** Alerts as the alert list shows them: by rule, the firing ones first. */
const alertsOf = async (prometheus, panel, values) => {
  const { groups } = await ask(prometheus, 'rules', { type: 'alert' });
  const accounts = new RegExp(`^(?:${values.account ?? '.+'})$`);
  return groups.flatMap((group) => group.rules)
    .map((rule) => ({ ...rule, alerts: rule.alerts.filter((alert) => !panel.options.alertInstanceLabelFilter || accounts.test(alert.labels.account ?? '')) }))
    .filter((rule) => rule.name.includes(panel.options.alertName) && rule.alerts.length)
    .map((rule) => ({ name: rule.name, state: rule.alerts.some((alert) => alert.state === 'firing') ? 'firing' : 'pending', instances: rule.alerts.length }))
    .sort((a, b) => (a.state + a.name < b.state + b.name ? -1 : 1));
};

const collect = async (prometheus, dashboard, choice, time) => {
  const answers = {};
  for (const panel of dashboard.panels) {
    if (panel.type === 'alertlist') answers[panel.id] = { alerts: await alertsOf(prometheus, panel, {}) };
    if (!panel.targets) continue;
    const answer = { queries: [], exemplars: [] };
    for (const target of panel.targets) {
      const pixels = (WIDTH * panel.gridPos.w) / 24;
      const panelTime = { ...time, step: stepOf(panel, time.from, time.to, pixels, SCRAPE_SECONDS), scrapeSeconds: SCRAPE_SECONDS };
      const expr = interpolate(target.expr, dashboard, choice, panelTime);
      answer.queries.push({ target, time: panelTime, series: await answerOf(prometheus, expr, target, panelTime) });
      if (!target.exemplar || answer.exemplars.length) continue;
      answer.exemplars = (await exemplarsOf(prometheus, expr, panelTime))
        .flatMap((one) => one.exemplars.map((each) => ({ at: each.timestamp, value: Number(each.value) })));
    }
    answers[panel.id] = answer;
  }
  return answers;
};

/** 256 colours are enough, and a third of the bytes. */
const smaller = (png) => {
  const upng = packages('upng-js');
  const { width, height, ...picture } = upng.decode(png);
  return Buffer.from(upng.encode(upng.toRGBA8({ width, height, ...picture }), width, height, 256));
};

const photograph = async (browser, payload, file) => {
  const page = await browser.newPage({ viewport: { width: WIDTH, height: 900 } });
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error.stack ?? error)));
  page.on('console', (message) => { if (message.type() === 'error' && !message.text().includes('net::')) errors.push(message.text()); });
  // Nothing is fetched: a page of its own stands for the address, and an empty drawing for each icon.
  await page.route('**', (route) => (route.request().url() === ADDRESS
    ? route.fulfill({ contentType: 'text/html', body: '<!doctype html><body class="theme-dark"><div id="root"></div></body>' })
    : route.request().url().startsWith('data:') ? route.continue()
      : route.fulfill({ contentType: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' })));
  await page.goto(ADDRESS);
  await page.addStyleTag({ path: join(scratch, 'page/page.css') });
  await page.addScriptTag({ path: join(scratch, 'page/page.js') });
  if (errors.length) throw new Error(`the page does not load: ${errors[0].slice(0, 3000)}`);
  await page.evaluate((what) => window.draw(what), payload);
  await page.waitForTimeout(2500);
  writeFileSync(file, smaller(await page.locator('#root').screenshot()));
  await page.close();
  if (errors.length) throw new Error(`${file}: ${errors.slice(0, 3).join('\n').slice(0, 3000)}`);
};

const say = (text) => console.log(text);
await bundle();
mkdirSync(out, { recursive: true });
const world = process.env.PROMETHEUS
  ? { prometheus: process.env.PROMETHEUS, stop: () => {} }
  : await makeWorld({ bin, phases: PHASES, buildsPerHour: 12, liveScrapes: LIVE_SCRAPES, ruleFiles: ruleFiles(), say });
let browser;
try {
  const { chromium } = packages('playwright-core');
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  const now = Math.floor(Date.now() / 1000);
  const build = await ask(world.prometheus, 'query', { query: 'cloudflare_workers_builds_latest_build_info{script_name="shop-web"}', time: now });
  for (const dashboard of readDashboards()) {
    const choice = { ...PICKED[dashboard.uid], build: [build.result[0].metric.build_uuid] };
    // What the exporter says about itself is only from the wall's time.
    const from = dashboard.uid === 'workers-builds-exporter' ? now - LIVE_SCRAPES * SCRAPE_SECONDS + 10 : instant(dashboard.time.from, now);
    const time = { from, to: now };
    const shown = Object.fromEntries(dashboard.templating.list.map((one) => [one.name, choice[one.name]?.join(' + ') ?? (one.type === 'datasource' ? 'Prometheus' : 'All')]));
    const answers = await collect(world.prometheus, dashboard, choice, time);
    const file = join(out, `${dashboard.uid.replace('workers-builds-', '')}.png`);
    await photograph(browser, { dashboard, answers, time, choice: shown, width: WIDTH }, file);
    say(file);
  }
} finally {
  await browser?.close();
  await world.stop();
}
