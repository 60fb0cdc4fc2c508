// What is red, what is slow, what is used up: all accounts on one page.
import { cloudflareLink, dashboard, scriptLink, variables } from './dashboard.mjs';
import {
  alertList, bargauge, column, dropped, forLinks, inColour, line, stat, stateTimeline, steps, table, timeseries,
} from './panels.mjs';
import {
  builds, FAILED, IN_CLASS, IN_PRODUCTION, increase, JUDGED, JUDGED_GROUPS, max, OF_ACCOUNTS, OF_SCRIPTS, once,
  quantile, rate, ratio, stateNumber, SUCCEEDED, SUCCESS_GROUP, sum, withAccountId,
} from './promql.mjs';
import { coloured, numberMappings, OUTCOMES, STATUSES, VERDICTS, yesNo } from './states.mjs';

const completed = (...matchers) => builds('completed_total', OF_SCRIPTS, ...matchers);
const lastOutcome = (...matchers) => builds('last_completed_outcome', OF_SCRIPTS, IN_PRODUCTION, ...matchers);
const ofScript = (name, ...matchers) => builds(name, OF_SCRIPTS, IN_PRODUCTION, ...matchers);
const BY_SCRIPT = 'account, script_name';
const GOOD_RATIO = steps('red', [0.8, 'orange'], [0.9, 'green']);

const now = [
  stat({
    title: 'API', w: 3, h: 4, mappings: yesNo('answers', 'silent'), noValue: 'no exporter',
    description: 'Whether Cloudflare has lately given usable answers for every account that is picked. When it is silent, everything below is what was last known.',
  }, { expr: `min(${once(builds('up', OF_ACCOUNTS))})` }),
  stat({
    title: 'Production is red', w: 3, h: 4, thresholds: steps('green', [1, 'red']),
    description: 'Scripts whose newest production build with a verdict failed or was terminated. Skipped and cancelled builds are no verdict.',
  }, { expr: sum('', max(BY_SCRIPT, lastOutcome(FAILED))) }),
  stat({
    title: 'Under way', w: 6, h: 4, named: true, overrides: coloured(STATUSES),
    description: 'Builds that are queued, initializing or running now, of all scripts of the accounts.',
  }, { expr: sum('status', once(builds('active', OF_ACCOUNTS))), legend: '{{status}}' }),
  stat({
    title: 'Succeeded', w: 4, h: 4, unit: 'percentunit', decimals: 1, thresholds: GOOD_RATIO, noValue: 'no builds',
    description: 'Share of the builds with a verdict that succeeded, over the time of this page. No value where there was no such build.',
  }, { expr: ratio(sum('', increase(completed(IN_CLASS, SUCCEEDED))), sum('', increase(completed(IN_CLASS, JUDGED)))) }),
  stat({
    title: 'Completed', w: 4, h: 4, unit: 'locale', decimals: 0,
    description: 'Builds that stopped in the time of this page, whatever their outcome.',
  }, { expr: sum('', increase(completed(IN_CLASS))) }),
  stat({
    title: 'Build minutes', w: 4, h: 4, unit: 'suffix: min', decimals: 0,
    description: 'Run time of the builds since the build-minute period began, all accounts together: an estimate from the builds that the exporter knows. Cloudflare has no such number in its API.',
  }, { expr: `${sum('', once(builds('account_period_run_seconds', OF_ACCOUNTS)))} / 60` }),
];

const production = table({
  title: 'Production by script', w: 24, h: 11, sortBy: 'Failures in a row', filterable: true,
  description: 'One row for each script with production builds, those with the longest streak of failures first. A click on the script opens its page, one on the failed build shows it in Cloudflare\'s dashboard. Success and run time are over the time of this page.',
}, [
  column('account', 'Account', { 'custom.width': 150 }),
  column('script_name', 'Script', { links: [scriptLink('${__data.fields.account}', '${__value.raw}')] }),
  column('Value #A', 'Last outcome', { ...inColour, mappings: numberMappings(VERDICTS), 'custom.width': 140 }),
  column('Value #B', 'Failures in a row', { ...inColour, thresholds: steps('text', [1, 'red']), 'custom.width': 165 }),
  column('Value #C', 'Newest build', { ...inColour, mappings: numberMappings(STATUSES), 'custom.width': 140 }),
  column('Value #D', 'Last success', { unit: 'dateTimeFromNow', 'custom.width': 150 }),
  column('Value #E', 'Succeeded', { ...inColour, unit: 'percentunit', decimals: 0, thresholds: GOOD_RATIO, 'custom.width': 125 }),
  column('Value #F', 'Mean run time', { unit: 's', decimals: 1, 'custom.width': 145 }),
  forLinks('account_id'),
  column('build_uuid', 'Failed build', { links: [cloudflareLink], 'custom.width': 320 }),
  dropped('Value #G'),
],
  { expr: stateNumber(BY_SCRIPT, lastOutcome, 'outcome', VERDICTS) },
  { expr: max(BY_SCRIPT, ofScript('consecutive_failures')) },
  { expr: stateNumber(BY_SCRIPT, (matcher) => ofScript('latest_status', matcher), 'status', STATUSES) },
  { expr: `${max(BY_SCRIPT, ofScript('last_success_timestamp_seconds'))} * 1000` },
  { expr: ratio(sum(BY_SCRIPT, increase(ofScript('completed_total', SUCCEEDED))), sum(BY_SCRIPT, increase(ofScript('completed_total', JUDGED)))) },
  { expr: ratio(sum(BY_SCRIPT, increase(ofScript('phase_seconds_total', 'phase="run"'))), sum(BY_SCRIPT, increase(ofScript('phase_builds_total', 'phase="run"')))) },
  { expr: withAccountId(max(`${BY_SCRIPT}, build_uuid`, ofScript('last_failed_build_info'))) });

const alerts = alertList({
  title: 'Alerts', w: 7, h: 9,
  description: 'Firing and pending alerts that name one of the accounts, from Prometheus or Grafana. Needs the rules of deploy/prometheus and "manage alerts" on the data source.',
}, '', '{account=~"${account:pipe}"}');

const redTime = `topk(20, ${sum(BY_SCRIPT, once(`avg_over_time(${lastOutcome(FAILED)}[$__range] @ end())`))} > 0)`;
const reds = stateTimeline({
  title: 'Where production was red', w: 17, h: 9, mappings: numberMappings(VERDICTS), noValue: 'never in this time',
  links: [scriptLink('${__field.labels.account}', '${__field.labels.script_name}')],
  description: 'The verdict that stood at each moment, for the (at most 20) scripts whose production was red longest in the time of this page.',
}, {
  expr: `${stateNumber(BY_SCRIPT, lastOutcome, 'outcome', VERDICTS)} and on (${BY_SCRIPT}) ${redTime}`,
  legend: '{{account}} {{script_name}}',
});

const outcomes = timeseries({
  title: 'Completed builds an hour', w: 12, h: 8, unit: 'short', stacked: true, overrides: coloured(OUTCOMES), minInterval: '30m',
  description: 'Builds that stopped, by outcome, as a pace per hour.',
}, { expr: `${sum('outcome', rate(completed(IN_CLASS)))} * 3600`, legend: '{{outcome}}' });

const succeeded = timeseries({
  title: 'Succeeded, by account', w: 12, h: 8, unit: 'percentunit', max: 1, minInterval: '30m',
  description: 'Share of the builds of the six hours before that succeeded, of those with a verdict. A gap is a time without such a build.',
}, {
  expr: ratio(sum('account', increase(completed(IN_CLASS, SUCCEEDED), '6h')), sum('account', increase(completed(IN_CLASS, JUDGED), '6h'))),
  legend: '{{account}}',
});

const durations = (title, description, family, ...groups) => {
  const buckets = rate(builds(`${family}_duration_seconds_bucket`, OF_ACCOUNTS, IN_CLASS, ...groups));
  return timeseries({ title, description, w: 12, h: 8, unit: 's', minInterval: '30m' },
    { expr: quantile(0.5, ['account'], buckets), legend: '{{account}} half', exemplar: true },
    { expr: quantile(0.95, ['account'], buckets), legend: '{{account}} 95 %', exemplar: true });
};

const waiting = timeseries({
  title: 'Builds under way', w: 12, h: 8, unit: 'short', stacked: true,
  overrides: [...coloured(STATUSES), line('concurrent builds of the plans', 'text')],
  description: 'Builds in each status, all accounts together, and how many the configured plans run at once. Running at the line while others are queued: the slots are what builds wait for.',
},
  { expr: sum('status', once(builds('active', OF_ACCOUNTS))), legend: '{{status}}' },
  { expr: sum('', max('account', builds('account_concurrency_limit', OF_ACCOUNTS))), legend: 'concurrent builds of the plans' });

const oldest = timeseries({
  title: 'Longest in one status', w: 12, h: 8, unit: 's', overrides: coloured(STATUSES),
  description: 'Age of the build that has been queued, initializing or running longest. No line where no build is in that status. Cloudflare ends a build after 20 minutes.',
}, {
  expr: `time() - min by (status) (${builds('oldest_active_timestamp_seconds', OF_ACCOUNTS)})`,
  legend: '{{status}}',
});

const causes = timeseries({
  title: 'Causes of builds', w: 8, h: 8, unit: 'short', stacked: true, minInterval: '30m',
  description: 'What builds were created by, as a pace per hour.',
}, { expr: `${sum('trigger', rate(builds('triggered_total', OF_ACCOUNTS, IN_CLASS)))} * 3600`, legend: '{{trigger}}' });

const minutes = bargauge({
  title: 'Build minutes by script', w: 8, h: 8, unit: 'suffix: min', decimals: 0,
  description: 'Run time of the 12 scripts that used most, in the time of this page.',
}, {
  expr: `sort_desc(topk(12, ${sum(BY_SCRIPT, increase(builds('phase_seconds_total', OF_SCRIPTS, IN_CLASS, 'phase="run"')))})) / 60`,
  legend: '{{account}} {{script_name}}',
});

const period = bargauge({
  title: 'Build minutes of the period', w: 8, h: 8, unit: 'percentunit', max: 1, decimals: 0,
  thresholds: steps('green', [0.75, 'orange'], [0.95, 'red']), noValue: 'no plan is configured',
  description: 'What the running period has used of the build minutes that the configured plan includes: an estimate. Accounts without a plan in the configuration are not shown.',
}, {
  expr: `${sum('account', once(builds('account_period_run_seconds', OF_ACCOUNTS)))} / on (account) ${max('account', builds('account_included_seconds', OF_ACCOUNTS))}`,
  legend: '{{account}}',
});

export default dashboard({
  uid: 'workers-builds-fleet',
  title: 'Workers Builds / Fleet',
  description: 'Which production builds are red, how builds go and how long they take, and what they use: all accounts on one page.',
  from: 'now-24h',
  refresh: '1m',
  variables: [variables.datasource, variables.account, variables.script, variables.branchClass],
}, [
  now,
  [production],
  [reds, alerts],
  'Builds',
  [outcomes, succeeded],
  [
    durations('Run time', 'From running to stopped, of builds that succeeded: half of them, and 95 %, stayed below. The points are single builds (exemplars); a click on one leads to the page that finds the build.', 'run', SUCCESS_GROUP),
    durations('Queue time', 'From created to initializing, of builds with a verdict: half of them, and 95 %, stayed below. The points are single builds (exemplars).', 'queue', JUDGED_GROUPS),
  ],
  [waiting, oldest],
  'Use',
  [causes, minutes, period],
]);
