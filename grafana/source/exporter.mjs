// Is what the other pages show to be believed: the exporter, its API budget, its state and its page.
import { dashboard, variables } from './dashboard.mjs';
import { alertList, bargauge, column, dropped, line, stat, steps, table, timeseries } from './panels.mjs';
import { builds, exporter, max, OF_ACCOUNTS, OF_INSTANCES, once, onceOfShard, quantile, rate, sum } from './promql.mjs';
import { yesNo } from './states.mjs';

const of = (name, ...matchers) => exporter(name, OF_INSTANCES, ...matchers);
const ofAccount = (name, ...matchers) => exporter(name, OF_INSTANCES, OF_ACCOUNTS, ...matchers);
const rateOf = (series) => `rate(${series}[$__rate_interval])`;
const grown = (series) => `increase(${series}[$__range])`;
const process = (name) => `process_${name}{${OF_INSTANCES}} and on (instance, job) ${of('build_info')}`;
const BAD_ABOVE_0 = steps('green', [1, 'red']);

const now = [
  stat({ title: 'API', w: 4, h: 4, mappings: yesNo('answers', 'silent'), noValue: 'no exporter', description: 'Whether Cloudflare has lately given usable answers for every account that is picked.' },
    { expr: `min(${once(builds('up', OF_ACCOUNTS))})` }),
  stat({ title: 'Exporters', w: 4, h: 4, unit: 'short', description: 'Exporters that Prometheus has scraped lately: replicas and shards.' },
    { expr: `count(${of('build_info')})` }),
  stat({ title: 'Scripts', w: 4, h: 4, unit: 'short', description: 'Scripts that are watched, connected to Workers Builds or not.' },
    { expr: sum('', once(builds('scripts', OF_ACCOUNTS))) }),
  stat({ title: 'History to be read', w: 4, h: 4, unit: 'short', thresholds: steps('green', [1, 'orange']), description: 'Scripts whose builds are not yet known back to the baseline: their counters are not there yet. Above 0 after a start, for a while.' },
    { expr: sum('', once(builds('history_pending_scripts', OF_ACCOUNTS))) }),
  stat({ title: 'Behind', w: 4, h: 4, unit: 's', decimals: 0, thresholds: steps('green', [60, 'orange'], [300, 'red']), description: 'How late the most overdue piece of work is. It grows when there is more to ask than the budget carries.' },
    { expr: max('', ofAccount('scheduler_lag_seconds')) }),
  stat({ title: 'Errors', w: 4, h: 4, unit: 'short', decimals: 0, thresholds: BAD_ABOVE_0, description: 'Calls without a usable answer in the time of this page, after their retries.' },
    { expr: sum('', grown(ofAccount('collector_errors_total'))) }),
];

const collectors = table({
  title: 'Collectors', w: 14, h: 10,
  description: 'What the last finished call of each kind brought, and how long ago one was usable. Kinds without a call so far are not here: a single build is seldom asked for.',
}, [
  column('account', 'Account'),
  column('collector', 'Collector', { 'custom.width': 110 }),
  column('instance', 'Instance'),
  column('Value #A', 'Last call', { mappings: yesNo('usable', 'failed'), 'custom.cellOptions': { type: 'color-text' }, 'custom.width': 150 }),
  column('Value #B', 'Usable answer', { unit: 'dateTimeFromNow', 'custom.width': 140 }),
  column('Value #C', 'Took', { unit: 's', decimals: 2, 'custom.width': 80 }),
],
  { expr: max('account, instance, collector', `${ofAccount('collector_up')} and on (account, instance, collector) ${ofAccount('collector_duration_seconds')}`) },
  { expr: `${max('account, instance, collector', ofAccount('collector_last_success_timestamp_seconds'))} * 1000` },
  { expr: max('account, instance, collector', ofAccount('collector_duration_seconds')) });

const alerts = alertList({
  title: 'Alerts about the exporter', w: 10, h: 10,
  description: 'Firing and pending alerts whose names begin with WorkersBuildsExporter. Needs the rules of deploy/prometheus and "manage alerts" on the data source.',
}, 'WorkersBuildsExporter', '');

const lines = (title, description, unit, more, ...queries) => timeseries({ title, description, unit, w: 8, h: 8, ...more }, ...queries);

const requests = [
  lines('Requests by status', 'Requests to the API; none: no answer came.', 'reqps', { stacked: true },
    { expr: sum('code', rateOf(ofAccount('api_requests_total'))), legend: '{{code}}' }),
  lines('Requests by endpoint', 'What is asked for. Discovery is the list of scripts, latest their newest builds, list the builds of one script.', 'reqps', { stacked: true },
    { expr: sum('endpoint', rateOf(ofAccount('api_requests_total'))), legend: '{{endpoint}}' }),
  lines('Duration of requests', 'Half of the requests, and 95 %, stayed below.', 's', {},
    { expr: quantile(0.5, [], rateOf(of('api_request_duration_seconds_bucket'))), legend: 'half', exemplar: true },
    { expr: quantile(0.95, [], rateOf(of('api_request_duration_seconds_bucket'))), legend: '95 %', exemplar: true }),
];

const budget = [
  lines('Budget', 'Requests of the last five minutes, and how many the exporter may send in that time. Accounts with one token share it.', 'short', { overrides: [line('may be sent', 'red')] },
    { expr: sum('account', ofAccount('api_budget_used_requests')), legend: '{{account}}' },
    { expr: sum('', ofAccount('api_budget_requests')), legend: 'may be sent' }),
  lines('Left of Cloudflare\'s limit', 'Requests left in the window, as the last answer said. Everything that the user does counts in it, not the exporter alone.', 'short', {},
    { expr: `min by (account, policy) (${ofAccount('api_ratelimit_remaining')})`, legend: '{{account}} {{policy}}' }),
  lines('Held back and repeated', 'Share of the time in which due requests waited for the budget or for the end of a rate limit, and retries a second.', 'short', {},
    { expr: sum('account', rateOf(ofAccount('api_throttled_seconds_total'))), legend: '{{account}} held back' },
    { expr: `${sum('reason', rateOf(of('api_retries_total')))} > 0`, legend: 'repeated: {{reason}}' }),
];

const work = [
  lines('Interval between two looks', 'The effective interval of each tier, after it was stretched to the budget.', 's', { stepped: true },
    { expr: max('account, tier', ofAccount('poll_interval_seconds')), legend: '{{account}} {{tier}}' }),
  lines('Scripts by tier', 'Active: a build is under way. Recent: a build in the last day. Idle: the others.', 'short', { stacked: true, stepped: true },
    { expr: sum('tier', onceOfShard(ofAccount('scheduler_scripts'))), legend: '{{tier}}' }),
  lines('Behind', 'How late the most overdue piece of work is.', 's', {},
    { expr: max('account', ofAccount('scheduler_lag_seconds')), legend: '{{account}}' }),
];

const truth = [
  table({ title: 'Errors by reason', w: 8, h: 7, description: 'Calls without a usable answer in the time of this page, after their retries. Empty: none.', noValue: 'none', sortBy: 'Calls' }, [
    column('account', 'Account'), column('collector', 'Collector'), column('reason', 'Reason'), column('Value', 'Calls', { decimals: 0 }),
  ], { expr: `${sum('account, collector, reason', grown(ofAccount('collector_errors_total')))} > 0` }),
  stat({ title: 'What may be missing', w: 8, h: 7, named: true, decimals: 0, thresholds: steps('green', [1, 'orange']), description: 'In the time of this page: spans of history that Cloudflare no longer shows, open builds that it no longer knows, builds that only a second look has found. Builds may be missing from the counters, or were counted late.' },
    { expr: sum('', onceOfShard(grown(ofAccount('history_gaps_total')))), legend: 'history gaps' },
    { expr: sum('', onceOfShard(grown(ofAccount('lost_builds_total')))), legend: 'lost builds' },
    { expr: sum('', onceOfShard(grown(ofAccount('late_builds_total')))), legend: 'late builds' }),
  bargauge({ title: 'What was odd', w: 8, h: 7, unit: 'short', decimals: 0, max: 10, thresholds: steps('green', [1, 'orange']), description: 'In the time of this page: facts that cannot be true and were corrected, by kind, and words that this version does not know, by field.' },
    { expr: sum('kind', onceOfShard(grown(of('anomalies_total')))), legend: '{{kind}}' },
    { expr: sum('field', onceOfShard(grown(of('unknown_values_total')))), legend: 'unknown {{field}}' }),
];

const kept = [
  lines('State', 'Transactions written to the state, and those that could not be written.', 'short', { overrides: [line('not written', 'red')] },
    { expr: sum('instance', rateOf(of('state_commits_total'))), legend: '{{instance}} a second' },
    { expr: sum('', rateOf(of('state_commit_errors_total'))), legend: 'not written' }),
  lines('Size of the state', 'The SQLite file, kept for ever: about 70 bytes a build. 0 without a file.', 'bytes', {},
    { expr: max('instance', of('state_size_bytes')), legend: '{{instance}}' }),
  lines('Builds in memory', 'Open builds, and recent ones that may show up again.', 'short', { stacked: true, stepped: true },
    { expr: sum('kind', onceOfShard(ofAccount('builds_tracked'))), legend: '{{kind}}' }),
];

const page = [
  bargauge({ title: 'Series by family', w: 8, h: 9, description: 'The 14 families that have most series.', unit: 'short' },
    { expr: `sort_desc(topk(14, label_replace(${max('family', of('series'))}, "family", "$1", "family", "(?:cloudflare_workers_builds_)?(.*)")))`, legend: '{{family}}' }),
  lines('Series', 'Series on the page, and scripts that a cap keeps off it.', 'short', { h: 9, overrides: [line('scripts kept off', 'red')] },
    { expr: sum('instance', of('series')), legend: '{{instance}}' },
    { expr: sum('', of('scripts_dropped')), legend: 'scripts kept off' }),
  lines('Size of an answer to a scrape', 'By encoding: what a scrape costs on the wire.', 'bytes', { h: 9, stepped: true },
    { expr: max('instance, encoding', of('exposition_bytes')), legend: '{{instance}} {{encoding}}' }),
];

const machine = [
  lines('Answered requests', 'By path and status.', 'reqps', { stacked: true },
    { expr: `${sum('handler, code', rateOf(of('http_requests_total')))} > 0`, legend: '{{handler}} {{code}}' }),
  lines('CPU', 'Share of one core.', 'percentunit', {},
    { expr: `rate(process_cpu_seconds_total{${OF_INSTANCES}}[$__rate_interval]) and on (instance, job) ${of('build_info')}`, legend: '{{instance}}' },
    { expr: sum('encoding', rateOf(of('exposition_render_seconds_total'))), legend: 'answers, {{encoding}}' }),
  lines('Memory', 'Resident memory.', 'bytes', {},
    { expr: process('resident_memory_bytes'), legend: '{{instance}}' }),
];

const running = table({
  title: 'Running', w: 24, h: 5,
  description: 'What runs, since when, with which shard, and whether the last attempt to load the configuration succeeded.',
}, [
  column('instance', 'Instance'), column('job', 'Job'), column('version', 'Version'), column('revision', 'Revision'), column('compiler', 'Compiler'),
  dropped('Value #A'),
  column('Value #B', 'Started', { unit: 'dateTimeFromNow' }),
  column('Value #C', 'Shard'), column('Value #D', 'Shards'),
  column('Value #E', 'Configuration', { mappings: yesNo('loaded', 'refused'), 'custom.cellOptions': { type: 'color-text' } }),
  column('Value #F', 'Open files'),
],
  { expr: max('instance, job, version, revision, compiler', of('build_info')) },
  { expr: `${max('instance, job', process('start_time_seconds'))} * 1000` },
  { expr: max('instance, job', of('shard_ordinal')) },
  { expr: max('instance, job', of('shards')) },
  { expr: max('instance, job', of('config_last_reload_successful')) },
  { expr: max('instance, job', process('open_fds')) });

export default dashboard({
  uid: 'workers-builds-exporter',
  title: 'Workers Builds / Exporter',
  description: 'Is what the other pages show to be believed: the exporter itself, its API budget, its state and its page.',
  from: 'now-6h',
  refresh: '1m',
  variables: [variables.datasource, variables.account, variables.instance],
}, [
  now,
  [collectors, alerts],
  'Cloudflare\'s API',
  requests,
  budget,
  'Work',
  work,
  truth,
  'State and page',
  kept,
  page,
  machine,
  [running],
]);
