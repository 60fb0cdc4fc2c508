// Panels as Grafana's JSON has them: what is the same on all of them stands here once.

export const DATASOURCE = { type: 'prometheus', uid: '${datasource}' };

const target = (query, more) => ({
  datasource: DATASOURCE,
  editorMode: 'code',
  expr: query.expr,
  legendFormat: query.legend ?? '__auto',
  ...(query.exemplar ? { exemplar: true } : {}),
  ...more,
});

const over = (queries, how) => queries.map((query, i) => ({ refId: String.fromCharCode(65 + i), ...target(query, how) }));
const OVER_TIME = { format: 'time_series', instant: false, range: true };
const AT_THE_END = { format: 'time_series', instant: true, range: false };
const AS_ROWS = { format: 'table', instant: true, range: false };

/** The first step has no value: it holds below all others. `steps({ red: 0.9 }, 'green')` */
export const steps = (base, ...others) => ({
  mode: 'absolute',
  steps: [{ color: base, value: null }, ...others.map(([value, color]) => ({ value, color }))],
});

/** `of` are the parts that every panel has: title, description, w, h and what is set of `field`. */
const panel = (type, of, targets, options, custom, color) => ({
  type,
  title: of.title,
  description: of.description,
  datasource: DATASOURCE,
  size: { w: of.w, h: of.h },
  ...(of.minInterval ? { interval: of.minInterval } : {}),
  targets,
  ...(of.transformations ? { transformations: of.transformations } : {}),
  fieldConfig: {
    defaults: {
      unit: of.unit ?? 'short',
      ...(of.decimals === undefined ? {} : { decimals: of.decimals }),
      ...(of.min === undefined ? {} : { min: of.min }),
      ...(of.max === undefined ? {} : { max: of.max }),
      ...(of.noValue === undefined ? {} : { noValue: of.noValue }),
      mappings: of.mappings ?? [],
      thresholds: of.thresholds ?? steps('green'),
      color: { mode: color },
      ...(of.links ? { links: of.links } : {}),
      custom,
    },
    overrides: of.overrides ?? [],
  },
  options,
});

const legend = (of) => ({
  showLegend: of.legend !== false,
  displayMode: of.legendCalcs ? 'table' : 'list',
  placement: of.legendCalcs ? 'right' : 'bottom',
  calcs: of.legendCalcs ?? [],
});

const reduced = { calcs: ['lastNotNull'], fields: '', values: false };

/** Lines; `stacked`, `bars` and `stepped` (a value holds until the next) change how they are drawn. */
export const timeseries = (of, ...queries) =>
  panel('timeseries', { min: 0, ...of }, over(queries, OVER_TIME), {
    legend: legend(of),
    tooltip: { mode: 'multi', sort: 'desc' },
  }, {
    drawStyle: of.bars ? 'bars' : 'line',
    lineInterpolation: of.stepped ? 'stepAfter' : 'linear',
    lineWidth: 1,
    fillOpacity: of.bars ? 80 : of.stacked ? 30 : 0,
    gradientMode: 'none',
    showPoints: of.points ? 'always' : 'never',
    pointSize: of.points ? 4 : 5,
    spanNulls: false,
    axisPlacement: 'auto',
    axisLabel: '',
    scaleDistribution: { type: 'linear' },
    stacking: { mode: of.stacked ? 'normal' : 'none', group: 'A' },
    thresholdsStyle: { mode: of.showThresholds ? 'line' : 'off' },
  }, 'palette-classic');

export const stat = (of, ...queries) =>
  panel('stat', of, over(queries, AT_THE_END), {
    reduceOptions: reduced,
    orientation: 'vertical',
    colorMode: of.thresholds || of.mappings || of.overrides ? 'value' : 'none',
    graphMode: 'none',
    justifyMode: 'auto',
    textMode: of.named ? 'value_and_name' : 'value',
    wideLayout: true,
    showPercentChange: false,
  }, {}, 'thresholds');

/** Bars of what instant queries find, in their order. */
export const bargauge = (of, ...queries) =>
  panel('bargauge', { min: 0, ...of }, over(queries, AT_THE_END), {
    reduceOptions: reduced,
    orientation: 'horizontal',
    displayMode: 'basic',
    valueMode: 'color',
    showUnfilled: true,
    minVizWidth: 8,
    minVizHeight: 16,
    maxVizHeight: 24,
    sizing: 'manual',
    namePlacement: 'left',
  }, {}, of.thresholds ? 'thresholds' : 'continuous-BlPu');

/** One row a series, coloured by the mapping of its number. */
export const stateTimeline = (of, ...queries) =>
  panel('state-timeline', of, over(queries, OVER_TIME), {
    legend: { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [] },
    tooltip: { mode: 'single', sort: 'none' },
    mergeValues: true,
    showValue: 'never',
    alignValue: 'left',
    rowHeight: 0.8,
  }, { fillOpacity: 80, lineWidth: 0 }, 'thresholds');

/** Buckets of a histogram over time. */
export const heatmap = (of, query) =>
  panel('heatmap', of, over([{ legend: '{{le}}', ...query }], { ...OVER_TIME, format: 'heatmap' }), {
    calculate: false,
    cellGap: 1,
    cellValues: { unit: 'short', decimals: 1 },
    color: { mode: 'scheme', scheme: 'Blues', fill: 'dark-blue', exponent: 0.5, scale: 'exponential', steps: 64, reverse: false },
    exemplars: { color: 'rgba(255,120,50,0.8)' },
    filterValues: { le: 1e-9 },
    legend: { show: true },
    rowsFrame: { layout: 'auto', value: 'builds' },
    showValue: 'never',
    tooltip: { mode: 'single', yHistogram: false, showColorScale: false },
    yAxis: { axisPlacement: 'left', reverse: false, unit: of.unit },
  }, { hideFrom: { legend: false, tooltip: false, viz: false }, scaleDistribution: { type: 'linear' } }, 'thresholds');

/**
 * A table whose queries are joined into one row for each set of labels that all of them have. `columns` are made by
 * column(), forLinks() and dropped(), in the order in which they stand; the time is dropped.
 */
export const table = (of, columns, ...queries) =>
  panel('table', {
    ...of,
    overrides: columns.filter((one) => one.override).map((one) => one.override),
    transformations: [...(queries.length > 1 ? [{ id: 'merge', options: {} }] : []), {
      id: 'organize',
      options: {
        excludeByName: Object.fromEntries(['Time', ...columns.filter((one) => !one.override).map((one) => one.name)].map((name) => [name, true])),
        indexByName: Object.fromEntries(columns.map((one, i) => [one.name, i])),
        renameByName: {},
      },
    }],
  }, over(queries, AS_ROWS), {
    showHeader: true,
    cellHeight: 'sm',
    frameIndex: 0,
    sortBy: of.sortBy ? [{ displayName: of.sortBy, desc: true }] : [],
  }, { align: 'left', cellOptions: { type: 'auto' }, inspect: false, filterable: of.filterable ?? false }, 'thresholds');

const overriding = (name, properties) => ({
  matcher: { id: 'byName', options: name },
  properties: Object.entries(properties).map(([id, value]) => ({ id, value })),
});
export const column = (name, title, properties = {}) => ({ name, override: overriding(name, { displayName: title, ...properties }) });
/** Not to be seen, but there for the links of its row. */
export const forLinks = (name) => ({ name, override: overriding(name, { 'custom.hidden': true }) });
export const dropped = (name) => ({ name });
/** Text in the colour of its mapping or threshold. */
export const inColour = { 'custom.cellOptions': { type: 'color-text' } };
/** A line that no query's place in the palette should colour. */
export const line = (name, color) => overriding(name, {
  color: { mode: 'fixed', fixedColor: color },
  'custom.lineStyle': { fill: 'dash', dash: [8, 6] },
  'custom.fillOpacity': 0,
  'custom.stacking': { mode: 'none', group: 'B' },
});

/** What Prometheus' rules say; `only` is a part of the alerts' names. Needs "manage alerts" on the data source. */
export const alertList = (of, only, labels) => ({
  type: 'alertlist',
  title: of.title,
  description: of.description,
  size: { w: of.w, h: of.h },
  options: {
    viewMode: 'list',
    groupMode: 'default',
    groupBy: [],
    maxItems: 30,
    sortOrder: 3,
    dashboardAlerts: false,
    alertName: only,
    alertInstanceLabelFilter: labels,
    stateFilter: { firing: true, pending: true, noData: false, normal: false, error: true },
    showInstances: false,
  },
});

export const text = (of, content) => ({
  type: 'text',
  title: of.title,
  description: of.description,
  size: { w: of.w, h: of.h },
  options: { mode: 'markdown', content, code: { language: 'plaintext', showLineNumbers: false, showMiniMap: false } },
});
