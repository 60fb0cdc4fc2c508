#!/usr/bin/env node
// Every expression of every panel, variable and rule, on a real Prometheus that has scraped the real exporter: no error, and an
// answer. proof.mjs BIN_FOLDER
import { makeWorld, SCRAPE_SECONDS } from './world.mjs';
import { answerOf, ask, exemplarsOf, instant, interpolate, readDashboards, stepOf, targetsOf, valuesOf } from './queries.mjs';
import { proveRules, ruleFiles } from './rules.mjs';

const [bin, ...rest] = process.argv.slice(2);
if (!bin || rest.length) {
  console.error('usage: proof.mjs BIN_FOLDER');
  process.exit(2);
}

/** Targets that this world leaves empty, and why. One that is not empty must be taken off this list. */
const EMPTY = {
};

const HOURS = 14;
const REPLICA = 'the-other-replica:19877';
const problems = [];
const problem = (text) => { problems.push(text); console.error(`PROBLEM ${text}`); };

const began = Date.now();
const say = (text) => console.log(`${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${text}`);
const world = await makeWorld({
  bin,
  phases: [{ hours: HOURS, speed: 3600, everySeconds: 240 }],
  liveScrapes: 12,
  replica: REPLICA,
  ruleFiles: ruleFiles(),
  say,
});

/** One query of the newest build's UUID, for the panel that looks a build up. */
const someBuild = async (now) => {
  const found = await ask(world.prometheus, 'query', { query: 'cloudflare_workers_builds_latest_build_info{script_name="shop-web"}', time: now });
  return found.result[0].metric.build_uuid;
};

const proveVariables = async (dashboard, choice, time) => {
  for (const variable of dashboard.templating.list.filter((one) => one.type === 'query')) {
    const values = await valuesOf(world.prometheus, dashboard, variable, choice, time).catch((error) => [problem(`${dashboard.title}: $${variable.name}: ${error.message}`)]);
    if (!values.length) problem(`${dashboard.title}: $${variable.name} has no values`);
    for (const value of choice[variable.name] ?? []) {
      if (!values.includes(value)) problem(`${dashboard.title}: $${variable.name} does not offer ${value}: ${values}`);
    }
  }
};

const proveTargets = async (dashboard, choice, to, mayBeEmpty) => {
  let asked = 0;
  for (const { panel, target } of targetsOf(dashboard)) {
    const from = instant(dashboard.time.from, to);
    const time = { from, to, step: stepOf(panel, from, to, 800, SCRAPE_SECONDS), scrapeSeconds: SCRAPE_SECONDS };
    const expr = interpolate(target.expr, dashboard, choice, time);
    const where = `${dashboard.title} / ${panel.title} / ${target.refId}`;
    asked += 1;
    try {
      const series = await answerOf(world.prometheus, expr, target, time);
      const values = series.flatMap((one) => one.values ?? [one.value]).filter(([, value]) => value !== 'NaN');
      const reason = EMPTY[where];
      if (!values.length && !reason && !mayBeEmpty) problem(`${where}: no answer to ${expr}`);
      if (values.length && reason && !mayBeEmpty) problem(`${where} is not empty: ${reason}`);
      if (target.exemplar && !mayBeEmpty && !where.includes('Duration of requests')) {
        const exemplars = await exemplarsOf(world.prometheus, expr, time);
        if (!exemplars.some((one) => one.exemplars.some((each) => each.labels.build_uuid))) problem(`${where}: no exemplar with a build_uuid for ${expr}`);
      }
    } catch (error) {
      problem(`${where}: ${error.message}: ${expr}`);
    }
  }
  return asked;
};

/** An answer as one map from series and instant to value. */
const valuesAt = (series) => new Map(series.flatMap((one) =>
  (one.values ?? [one.value]).map(([at, value]) => [`${JSON.stringify(one.metric)} ${at}`, Number(value)])));

/** Sums add their parts in any order, so that the last digits differ. */
const areEqual = (a, b) => a.size === b.size && [...a].every(([key, value]) => {
  const other = b.get(key);
  return other !== undefined && (Object.is(value, other) || Math.abs(value - other) <= 1e-9 * Math.max(1, Math.abs(value)));
});

/**
 * What a quantile is made of. At the bound of a bucket it jumps by the last digit of a sum; equal parts have equal quantiles.
 */
const partsOf = (expr) => /^histogram_quantile\([\d.]+, (.*)\) >= 0$/s.exec(expr)?.[1] ?? expr;

/** A second exporter that says the same changes no number: with it and without it the answers are equal. */
const proveReplicas = async (dashboard, build, end) => {
  let compared = 0;
  for (const { panel, target } of targetsOf(dashboard)) {
    const step = stepOf(panel, instant(dashboard.time.from, end), end, 200, SCRAPE_SECONDS);
    const to = Math.floor(end / step) * step;
    const time = { from: instant(dashboard.time.from, to), to, step, scrapeSeconds: 240 };
    const expr = partsOf(interpolate(target.expr, dashboard, { build: [build] }, time));
    const [both, one] = await Promise.all([expr, expr.replaceAll('{', `{instance="${world.instance}", `)].map((each) =>
      answerOf(world.prometheus, each, target, time).then(valuesAt)));
    compared += one.size > 0;
    if (!areEqual(both, one)) problem(`${dashboard.title} / ${panel.title} / ${target.refId}: a replica changes the answer to ${expr}`);
  }
  return compared;
};

try {
  const now = Date.now() / 1000;
  const build = await someBuild(now);
  for (const dashboard of readDashboards()) {
    const time = { from: instant(dashboard.time.from, now), to: now, step: 60, scrapeSeconds: SCRAPE_SECONDS };
    await proveVariables(dashboard, {}, time);
    const one = { account: ['acme'], script: ['shop-web'] };
    const some = { account: ['acme', 'sandbox'], script: ['shop-web', 'blog'], branch_class: ['production', 'preview'] };
    await proveVariables(dashboard, one, time);
    const asked = await proveTargets(dashboard, { build: [build] }, now, false)
      + await proveTargets(dashboard, { build: [build], ...one }, now, true)
      + await proveTargets(dashboard, { build: [build], ...some }, now, true);
    say(`${dashboard.title}: ${asked} expressions`);
    if (dashboard.uid === 'workers-builds-exporter') continue;
    const compared = await proveReplicas(dashboard, build, world.pastEnds);
    say(`${dashboard.title}: ${compared} answers, the same with a replica`);
  }
  const known = new Set(readDashboards().flatMap((dashboard) => targetsOf(dashboard).map(({ panel, target }) => `${dashboard.title} / ${panel.title} / ${target.refId}`)));
  for (const where of Object.keys(EMPTY)) if (!known.has(where)) problem(`the list of exceptions has what is not there: ${where}`);
  const asked = await proveRules(world.prometheus, { from: now - HOURS * 3600, to: now }, problem);
  say(`Rules: ${asked} expressions and selectors`);
} finally {
  await world.stop();
}
say(problems.length ? `${problems.length} problems` : 'every expression has an answer');
process.exit(problems.length ? 1 : 0);
