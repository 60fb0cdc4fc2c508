// Simulator, exporter and Prometheus with days of history behind them, as processes on loopback.
//
// The simulated clock begins days ago and runs fast, and in smaller steps the nearer it comes to the wall's. Meanwhile the exporter's page
// is read often, and what it says about builds is imported into Prometheus under the simulated instants. From then on
// time runs at its own pace and Prometheus scrapes for itself: what the exporter says about itself, which lives by the
// wall's clock, is only from there on, and so are exemplars, which Prometheus cannot import.
import { execFileSync, spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './queries.mjs';

const BLOCK_MS = 2 * 3600 * 1000;
const START_DEADLINE_MS = 30000;
/** Prometheus has a history to look through first, and other tests beside it. */
const SCRAPES_DEADLINE_MS = 120000;
/** Between two looks at the page, at least. */
const LOOK_MS = 50;
export const SCRAPE_SECONDS = 1;
const JOB = 'workers_builds';

const PAID = '023e105f4ecef8ad9ca31a8372d0c353';
const FREE = '9a7806061c88ada191ed06f989cc3dac';

const scenario = (start, buildsPerHour) => `start: ${start.toISOString()}
accounts:
  - id: ${PAID}
    name: acme
    plan: paid
    builds_per_hour: ${buildsPerHour}
    history: 100
    scripts:
      - {name: shop-web, weight: 6, typical_run: 150}
      - {name: shop-api, weight: 5, typical_run: 80}
      - {name: billing-api, weight: 3, typical_run: 60}
      - {name: billing-worker, weight: 2, failure_share: 0.45}
      - {name: docs-web, weight: 4, typical_run: 200}
      - {name: auth-edge, weight: 2, typical_run: 45}
      - {name: media-worker, weight: 1, typical_run: 320, failure_share: 0.3}
      - {name: search-api, weight: 2}
      - {name: status-web, weight: 1}
      - {name: redirects, connected: false}
  - id: ${FREE}
    name: sandbox
    plan: free
    builds_per_hour: ${buildsPerHour / 2}
    history: 30
    scripts:
      - {name: blog, weight: 3, typical_run: 90}
      - {name: playground, weight: 2, failure_share: 0.3}
      - {name: forms, weight: 1}
tokens:
  - {value: simulated-token}
rate_limit: {requests: 12000, window: 300}
`;

const configuration = (apiUrl, statePath) => `accounts:
  - {id: ${PAID}, name: acme, plan: paid, api_token: simulated-token}
  - {id: ${FREE}, name: sandbox, plan: free, api_token: simulated-token}
api: {base_url: "${apiUrl}", requests_per_5m: 6000}
poll: {interval: 1s, active_interval: 1s, idle_interval: 1s, discovery_interval: 10s, limits_interval: 1s}
metrics: {script_histograms: ["shop-.*"]}
state: {path: "${statePath}"}
`;

const freePort = () => new Promise((resolve, reject) => {
  const probe = createServer();
  probe.on('error', reject);
  probe.listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

export const until = async (what, deadlineMs, ask) => {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`${what} did not happen in ${deadlineMs / 1000} s`);
    await sleep(100);
  }
};

const fetchText = async (url, options) => {
  const reply = await fetch(url, { signal: AbortSignal.timeout(10000), ...options });
  const body = await reply.text();
  if (!reply.ok) throw new Error(`${url}: ${reply.status} ${body.slice(0, 300)}`);
  return body;
};
const post = (url, json) => fetchText(url, { method: 'POST', body: JSON.stringify(json) });

/** Programs that end with this one. */
class Programs {
  #running = [];

  constructor(folder) {
    this.folder = folder;
  }

  start(name, program, args) {
    const process = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const started = { name, process, said: '', ended: false };
    const hear = (chunk) => { if (started.said.length < 1e6) started.said += chunk; };
    process.stdout.on('data', hear);
    process.stderr.on('data', hear);
    started.end = new Promise((resolve) => {
      process.on('error', (error) => { hear(String(error)); started.ended = true; resolve(); });
      process.on('exit', () => { started.ended = true; resolve(); });
    });
    this.#running.push(started);
    return started;
  }

  checkRunning() {
    for (const one of this.#running) {
      if (one.ended) throw new Error(`${one.name} has ended by itself:\n${one.said.slice(-2000)}`);
    }
  }

  async line(started, pattern) {
    const found = await until(`the start of ${started.name}`, START_DEADLINE_MS, () => {
      this.checkRunning();
      return pattern.exec(started.said);
    });
    return found[1];
  }

  async stop() {
    for (const { process } of this.#running.reverse()) process.kill('SIGTERM');
    await Promise.race([
      Promise.all(this.#running.map((one) => one.end)),
      sleep(10000).then(() => this.#running.forEach(({ process }) => process.kill('SIGKILL'))),
    ]);
  }
}

/** Samples under the instants of the simulated clock, one file for each of Prometheus' blocks. */
class History {
  #samples = new Map();

  constructor(folder, instances) {
    this.folder = folder;
    this.targets = instances.map((instance) => `job="${JOB}",instance="${instance}"`);
    mkdirSync(folder);
  }

  add(page, atMs) {
    const lines = this.targets.map((labels) => `up{${labels}} 1 ${atMs / 1000}`);
    for (const line of page.split('\n')) {
      if (!line.startsWith('cloudflare_workers_builds_')) continue;
      const space = line.lastIndexOf(' ');
      for (const labels of this.targets) {
        lines.push(`${line.slice(0, space).replace('{', `{${labels},`)}${line.slice(space)} ${atMs / 1000}`);
      }
    }
    const block = Math.floor(atMs / BLOCK_MS);
    appendFileSync(join(this.folder, `${block}.txt`), `${lines.join('\n')}\n`);
    this.#samples.set(block, true);
  }

  import(dataFolder) {
    for (const block of this.#samples.keys()) {
      const file = join(this.folder, `${block}.txt`);
      appendFileSync(file, '# EOF\n');
      execFileSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, dataFolder], { stdio: 'pipe' });
      rmSync(file);
    }
  }
}

/**
 * `phases` are parts of the past, the oldest first: { hours, speed, everySeconds } of simulated time, the speed and the
 * distance of samples. `buildsPerHour` are those of the larger account. `liveScrapes` is how often Prometheus scrapes for
 * itself at the end. `replica` is the instance of a second exporter that said the same, in the past alone.
 */
export const makeWorld = async ({ bin, phases, buildsPerHour = 40, liveScrapes, replica, ruleFiles = [], say = () => {} }) => {
  const folder = mkdtempSync(join(tmpdir(), 'workers-builds-grafana-'));
  const programs = new Programs(folder);
  const world = {
    stop: async () => {
      await programs.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  try {
    const hours = phases.reduce((all, phase) => all + phase.hours, 0);
    // A phase ends at the first look after its time: so much later that the clock has not passed the wall's by then.
    const beyond = phases.at(-1).speed * 2;
    const start = new Date(Date.now() - (hours * 3600 + beyond) * 1000);
    writeFileSync(join(folder, 'scenario.yaml'), scenario(start, buildsPerHour));
    const simulator = programs.start('simulator', join(bin, 'workers_builds_simulator'),
      ['--listen=127.0.0.1:0', '--speed=0', '--seed=7', `--scenario=${join(folder, 'scenario.yaml')}`]);
    const apiUrl = await programs.line(simulator, /listening on (\S+)/);
    const control = apiUrl.replace('/client/v4', '/_simulator/');
    writeFileSync(join(folder, 'exporter.yaml'), configuration(apiUrl, join(folder, 'state.db')));
    const exporter = programs.start('exporter', join(bin, 'workers_builds_exporter'),
      [`--config.file=${join(folder, 'exporter.yaml')}`, '--web.listen-address=127.0.0.1:0']);
    const address = await programs.line(exporter, /msg=listening address=(\S+)/);
    const readPage = () => fetchText(`http://${address}/metrics`);
    await until('all history to be read', START_DEADLINE_MS, async () => {
      const page = await readPage();
      const pending = [...page.matchAll(/^cloudflare_workers_builds_history_pending_scripts\{.*\} (\d+)$/gm)];
      return pending.length === 2 && pending.every((match) => match[1] === '0');
    });

    /** Production that is red at the end, with a streak. */
    const fail = (count) => post(`${control}builds`, { script: 'billing-worker', branch_class: 'production', outcome: 'fail', queue: 1, init: 2, run: 6, count });
    const redFrom = Date.now() - 80 * 60e3;
    let red = false;
    const history = new History(join(folder, 'history'), replica ? [address, replica] : [address]);
    let end = start.getTime();
    let last = 0;
    /** The simulated time of this look. */
    const look = async (everySeconds) => {
      programs.checkRunning();
      const [{ now }, page] = [JSON.parse(await fetchText(`${control}clock`)), await readPage()];
      const at = Date.parse(now);
      // The page changes about once a second of the wall: a sample stands until the next.
      const first = last ? last + everySeconds * 1000 : at;
      for (let stamp = first; stamp <= at; stamp += everySeconds * 1000) {
        history.add(page, stamp);
        last = stamp;
      }
      if (at >= redFrom && !red) {
        red = true;
        await fail(1);
      }
      return at;
    };
    for (const { hours: length, speed, everySeconds } of phases) {
      say(`${length} hours at ${speed} seconds a second`);
      end += length * 3600e3;
      await post(`${control}clock`, { speed });
      while (await look(everySeconds) < end) await sleep(Math.max(LOOK_MS, (everySeconds / speed) * 1000));
    }
    say('up to now');
    await post(`${control}clock`, { speed: 1 });
    const looks = /^workers_builds_exporter_collector_last_success_timestamp_seconds\{.*collector="latest"\} (\S+)$/gm;
    const lookedSince = (ms) => until('a look at the builds', START_DEADLINE_MS, async () => {
      programs.checkRunning();
      const seen = [...(await readPage()).matchAll(looks)];
      return seen.length === 2 && seen.every((match) => Number(match[1]) * 1000 > ms);
    });
    // The simulated clock makes half of the way to the wall's each time; in between, the exporter looks.
    for (;;) {
      const behind = (Date.now() - await look(phases.at(-1).everySeconds)) / 1000;
      if (behind < 1) break;
      await post(`${control}clock`, { advance: behind / 2 });
      await lookedSince(Date.now());
    }
    // Prometheus takes no sample that is older than its newest.
    await until('the end of the past', START_DEADLINE_MS, () => Date.now() > last);
    await fail(2);

    say('importing');
    const data = join(folder, 'data');
    mkdirSync(data);
    history.import(data);
    const port = await freePort();
    // Without intervals of their own, all rules are evaluated within seconds.
    const rules = ruleFiles.map((file) => {
      const copy = join(folder, basename(file));
      writeFileSync(copy, readFileSync(file, 'utf8').replace(/^    interval: .*\n/gm, ''));
      return copy;
    });
    writeFileSync(join(folder, 'prometheus.yml'), [
      `global: {scrape_interval: ${SCRAPE_SECONDS}s, scrape_timeout: ${SCRAPE_SECONDS}s, evaluation_interval: 5s}`,
      `rule_files: ${JSON.stringify(rules)}`,
      'scrape_configs:',
      `  - {job_name: ${JOB}, static_configs: [{targets: ["${address}"]}]}`,
    ].join('\n'));
    const url = `http://127.0.0.1:${port}`;
    programs.start('prometheus', 'prometheus', [
      `--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${data}`, `--web.listen-address=127.0.0.1:${port}`,
      '--storage.tsdb.retention.time=60d', '--enable-feature=exemplar-storage', '--log.level=warn',
    ]);
    const ready = () => fetch(`${url}/-/ready`).then((reply) => reply.ok, () => false);
    await until('the start of prometheus', START_DEADLINE_MS, () => (programs.checkRunning(), ready()));
    world.prometheus = url;
    world.instance = address;
    world.pastEnds = last / 1000;

    say(`${liveScrapes} scrapes of now`);
    // Of what the exporter says about itself, nothing was imported.
    const scraped = (count) => until(`scrape ${count}`, SCRAPES_DEADLINE_MS + 2 * count * SCRAPE_SECONDS * 1000, async () => {
      programs.checkRunning();
      const { result } = await ask(url, 'query', { query: 'count_over_time(workers_builds_exporter_build_info[1h])' });
      return result.length && Number(result[0].value[1]) >= count;
    });
    await scraped(liveScrapes / 4);
    // Some trouble, so that retries and errors are to be seen.
    await post(`${control}faults`, [
      { operation: 'list', fault: 'internal_error', count: 6 },
      { operation: 'limits', fault: 'malformed_json', count: 30 },
      { operation: 'latest', fault: 'slow', delay: 0.4, count: 10 },
    ]);
    await scraped(liveScrapes);
    return world;
  } catch (error) {
    await world.stop();
    throw error;
  }
};

