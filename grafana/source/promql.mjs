// The pieces of PromQL that the panels are made of.

/** What the variables have picked. All is `.+`: a series without the label is none of ours. */
export const OF_ACCOUNTS = 'account=~"$account"';
export const OF_SCRIPTS = 'account=~"$account", script_name=~"$script"';
export const IN_CLASS = 'branch_class=~"$branch_class"';
export const IN_PRODUCTION = 'branch_class="production"';
export const OF_INSTANCES = 'instance=~"$instance"';

/** Skipped and cancelled builds are no verdict. */
export const SUCCEEDED = 'outcome="success"';
export const FAILED = 'outcome=~"fail|terminated"';
export const JUDGED = 'outcome=~"success|fail|terminated"';
/** The same of the histograms, which have groups. */
export const SUCCESS_GROUP = 'outcome_group="success"';
export const FAILURE_GROUP = 'outcome_group="failure"';
export const JUDGED_GROUPS = 'outcome_group=~"success|failure"';

const selector = (prefix) => (name, ...matchers) => `${prefix}${name}{${matchers.join(', ')}}`;
/** A selector of what the API says, `builds('active', OF_ACCOUNTS)`, and of the exporter itself. */
export const builds = selector('cloudflare_workers_builds_');
export const exporter = selector('workers_builds_exporter_');

/** Replicas count the same builds, so that the larger of them is taken; shards keep their label and add up. */
export const once = (expr) => `max without (instance, pod) (${expr})`;

/**
 * The same of what exporters say of themselves, which has no label for the shard: it gets the one that its exporter says.
 */
export const onceOfShard = (expr) =>
  once(`${expr} * on (job, instance) group_left (shard) count_values by (job, instance) ("shard", ${exporter('shard_ordinal')})`);

export const increase = (series, window = '$__range') => once(`increase(${series}[${window}])`);
export const rate = (series) => once(`rate(${series}[$__rate_interval])`);
/** `sum('outcome', x)` is a sum by outcome, `sum('', x)` one number. */
export const sum = (by, expr) => (by ? `sum by (${by}) (${expr})` : `sum(${expr})`);
export const max = (by, expr) => (by ? `max by (${by}) (${expr})` : `max(${expr})`);

/** Absent where nothing is divided by: no build is no failure, and no success either. */
export const ratio = (part, whole) => `${part} / (${whole} > 0)`;

/** `>= 0` drops the NaN of a time without builds. */
export const quantile = (q, by, bucketRates) =>
  `histogram_quantile(${q}, sum by (${[...by, 'le'].join(', ')}) (${bucketRates})) >= 0`;

/**
 * The label value of a state set's series that is 1, as a number: its place in `states` from 1 on. While replicas
 * disagree, the later state wins.
 */
export const stateNumber = (by, set, label, states) =>
  max(by, states.map((state, i) => `${i + 1} * (${set(`${label}="${state}"`)} == 1)`).join(' or '));

/** The build's row with the id of its account, for the link to Cloudflare. */
export const withAccountId = (expr) =>
  `${expr} * on (account) group_left (account_id) ${max('account, account_id', builds('account_info', OF_ACCOUNTS))}`;
