// A dashboard around its panels: where they stand, its variables, its links.
import { DATASOURCE } from './panels.mjs';

const TAG = 'workers-builds';
const WIDTH = 24;

/** `parts` are rows (a title) and lines (panels beside each other); each line is as high as its highest panel. */
const placed = (parts) => {
  const panels = [];
  let y = 0;
  for (const part of parts) {
    if (typeof part === 'string') {
      panels.push({ type: 'row', title: part, collapsed: false, panels: [], gridPos: { x: 0, y, w: WIDTH, h: 1 } });
      y += 1;
      continue;
    }
    let x = 0;
    for (const { size, ...panel } of part) {
      panels.push({ ...panel, gridPos: { x, y, ...size } });
      x += size.w;
    }
    if (x !== WIDTH) throw new Error(`the line with "${part[0].title}" is ${x} wide, not ${WIDTH}`);
    y += Math.max(...part.map((panel) => panel.size.h));
  }
  return panels.map((panel, i) => ({ id: i + 1, ...panel }));
};

const ofLabel = (name, label, metric, matchers, more = {}) => ({
  type: 'query',
  name,
  label,
  datasource: DATASOURCE,
  query: { qryType: 1, query: `label_values(${metric}${matchers}, ${more.from ?? name})`, refId: name },
  definition: `label_values(${metric}${matchers}, ${more.from ?? name})`,
  refresh: 2,
  sort: 1,
  regex: '',
  multi: true,
  includeAll: true,
  allValue: '.+',
  current: {},
  options: [],
  hide: 0,
  skipUrlSync: false,
});

export const variables = {
  datasource: {
    type: 'datasource',
    name: 'datasource',
    label: 'Data source',
    query: 'prometheus',
    refresh: 1,
    regex: '',
    multi: false,
    includeAll: false,
    current: {},
    options: [],
    hide: 0,
    skipUrlSync: false,
  },
  account: ofLabel('account', 'Account', 'cloudflare_workers_builds_up', ''),
  script: ofLabel('script', 'Script', 'cloudflare_workers_builds_completed_total', '{account=~"$account"}', { from: 'script_name' }),
  instance: ofLabel('instance', 'Instance', 'workers_builds_exporter_build_info', ''),
  branchClass: {
    type: 'custom',
    name: 'branch_class',
    label: 'Branch class',
    query: 'production,preview,unknown',
    multi: true,
    includeAll: true,
    allValue: '.+',
    current: { selected: true, text: ['All'], value: ['$__all'] },
    options: [
      { selected: true, text: 'All', value: '$__all' },
      ...['production', 'preview', 'unknown'].map((value) => ({ selected: false, text: value, value })),
    ],
    hide: 0,
    skipUrlSync: false,
  },
  /** For one build, found by the UUID that an exemplar has. */
  build: {
    type: 'textbox',
    name: 'build',
    label: 'Build UUID',
    query: '',
    current: { selected: false, text: '', value: '' },
    options: [],
    hide: 0,
    skipUrlSync: false,
  },
};

export const SCRIPT_UID = 'workers-builds-script';

/** From a cell with a script's name to its page, in the same time. */
export const scriptLink = (account, script) => ({
  title: 'Script page',
  url: `/d/${SCRIPT_UID}?var-datasource=\${datasource}&var-account=${account}&var-script=${script}&\${__url_time_range}`,
  targetBlank: false,
});

/** From a cell with a build's UUID to the build in Cloudflare's dashboard; the row has account_id and script_name. */
export const cloudflareLink = {
  title: "Cloudflare's dashboard",
  url: 'https://dash.cloudflare.com/${__data.fields.account_id}/workers/services/view/${__data.fields.script_name}/production/builds/${__value.raw}',
  targetBlank: true,
};

export const dashboard = ({ uid, title, description, from, refresh, variables: list }, parts) => ({
  uid,
  title,
  description,
  tags: [TAG, 'cloudflare', 'ci'],
  schemaVersion: 38,
  editable: true,
  graphTooltip: 1,
  timezone: 'browser',
  time: { from, to: 'now' },
  timepicker: {},
  refresh,
  weekStart: '',
  fiscalYearStartMonth: 0,
  liveNow: false,
  links: [{
    title: 'Workers Builds',
    type: 'dashboards',
    tags: [TAG],
    asDropdown: false,
    includeVars: true,
    keepTime: true,
    targetBlank: false,
    icon: 'external link',
    tooltip: '',
    url: '',
  }],
  annotations: {
    list: [{
      name: 'Annotations & Alerts',
      builtIn: 1,
      type: 'dashboard',
      datasource: { type: 'grafana', uid: '-- Grafana --' },
      enable: true,
      hide: true,
      iconColor: 'rgba(0, 211, 255, 1)',
    }],
  },
  templating: { list },
  panels: placed(parts),
});
