// One script, or some beside each other: what is its state, how did it get there, where does its time go.
import { cloudflareLink, dashboard, scriptLink, variables } from './dashboard.mjs';
import { bargauge, column, dropped, forLinks, inColour, stateTimeline, steps, table, timeseries } from './panels.mjs';
import {
  builds, IN_CLASS, increase, JUDGED, max, OF_ACCOUNTS, OF_SCRIPTS, once, quantile, rate, ratio, stateNumber, SUCCEEDED,
  SUCCESS_GROUP, sum, withAccountId,
} from './promql.mjs';
import { coloured, numberMappings, OUTCOMES, STATUSES, VERDICTS } from './states.mjs';

const of = (name, ...matchers) => builds(name, OF_SCRIPTS, IN_CLASS, ...matchers);
const BY_CLASS = 'account, script_name, branch_class';
const LEGEND = '{{account}} {{script_name}} {{branch_class}}';
const fromNow = { unit: 'dateTimeFromNow', 'custom.width': 122 };
const hidden = (...letters) => letters.map((letter) => dropped(`Value #${letter}`));
const newest = (name) => max(BY_CLASS, of(name));
const stateNow = (set, label, words) => stateNumber(BY_CLASS, (matcher) => of(set, matcher), label, words);

const state = table({
  title: 'State', w: 24, h: 8, sortBy: 'Failures in a row',
  description: 'One row for each script and branch class. The builds lead to Cloudflare\'s dashboard; the last failed one is there while the newest verdict is a failure. An empty cell: Cloudflare gives no such value, for instance no failure yet.',
}, [
  column('account', 'Account', { 'custom.width': 80 }),
  column('script_name', 'Script', { 'custom.width': 135, links: [scriptLink('${__data.fields.account}', '${__value.raw}')] }),
  column('branch_class', 'Branch class', { 'custom.width': 122 }),
  column('Value #A', 'Last outcome', { ...inColour, mappings: numberMappings(VERDICTS), 'custom.width': 122 }),
  column('Value #B', 'Failures in a row', { ...inColour, thresholds: steps('text', [1, 'red']), 'custom.width': 148 }),
  column('Value #C', 'Status', { ...inColour, mappings: numberMappings(STATUSES), 'custom.width': 90 }),
  column('Value #D', 'Created', fromNow),
  column('Value #E', 'Last success', fromNow),
  column('Value #F', 'Last failure', fromNow),
  column('Value #G', 'Last run time', { unit: 's', decimals: 1, 'custom.width': 122 }),
  column('latest_uuid', 'Newest build', { links: [cloudflareLink] }),
  column('failed_uuid', 'Failed build', { links: [cloudflareLink] }),
  forLinks('account_id'),
  ...hidden('H', 'I'),
],
  { expr: stateNow('last_completed_outcome', 'outcome', VERDICTS) },
  { expr: newest('consecutive_failures') },
  { expr: stateNow('latest_status', 'status', STATUSES) },
  { expr: `${newest('latest_submitted_timestamp_seconds')} * 1000` },
  { expr: `${newest('last_success_timestamp_seconds')} * 1000` },
  { expr: `${newest('last_failure_timestamp_seconds')} * 1000` },
  { expr: max(BY_CLASS, of('last_phase_seconds', 'phase="run"')) },
  { expr: withAccountId(max(`${BY_CLASS}, latest_uuid`, `label_replace(${of('latest_build_info')}, "latest_uuid", "$1", "build_uuid", "(.*)")`)) },
  { expr: withAccountId(max(`${BY_CLASS}, failed_uuid`, `label_replace(${of('last_failed_build_info')}, "failed_uuid", "$1", "build_uuid", "(.*)")`)) });

const busiest = `topk(20, ${sum(BY_CLASS, once(`increase(${of('submitted_total')}[$__range] @ end())`))})`;
const timeline = (title, description, set, label, words) => stateTimeline({
  title, description: `${description} With many scripts: the 20 that had most builds in the time of this page.`,
  w: 12, h: 9, mappings: numberMappings(words),
}, {
  expr: `${stateNow(set, label, words)} and on (${BY_CLASS}) ${busiest}`,
  legend: LEGEND,
});

const outcomes = timeseries({
  title: 'Completed builds an hour', w: 12, h: 8, unit: 'short', stacked: true, overrides: coloured(OUTCOMES), minInterval: '30m',
  description: 'Builds that stopped, by outcome, as a pace per hour.',
}, { expr: `${sum('outcome', rate(of('completed_total')))} * 3600`, legend: '{{outcome}}' });

const succeeded = timeseries({
  title: 'Succeeded', w: 12, h: 8, unit: 'percentunit', max: 1, minInterval: '30m',
  description: 'Share of the builds of the six hours before that succeeded, of those with a verdict. A gap is a time without such a build.',
}, {
  expr: ratio(sum('branch_class', increase(of('completed_total', SUCCEEDED), '6h')), sum('branch_class', increase(of('completed_total', JUDGED), '6h'))),
  legend: '{{branch_class}}',
});

const phases = timeseries({
  title: 'Mean time in each phase', w: 12, h: 8, unit: 's', stacked: true, minInterval: '30m',
  description: 'Queue is created to initializing, init is initializing to running, run is running to stopped: the mean of the builds of the hour before. The height is what a build takes from created to stopped.',
}, {
  expr: ratio(sum('phase', increase(of('phase_seconds_total'), '1h')), sum('phase', increase(of('phase_builds_total'), '1h'))),
  legend: '{{phase}}',
});

const buckets = rate(of('script_elapsed_duration_seconds_bucket', SUCCESS_GROUP));
const histograms = timeseries({
  title: 'Created to stopped', w: 12, h: 8, unit: 's', minInterval: '30m', noValue: 'none is listed in metrics.script_histograms',
  description: 'Of builds that succeeded: half of them, and 95 %, stayed below. Only for scripts that the exporter\'s metrics.script_histograms lists. The points are single builds (exemplars); a click on one leads to the page that finds the build.',
},
  { expr: quantile(0.5, ['account', 'script_name'], buckets), legend: '{{account}} {{script_name}} half', exemplar: true },
  { expr: quantile(0.95, ['account', 'script_name'], buckets), legend: '{{account}} {{script_name}} 95 %', exemplar: true });

const streak = timeseries({
  title: 'Failures in a row', w: 8, h: 8, unit: 'short', decimals: 0, stepped: true,
  description: 'Failed and terminated builds since the last success; skipped and cancelled builds neither add nor reset. The 10 longest streaks at the end of this page\'s time.',
}, {
  expr: `${max(BY_CLASS, of('consecutive_failures'))} and on (${BY_CLASS}) topk(10, ${max(BY_CLASS, `max_over_time(${of('consecutive_failures')}[$__range] @ end())`)} > 0)`,
  legend: LEGEND,
});

const stuck = timeseries({
  title: 'Longest in one status', w: 8, h: 8, unit: 's', overrides: coloured(STATUSES),
  description: 'Age of the build that has been queued, initializing or running longest. No line where no build is in that status.',
}, { expr: `time() - min by (status) (${of('script_oldest_active_timestamp_seconds')})`, legend: '{{status}}' });

const minutes = bargauge({
  title: 'Build minutes', w: 8, h: 8, unit: 'suffix: min', decimals: 0,
  description: 'Run time in the time of this page: what the builds of a script use of the build minutes. The 12 that used most.',
}, {
  expr: `sort_desc(topk(12, ${sum(BY_CLASS, increase(of('phase_seconds_total', 'phase="run"')))})) / 60`,
  legend: LEGEND,
});

const facts = table({
  title: 'Where it is built from', w: 12, h: 6,
  description: 'What Cloudflare says of the scripts themselves. Empty where it says nothing.',
}, [
  column('account', 'Account', { 'custom.width': 110 }),
  column('script_name', 'Script'),
  column('repository', 'Repository'),
  column('provider', 'Provider', { 'custom.width': 90 }),
  column('production_branch', 'Production branch', { 'custom.width': 165 }),
  dropped('Value'),
], { expr: max('account, script_name, repository, provider, production_branch', builds('script_info', OF_SCRIPTS)) });

const aBuild = table({
  title: 'The build with the UUID above', w: 12, h: 6, noValue: 'no build of that UUID was the newest one in this time',
  description: 'Put a build\'s UUID into the field at the top, or follow an exemplar. Found when it was the newest build of its script and branch class at some scrape in the time of this page.',
}, [
  column('account', 'Account', { 'custom.width': 110 }),
  column('script_name', 'Script', { links: [scriptLink('${__data.fields.account}', '${__value.raw}')] }),
  column('branch_class', 'Branch class', { 'custom.width': 110 }),
  column('trigger', 'Cause', { 'custom.width': 100 }),
  column('build_uuid', 'In Cloudflare', { links: [cloudflareLink] }),
  forLinks('account_id'),
  dropped('Value'),
], {
  expr: `${max(`${BY_CLASS}, trigger, build_uuid`, `last_over_time(${builds('latest_build_info', 'build_uuid="$build"')}[$__range])`)} * on (account) group_left (account_id) ${max('account, account_id', builds('account_info', 'account!=""'))}`,
});

export default dashboard({
  uid: 'workers-builds-script',
  title: 'Workers Builds / Script',
  description: 'One script, or some beside each other: its state, how it got there, and where its time goes.',
  from: 'now-24h',
  refresh: '1m',
  variables: [variables.datasource, variables.account, variables.script, variables.branchClass, variables.build],
}, [
  [state],
  [
    timeline('Verdict', 'The verdict that stood at each moment: skipped and cancelled builds do not touch it.', 'last_completed_outcome', 'outcome', VERDICTS),
    timeline('Status of the newest build', 'What the newest build was doing at each moment.', 'latest_status', 'status', STATUSES),
  ],
  [outcomes, succeeded],
  [phases, histograms],
  [streak, stuck, minutes],
  'Look up',
  [facts, aBuild],
]);
