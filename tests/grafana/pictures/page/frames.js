// From Prometheus' answers to what Grafana's panels draw, as Grafana's Prometheus data source and its dashboards do it.
import {
  applyFieldOverrides, createTheme, displayNameOverrideProcessor, FieldConfigOptionsRegistry, FieldType,
  standardTransformers, standardTransformersRegistry, toDataFrame, transformDataFrame,
} from '@grafana/data';
import { lastValueFrom } from 'rxjs';

export const theme = createTheme({ colors: { mode: 'dark' } });

standardTransformersRegistry.setInit(() => [
  { id: 'merge', name: 'merge', transformation: standardTransformers.mergeTransformer, editor: () => null },
  { id: 'organize', name: 'organize', transformation: standardTransformers.organizeFieldsTransformer, editor: () => null },
]);

/** Every property may be set and overridden as it is: the pictures need no editors. */
const property = (path, isCustom) => ({
  id: isCustom ? `custom.${path}` : path,
  path,
  isCustom,
  name: path,
  editor: () => null,
  override: () => null,
  process: path === 'displayName' ? displayNameOverrideProcessor : (value) => value,
  shouldApply: () => true,
  settings: {},
});
const STANDARD = ['displayName', 'unit', 'decimals', 'min', 'max', 'noValue', 'mappings', 'thresholds', 'color', 'links'];
const CUSTOM = [
  'drawStyle', 'lineInterpolation', 'lineWidth', 'lineStyle', 'fillOpacity', 'gradientMode', 'showPoints', 'pointSize',
  'spanNulls', 'axisPlacement', 'axisLabel', 'scaleDistribution', 'stacking', 'thresholdsStyle', 'hideFrom', 'align',
  'cellOptions', 'inspect', 'filterable', 'hidden', 'width',
];
const registry = new FieldConfigOptionsRegistry(() => [
  ...STANDARD.map((path) => property(path, false)),
  ...CUSTOM.map((path) => property(path, true)),
]);

const nameOf = (metric, legend) => {
  if (legend && legend !== '__auto') return legend.replace(/\{\{\s*(\w+)\s*\}\}/g, (all, label) => metric[label] ?? '');
  const labels = Object.entries(metric).filter(([label]) => label !== '__name__').map(([label, value]) => `${label}="${value}"`);
  return labels.length ? `{${labels.join(', ')}}` : 'Value';
};

/** A point at every step, null where Prometheus has none: a gap is to be seen. */
const seriesFrame = ({ metric, values, value }, { target, time }) => {
  const points = new Map((values ?? [value]).map(([at, text]) => [at, Number(text)]));
  const times = [];
  if (values) {
    for (let at = Math.floor(time.from / time.step) * time.step; at <= time.to; at += time.step) times.push(at);
  } else {
    times.push(value[0]);
  }
  return toDataFrame({
    refId: target.refId,
    fields: [
      { name: 'Time', type: FieldType.time, values: times.map((at) => at * 1000), config: { interval: time.step * 1000 } },
      {
        name: 'Value',
        type: FieldType.number,
        labels: metric,
        values: times.map((at) => points.get(at) ?? null),
        config: { displayNameFromDS: nameOf(metric, target.legendFormat) },
      },
    ],
  });
};

const tableFrame = ({ series, target }, isAlone) => {
  const labels = [...new Set(series.flatMap((one) => Object.keys(one.metric)))].filter((label) => label !== '__name__').sort();
  return toDataFrame({
    refId: target.refId,
    fields: series.length === 0 ? [] : [
      { name: 'Time', type: FieldType.time, values: series.map((one) => one.value[0] * 1000) },
      ...labels.map((label) => ({ name: label, type: FieldType.string, values: series.map((one) => one.metric[label] ?? '') })),
      { name: isAlone ? 'Value' : `Value #${target.refId}`, type: FieldType.number, values: series.map((one) => Number(one.value[1])) },
    ],
  });
};

/** `answers` are { target, time, series }, one for each target. */
export const framesOf = async (panel, answers) => {
  const frames = answers.flatMap((answer) => (answer.target.format === 'table'
    ? [tableFrame(answer, answers.length === 1)]
    : answer.series.map((one) => seriesFrame(one, answer))));
  const transformed = await lastValueFrom(transformDataFrame(panel.transformations ?? [], frames));
  return applyFieldOverrides({
    data: transformed,
    fieldConfig: panel.fieldConfig,
    fieldConfigRegistry: registry,
    replaceVariables: (text) => text,
    theme,
    timeZone: 'utc',
  });
};
