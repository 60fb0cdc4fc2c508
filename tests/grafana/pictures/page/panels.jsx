// One component for each panel type that the dashboards use.
import React from 'react';
import {
  dateTime, FieldType, getDisplayValueAlignmentFactors, getFieldDisplayValues, renderMarkdown,
} from '@grafana/data';
import { BarGauge, BigValue, Table, TimeSeries, VizRepeater } from '@grafana/ui';
import { AlertList, Heatmap, StateTimeline } from './drawn';
import { theme } from './frames';

const timeRange = ({ from, to }) => ({ from: dateTime(from * 1000), to: dateTime(to * 1000), raw: { from: dateTime(from * 1000), to: dateTime(to * 1000) } });

const displayed = (panel, frames) => getFieldDisplayValues({
  fieldConfig: panel.fieldConfig,
  reduceOptions: panel.options.reduceOptions,
  replaceVariables: (text) => text,
  theme,
  data: frames,
  sparkline: false,
  timeZone: 'utc',
});

/** Grafana draws exemplars as diamonds over the lines. */
const drawExemplars = (exemplars) => (builder) => {
  if (!builder.exemplarsAreDrawn && exemplars.length) {
    builder.exemplarsAreDrawn = true;
    builder.addHook('draw', (plot) => {
      const scale = plot.series[1].scale;
      const { left, top, width, height } = plot.bbox;
      const { ctx } = plot;
      ctx.save();
      ctx.fillStyle = theme.visualization.getColorByName('green');
      for (const { at, value } of exemplars) {
        const x = plot.valToPos(at * 1000, 'x', true);
        const y = Math.max(top, Math.min(top + height, plot.valToPos(value, scale, true)));
        if (x < left || x > left + width) continue;
        ctx.beginPath();
        ctx.moveTo(x, y - 5);
        ctx.lineTo(x + 5, y);
        ctx.lineTo(x, y + 5);
        ctx.lineTo(x - 5, y);
        ctx.fill();
      }
      ctx.restore();
    });
  }
  return null;
};

const Timeseries = ({ panel, frames, exemplars, time, width, height }) => (
  <TimeSeries frames={frames} timeRange={timeRange(time)} timeZone="utc" width={width} height={height} legend={panel.options.legend}
    options={panel.options}>{drawExemplars(exemplars)}</TimeSeries>
);

const Stat = ({ panel, frames, width, height }) => {
  const values = displayed(panel, frames);
  return (
    <VizRepeater getValues={() => values} getAlignmentFactors={getDisplayValueAlignmentFactors} width={width} height={height} source={frames}
      itemSpacing={3} renderCounter={1} autoGrid={false} orientation={panel.options.orientation}
      renderValue={({ value, width: w, height: h, alignmentFactors, count }) => (
        <BigValue value={value.display} count={count} width={w} height={h} alignmentFactors={alignmentFactors} theme={theme}
          colorMode={panel.options.colorMode} graphMode={panel.options.graphMode} justifyMode={panel.options.justifyMode} textMode={panel.options.textMode} />
      )} />
  );
};

const Bars = ({ panel, frames, width, height }) => {
  const values = displayed(panel, frames);
  return (
    <VizRepeater getValues={() => values} getAlignmentFactors={getDisplayValueAlignmentFactors} width={width} height={height} source={frames}
      itemSpacing={8} renderCounter={1} orientation={panel.options.orientation} minVizWidth={panel.options.minVizWidth}
      minVizHeight={panel.options.minVizHeight} maxVizHeight={panel.options.maxVizHeight}
      renderValue={({ value, width: w, height: h, orientation, alignmentFactors, count }) => (
        <BarGauge value={value.display} field={value.field} display={value.view?.getFieldDisplayProcessor(value.colIndex)} width={w} height={h}
          orientation={orientation} alignmentFactors={alignmentFactors} theme={theme} itemSpacing={8} lcdCellWidth={12} text={{}}
          displayMode={panel.options.displayMode} showUnfilled={panel.options.showUnfilled} valueDisplayMode={panel.options.valueMode}
          namePlacement={panel.options.namePlacement} count={count} />
      )} />
  );
};

/** The table draws fields that are hidden as nothing, so that links can still speak of them. */
const Rows = ({ panel, frames, width, height }) => (
  <Table data={frames[0]} width={width} height={height} columnMinWidth={60} cellHeight={panel.options.cellHeight}
    initialSortBy={panel.options.sortBy.map((by) => ({ ...by }))} />
);

const Markdown = ({ panel }) => (
  <div className="markdown" dangerouslySetInnerHTML={{ __html: renderMarkdown(panel.options.content) }} />
);

const COMPONENTS = { timeseries: Timeseries, stat: Stat, bargauge: Bars, table: Rows, text: Markdown };

const hasValues = (frames, type) => frames.some((frame) => (type === 'table' ? frame.length > 0 : frame.fields.some((field) =>
  field.type === FieldType.number && field.values.some((value) => value !== null && !Number.isNaN(value)))));

export const PanelBody = ({ panel, frames, exemplars, alerts, time, width, height }) => {
  if (panel.type === 'alertlist') return <AlertList alerts={alerts} height={height} />;
  if (panel.type !== 'text' && !hasValues(frames, panel.type)) {
    const nothing = panel.fieldConfig.defaults.noValue ?? 'No data';
    return <div className="nothing" style={{ width, height }}>{nothing}</div>;
  }
  if (panel.type === 'state-timeline') return <StateTimeline frames={frames} time={time} width={width} height={height} />;
  if (panel.type === 'heatmap') {
    return <Heatmap frames={frames} exemplars={exemplars} time={time} width={width} height={height} unit={panel.fieldConfig.defaults.unit} />;
  }
  const Component = COMPONENTS[panel.type];
  if (!Component) throw new Error(`no drawing for panels of the type ${panel.type}`);
  return <Component panel={panel} frames={frames} exemplars={exemplars} time={time} width={width} height={height} />;
};

