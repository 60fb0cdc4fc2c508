// The panel types that @grafana/ui does not have (they are parts of Grafana's application), drawn from the same options.
import React from 'react';
import { getFieldDisplayName, getValueFormat, formattedValueToString, dateTimeFormat } from '@grafana/data';
import { theme } from './frames';

const AXIS = 22;
const GREY = theme.colors.text.secondary;
const small = { fontSize: 12, color: GREY };

const timeTicks = (from, to, width) => {
  const choices = [10, 30, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 86400];
  const step = choices.find((one) => ((to - from) / one) * 80 <= width) ?? 86400;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at < to; at += step) ticks.push(at);
  const format = step < 60 ? 'HH:mm:ss' : step >= 86400 ? 'MM/DD' : 'HH:mm';
  return ticks.map((at) => ({ at, text: dateTimeFormat(at * 1000, { format, timeZone: 'utc' }) }));
};

const TimeAxis = ({ from, to, left, width, top }) => timeTicks(from, to, width).map(({ at, text }) => {
  const x = left + ((at - from) / (to - from)) * width;
  return <text key={at} x={x} y={top + 15} textAnchor="middle" fontSize={12} fill={GREY}>{text}</text>;
});

export const StateTimeline = ({ frames, time, width, height }) => {
  const series = frames.map((frame) => ({ name: getFieldDisplayName(frame.fields[1], frame, frames), times: frame.fields[0].values, field: frame.fields[1] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const left = Math.min(220, 8 + Math.max(...series.map((one) => one.name.length)) * 6.6);
  const plot = { width: width - left - 8, height: height - AXIS - 22 };
  const row = plot.height / series.length;
  const seen = new Map();
  const boxes = series.flatMap(({ times, field }, index) => {
    const found = [];
    let open = null;
    const close = (at) => { if (open) found.push({ ...open, end: at }); open = null; };
    field.values.forEach((value, i) => {
      const shown = value === null ? null : field.display(value);
      if (shown?.text !== open?.text) {
        close(times[i]);
        if (shown) open = { ...shown, start: times[i], row: index };
      }
      if (shown) seen.set(shown.text, shown.color);
    });
    close(times[times.length - 1]);
    return found;
  });
  const x = (ms) => left + ((ms / 1000 - time.from) / (time.to - time.from)) * plot.width;
  return (
    <div>
      <svg width={width} height={height - 22}>
        {series.map((one, i) => <text key={one.name} x={left - 8} y={row * (i + 0.5) + 4} textAnchor="end" fontSize={12} fill={GREY}>{one.name}</text>)}
        {boxes.map((box, i) => (
          <rect key={i} x={Math.max(left, x(box.start))} y={row * (box.row + 0.1)} height={row * 0.8} fill={box.color} fillOpacity={0.8}
            width={Math.max(1, x(box.end) - Math.max(left, x(box.start)))} />
        ))}
        <TimeAxis from={time.from} to={time.to} left={left} width={plot.width} top={plot.height} />
      </svg>
      <div style={{ ...small, display: 'flex', gap: 14, paddingLeft: 6, height: 22 }}>
        {[...seen].map(([text, color]) => <span key={text}><i style={{ display: 'inline-block', width: 12, height: 4, marginRight: 6, verticalAlign: 'middle', background: color }} />{text}</span>)}
      </div>
    </div>
  );
};

const mixed = (share) => {
  const [from, to] = [[26, 32, 44], [115, 191, 255]];
  return `rgb(${from.map((part, i) => Math.round(part + (to[i] - part) * share)).join(',')})`;
};

export const Heatmap = ({ frames, exemplars, time, width, height, unit }) => {
  const format = (value) => (Number.isFinite(value) ? formattedValueToString(getValueFormat(unit)(value)) : '∞');
  const bounds = frames.map((frame) => ({ le: Number(frame.fields[1].labels.le.replace('+Inf', 'Infinity')), frame }))
    .sort((a, b) => a.le - b.le);
  const rows = bounds.map(({ le, frame }, i) => ({
    le,
    times: frame.fields[0].values,
    values: frame.fields[1].values.map((value, at) => Math.max(0, (value ?? 0) - (i ? bounds[i - 1].frame.fields[1].values[at] ?? 0 : 0))),
  }));
  const most = Math.max(...rows.flatMap((row) => row.values));
  const left = 66;
  const plot = { width: width - left - 8, height: height - AXIS };
  const cell = { height: plot.height / rows.length, width: (plot.width * time.step) / (time.to - time.from) };
  const x = (seconds) => left + ((seconds - time.from) / (time.to - time.from)) * plot.width;
  const rowOf = (value) => rows.findIndex((row) => value <= row.le);
  const y = (index) => plot.height - cell.height * (index + 1);
  return (
    <svg width={width} height={height}>
      {rows.map((row, index) => (
        <g key={row.le}>
          <text x={left - 8} y={y(index) + cell.height / 2 + 4} textAnchor="end" fontSize={11} fill={GREY}>{format(row.le)}</text>
          {row.values.map((value, i) => (value > 1e-9 && x(row.times[i] / 1000) - cell.width >= left ? (
            <rect key={i} x={x(row.times[i] / 1000) - cell.width} y={y(index)} width={Math.max(1, cell.width - 1)} height={Math.max(1, cell.height - 1)} fill={mixed(Math.sqrt(value / most))} />
          ) : null))}
        </g>
      ))}
      {exemplars.filter((one) => one.at > time.from && one.at < time.to).map((one, i) => (
        <rect key={i} x={-3} y={-3} width={6} height={6} fill="rgb(255,152,48)" transform={`translate(${x(one.at)} ${y(rowOf(one.value)) + cell.height / 2}) rotate(45)`} />
      ))}
      <TimeAxis from={time.from} to={time.to} left={left} width={plot.width} top={plot.height} />
    </svg>
  );
};

const STATE_COLOUR = { firing: theme.visualization.getColorByName('red'), pending: theme.visualization.getColorByName('orange') };

export const AlertList = ({ alerts, height }) => (
  <div style={{ height, overflow: 'hidden' }}>
    {alerts.length === 0 && <div style={{ ...small, padding: 8 }}>No alerts matching filters</div>}
    {alerts.map((alert) => (
      <div key={alert.name} style={{ display: 'flex', alignItems: 'center', gap: 10, padding: '6px 8px', marginBottom: 4, background: theme.colors.background.secondary, borderRadius: 2 }}>
        <span style={{ width: 12, height: 12, borderRadius: 6, background: STATE_COLOUR[alert.state], flex: 'none' }} />
        <span style={{ minWidth: 0 }}>
          <div style={{ color: theme.colors.text.primary }}>{alert.name}</div>
          <div style={small}><span style={{ color: STATE_COLOUR[alert.state] }}>{alert.state}</span> · {alert.instances} {alert.instances === 1 ? 'instance' : 'instances'}</div>
        </span>
      </div>
    ))}
  </div>
);
