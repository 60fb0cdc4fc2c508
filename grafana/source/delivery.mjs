// The four numbers of DORA, as far as builds know them.
import { dashboard, scriptLink, variables } from './dashboard.mjs';
import { column, heatmap, inColour, stat, steps, table, text, timeseries } from './panels.mjs';
import {
  builds, FAILED, FAILURE_GROUP, IN_PRODUCTION, increase, JUDGED, JUDGED_GROUPS, OF_ACCOUNTS, OF_SCRIPTS, quantile, rate,
  ratio, SUCCEEDED, SUCCESS_GROUP, sum,
} from './promql.mjs';

const elapsed = (part, group) => builds(`elapsed_duration_seconds_${part}`, OF_ACCOUNTS, IN_PRODUCTION, group);
const episodes = (part) => builds(`failure_episode_seconds_${part}`, OF_ACCOUNTS);
const scripts = (...matchers) => builds('completed_total', OF_SCRIPTS, IN_PRODUCTION, ...matchers);
const BY_SCRIPT = 'account, script_name';
const DAYS = '($__range_s / 86400)';
const GOOD_RATIO = steps('green', [0.15, 'orange'], [0.3, 'red']);

const deployments = (by, window) => sum(by, increase(elapsed('count', SUCCESS_GROUP), window));
const failureRatio = (by, window) =>
  ratio(sum(by, increase(elapsed('count', FAILURE_GROUP), window)), sum(by, increase(elapsed('count', JUDGED_GROUPS), window)));
const recovery = (by, window) => ratio(sum(by, increase(episodes('sum'), window)), sum(by, increase(episodes('count'), window)));
const pushToLive = (q, by, window) => quantile(q, by, increase(elapsed('bucket', SUCCESS_GROUP), window));

const DEPLOYMENTS = 'A deployment is a production build that succeeded.';
const FAILURES = 'Share of the production builds with a verdict that failed or were terminated. It stands in for the change failure ratio: a deployment that breaks something after a green build is not seen here.';
const RECOVERY = 'From the first failed production build of a script to its next successful one. It is the time until it can be deployed again, not until an incident is over.';
const PUSH = 'Created to stopped, of production builds that succeeded. It is a lower bound of the lead time, which begins with the commit: how long that waited for its push or merge is nowhere in the API.';

const numbers = [
  stat({ title: 'Deployments a day', w: 6, h: 4, decimals: 1, description: `${DEPLOYMENTS} The mean of the time of this page; days before the exporter's baseline count as days without.` },
    { expr: `${deployments('')} / ${DAYS}` }),
  stat({ title: 'Failed builds', w: 6, h: 4, unit: 'percentunit', decimals: 1, thresholds: GOOD_RATIO, noValue: 'no builds', description: FAILURES },
    { expr: failureRatio('') }),
  stat({ title: 'Recovery time, mean', w: 6, h: 4, unit: 's', noValue: 'nothing to recover', description: RECOVERY },
    { expr: recovery('') }),
  stat({ title: 'Push to live, half and 95 %', w: 6, h: 4, unit: 's', named: true, noValue: 'no builds', description: `${PUSH} Half of them, and 95 %, stayed below.` },
    { expr: pushToLive(0.5, []), legend: 'half' },
    { expr: pushToLive(0.95, []), legend: '95 %' }),
];

const overTime = (title, description, unit, more, ...queries) =>
  timeseries({ title, w: 12, h: 8, unit, minInterval: '30m', description: `${description} Each point is about the day before it.`, ...more }, ...queries);

const byScript = table({
  title: 'By script', w: 14, h: 12, sortBy: 'Deployments',
  description: `${DEPLOYMENTS} Over the time of this page, for the scripts that are picked. The numbers above are by account: they cannot be divided by script.`,
}, [
  column('account', 'Account', { 'custom.width': 130 }),
  column('script_name', 'Script', { links: [scriptLink('${__data.fields.account}', '${__value.raw}')] }),
  column('Value #A', 'Deployments', { decimals: 0, 'custom.width': 130 }),
  column('Value #B', 'A day', { decimals: 1, 'custom.width': 80 }),
  column('Value #C', 'Failed builds', { ...inColour, unit: 'percentunit', decimals: 0, thresholds: GOOD_RATIO, 'custom.width': 125 }),
  column('Value #D', 'Last success', { unit: 'dateTimeFromNow', 'custom.width': 150 }),
],
  { expr: sum(BY_SCRIPT, increase(scripts(SUCCEEDED))) },
  { expr: `${sum(BY_SCRIPT, increase(scripts(SUCCEEDED)))} / ${DAYS}` },
  { expr: ratio(sum(BY_SCRIPT, increase(scripts(FAILED))), sum(BY_SCRIPT, increase(scripts(JUDGED)))) },
  { expr: `max by (${BY_SCRIPT}) (${builds('last_success_timestamp_seconds', OF_SCRIPTS, IN_PRODUCTION)}) * 1000` });

const reading = text({
  title: 'How to read this', w: 10, h: 12,
  description: 'What the numbers of this page mean, and what they do not.',
}, [
  'The exporter knows builds, not commits and not incidents. Each number is what builds can say about one of the four',
  'that DORA asks for, and the name says which:',
  '',
  '- **Deployment frequency**: production builds that succeeded. Deployments without a build, by hand or from another',
  '  pipeline, are not in it.',
  '- **Change failure ratio**: failed builds. A green build that breaks production is not in it.',
  '- **Time to restore**: from the first failed build to the next green one of the same script.',
  '- **Lead time**: from the build\'s creation on, so that the time a commit waited for its push or merge is missing.',
  '',
  'Skipped and cancelled builds are no verdict and count nowhere. A branch counts as production when its build trigger',
  'names its branches without a pattern.',
].join('\n'));

export default dashboard({
  uid: 'workers-builds-delivery',
  title: 'Workers Builds / Delivery',
  description: 'How often production is deployed, how often its builds fail, how soon they recover and how long a push takes to be live.',
  from: 'now-7d',
  refresh: '5m',
  variables: [variables.datasource, variables.account, variables.script],
}, [
  numbers,
  [
    overTime('Deployments', DEPLOYMENTS, 'short', { decimals: 0 }, { expr: deployments('account', '1d'), legend: '{{account}}' }),
    overTime('Failed builds', FAILURES, 'percentunit', {}, { expr: failureRatio('account', '1d'), legend: '{{account}}' }),
  ],
  [
    overTime('Recovery time, mean', RECOVERY, 's', {}, { expr: recovery('account', '1d'), legend: '{{account}}' }),
    overTime('Push to live', `${PUSH} The points are single builds (exemplars); a click on one leads to the page that finds the build.`, 's', {},
      { expr: pushToLive(0.5, ['account'], '1d'), legend: '{{account}} half', exemplar: true },
      { expr: pushToLive(0.95, ['account'], '1d'), legend: '{{account}} 95 %', exemplar: true }),
  ],
  [heatmap({
    title: 'Push to live, all builds', w: 24, h: 8, unit: 's', minInterval: '2h',
    description: `${PUSH} How many builds took how long.`,
  }, { expr: sum('le', increase(elapsed('bucket', SUCCESS_GROUP), '$__rate_interval')), exemplar: true })],
  [byScript, reading],
]);
