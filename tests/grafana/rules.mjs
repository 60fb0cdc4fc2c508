// The rules of deploy/prometheus, as Prometheus has loaded them: each expression is asked for now and over the past, and so
// is every selector in it.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ask } from './queries.mjs';
import { until } from './world.mjs';

const FOLDER = fileURLToPath(new URL('../../deploy/prometheus/', import.meta.url));
const EVALUATION_DEADLINE_MS = 60000;
const POINTS = 100;

export const ruleFiles = () => readdirSync(FOLDER).filter((name) => name.endsWith('.rules.yml')).sort().map((name) => FOLDER + name);

/** Alerts that are true at some time in this world. The others need what it does not have: a test of promtool shows each. */
const TRUE = new Set(['ProductionBuildFailing']);

/** Recorded series that this world leaves empty, and selectors of alerts that find nothing in it, and why. */
const EMPTY = new Map([
  ['script:phase_seconds:mean1d_avg7d', 'is of what was recorded at least three days ago'],
]);

const SELECTOR = /(?<![\w:"])(?:up\b|(?:cloudflare_workers_builds_|workers_builds_exporter_|process_|workers_builds:|account:|script:)[\w:]+)(?:\{[^}]*\})?/g;
const selectorsOf = (expr) => new Set(expr.match(SELECTOR) ?? []);

/** How many series there are, now or over the time. */
const answers = async (prometheus, query, { from, to }) => {
  const range = { start: from, end: to, step: Math.ceil((to - from) / POINTS) };
  const [now, past] = [await ask(prometheus, 'query', { query, time: to }), await ask(prometheus, 'query_range', { query, ...range })];
  return now.result.length + past.result.length;
};

/** Asks all and tells what is wrong through `problem`; returns how many expressions were asked. */
export const proveRules = async (prometheus, time, problem) => {
  const rules = await until('an evaluation of every rule', EVALUATION_DEADLINE_MS, async () => {
    const { groups } = await ask(prometheus, 'rules', {});
    const all = groups.flatMap((group) => group.rules);
    return all.length && all.every((rule) => rule.health !== 'unknown') && all;
  });
  const empty = new Set();
  let asked = 0;
  /** `name` is what EMPTY has, where there may be no answer. */
  const prove = async (rule, name, query) => {
    asked += 1;
    const found = await answers(prometheus, query, time).catch((error) => problem(`${rule.name}: ${error.message}: ${query}`));
    if (found === 0 && name) {
      empty.add(name);
      if (!EMPTY.has(name)) problem(`${rule.name}: no answer to ${query}`);
    }
  };
  for (const rule of rules) {
    if (rule.health !== 'ok') problem(`${rule.name}: ${rule.health} ${rule.lastError}`);
    await prove(rule, rule.type === 'recording' || TRUE.has(rule.name) ? rule.name : undefined, rule.query);
    for (const selector of selectorsOf(rule.query)) await prove(rule, selector, selector);
  }
  for (const [name, reason] of EMPTY) if (!empty.has(name)) problem(`${name} is not empty, but on the list of what is: ${reason}`);
  for (const name of TRUE) if (!rules.some((rule) => rule.name === name)) problem(`there is no rule ${name}`);
  return asked;
};
