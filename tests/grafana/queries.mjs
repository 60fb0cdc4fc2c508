// What the dashboards ask, with the variables put in as Grafana does it.
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../grafana/dashboards/', import.meta.url);

export const readDashboards = () => readdirSync(FOLDER).filter((name) => name.endsWith('.json')).sort()
  .map((name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')));

export const panelsOf = (dashboard) => dashboard.panels.filter((panel) => panel.type !== 'row');
export const targetsOf = (dashboard) =>
  panelsOf(dashboard).flatMap((panel) => (panel.targets ?? []).map((target) => ({ panel, target })));

const UNITS = { s: 1, m: 60, h: 3600, d: 86400 };
export const seconds = (duration) => {
  const match = /^(\d+)([smhd])$/.exec(duration);
  if (!match) throw new Error(`no duration: ${duration}`);
  return Number(match[1]) * UNITS[match[2]];
};

/** now-24h as seconds since 1970. */
export const instant = (text, now) => {
  if (text === 'now') return now;
  if (!text.startsWith('now-')) throw new Error(`no instant: ${text}`);
  return now - seconds(text.slice('now-'.length));
};

const STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
/** The distance of points for so many pixels, rounded as Grafana rounds it, not below the panel's own and a scrape. */
export const stepOf = (panel, from, to, pixels, scrapeSeconds) => {
  const rounded = STEPS.find((step) => step >= (to - from) / pixels) ?? STEPS[STEPS.length - 1];
  return Math.max(rounded, scrapeSeconds, panel.interval ? seconds(panel.interval) : 0);
};

const escaped = (value) => value.replace(/[\\^$*+?.()|[\]{}]/g, '\\\\$&');
/** What stands in the query for what is picked: nothing picked is All. */
const picked = (variable, values) => {
  if (!variable.includeAll) return values?.[0] ?? '';
  if (!values?.length) return variable.allValue;
  return values.length === 1 ? escaped(values[0]) : `(${values.map(escaped).join('|')})`;
};

/** `choice` has a list of values for each variable that is not All; `time` is { from, to, step, scrapeSeconds }. */
export const interpolate = (text, dashboard, choice, { from, to, step, scrapeSeconds }) => {
  const builtIn = {
    __interval: `${step}s`,
    __interval_ms: `${step * 1000}`,
    __rate_interval: `${Math.max(step + scrapeSeconds, 4 * scrapeSeconds)}s`,
    __range: `${Math.round(to - from)}s`,
    __range_s: `${Math.round(to - from)}`,
    __range_ms: `${Math.round(to - from) * 1000}`,
  };
  return text.replace(/\$(?:\{(\w+)\}|([A-Za-z_]\w*))/g, (all, braced, bare) => {
    const name = braced ?? bare;
    if (name in builtIn) return builtIn[name];
    const variable = dashboard.templating.list.find((one) => one.name === name);
    if (!variable) throw new Error(`${dashboard.title}: no variable ${all} for: ${text}`);
    return picked(variable, choice[name]);
  });
};

/** Answers of Prometheus' HTTP API, or an error with what it said. */
export const ask = async (prometheus, path, parameters) => {
  const url = `${prometheus}/api/v1/${path}?${new URLSearchParams(parameters)}`;
  const reply = await fetch(url, { signal: AbortSignal.timeout(30000) });
  const answer = await reply.json();
  if (answer.status !== 'success') throw new Error(`${answer.errorType}: ${answer.error}`);
  return answer.data;
};

/** The values of a query variable. */
export const valuesOf = async (prometheus, dashboard, variable, choice, time) => {
  const match = /^label_values\((.*), (\w+)\)$/.exec(variable.query.query);
  if (!match) throw new Error(`${dashboard.title}: the variable ${variable.name} is no label_values(): ${variable.query.query}`);
  return ask(prometheus, `label/${match[2]}/values`,
    { 'match[]': interpolate(match[1], dashboard, choice, time), start: time.from, end: time.to });
};

/** A target's answer: series with `values` for a range, with a `value` for an instant. */
export const answerOf = (prometheus, expr, target, { from, to, step }) => (target.range
  ? ask(prometheus, 'query_range', { query: expr, start: Math.floor(from / step) * step, end: Math.ceil(to / step) * step, step })
  : ask(prometheus, 'query', { query: expr, time: to })).then((data) => data.result);

export const exemplarsOf = (prometheus, expr, { from, to }) =>
  ask(prometheus, 'query_exemplars', { query: expr, start: from, end: to });
