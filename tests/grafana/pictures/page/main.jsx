// The page that is photographed: window.draw({ dashboard, panels, time, choice, width }) lays the panels out.
import React from 'react';
import { createRoot } from 'react-dom/client';
import { dateTimeFormat, ThemeContext } from '@grafana/data';
import { GlobalStyles, PanelChrome } from '@grafana/ui';
import '@fontsource/inter/400.css';
import '@fontsource/inter/500.css';
import 'uplot/dist/uPlot.min.css';
import './page.css';
import { framesOf, theme } from './frames';
import { PanelBody } from './panels';

const ROW = 30;
const GAP = 8;
const MARGIN = 16;
const HEAD = 84;

const rectOf = ({ x, y, w, h }, width) => {
  const column = (width - 2 * MARGIN + GAP) / 24;
  return { left: MARGIN + x * column, top: HEAD + y * (ROW + GAP), width: w * column - GAP, height: h * (ROW + GAP) - GAP };
};

const Head = ({ dashboard, time, choice }) => (
  <div className="head">
    <div className="title">{dashboard.title}</div>
    <div className="when">{[time.from, time.to].map((at) => dateTimeFormat(at * 1000, { format: 'YYYY-MM-DD HH:mm', timeZone: 'utc' })).join(' to ')} UTC</div>
    <div className="variables">
      {dashboard.templating.list.map((one) => (
        <span key={one.name} className="variable"><b>{one.label}</b><i>{choice[one.name]}</i></span>
      ))}
    </div>
  </div>
);

const Dashboard = ({ dashboard, panels, time, choice, width }) => (
  <ThemeContext.Provider value={theme}>
    <GlobalStyles />
    <Head dashboard={dashboard} time={time} choice={choice} />
    {panels.map(({ panel, frames, exemplars, alerts }) => {
      const rect = rectOf(panel.gridPos, width);
      if (panel.type === 'row') return <div key={panel.id} className="row" style={{ ...rect, position: 'absolute' }}>{panel.title}</div>;
      return (
        <div key={panel.id} style={{ ...rect, position: 'absolute' }}>
          <PanelChrome title={panel.title} width={rect.width} height={rect.height} padding={panel.type === 'table' ? 'none' : 'md'}>
            {(innerWidth, innerHeight) => (
              <PanelBody panel={panel} frames={frames} exemplars={exemplars} alerts={alerts} time={panel.time ?? time} width={innerWidth} height={innerHeight} />
            )}
          </PanelChrome>
        </div>
      );
    })}
  </ThemeContext.Provider>
);

window.draw = async ({ dashboard, answers, time, choice, width }) => {
  const panels = await Promise.all(dashboard.panels.map(async (panel) => {
    const { queries = [], exemplars = [], alerts = [] } = answers[panel.id] ?? {};
    const frames = panel.fieldConfig ? await framesOf(panel, queries) : [];
    return { panel: { ...panel, time: queries[0]?.time }, frames, exemplars, alerts };
  }));
  const bottom = Math.max(...dashboard.panels.map((panel) => { const rect = rectOf(panel.gridPos, width); return rect.top + rect.height; }));
  const root = document.getElementById('root');
  root.style.cssText = `position: relative; width: ${width}px; height: ${bottom + MARGIN}px`;
  await document.fonts.ready;
  createRoot(root).render(<Dashboard dashboard={dashboard} panels={panels} time={time} choice={choice} width={width} />);
};
