// What a dashboard's JSON may be, out of the types that Grafana publishes. They are stricter here where those are loose:
// a panel's `options` and `custom` are those of its type, and fields that nobody knows are errors.
import type * as g from '@grafana/schema';
import type * as bargauge from '@grafana/schema/dist/esm/raw/composable/bargauge/panelcfg/x/BarGaugePanelCfg_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as prometheus from 'grafana-schema-10/dist/esm/raw/composable/prometheus/dataquery/x/PrometheusDataQuery_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as timeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as text from '@grafana/schema/dist/esm/raw/composable/text/panelcfg/x/TextPanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** JSON has an enum's value, not its name. */
type Json<T> = T extends string
  ? `${T}`
  : T extends number
    ? `${T}` extends `${infer N extends number}` ? N : never
    : T extends object
      ? { [K in keyof T]: Json<T[K]> }
      : T;

/** Without the `[key: string]: unknown` that would let every field pass. */
type Known<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

interface DataLink {
  title: string;
  url: string;
  targetBlank: boolean;
}
type Defaults<Custom> = Omit<Known<g.FieldConfig>, 'custom' | 'links'> & { custom?: Known<Custom>; links?: DataLink[] };
type Override = { matcher: { id: 'byName'; options: string }; properties: Array<{ id: PropertyId; value: unknown }> };
/** Grafana 12.2 calls `hidden` `hideFrom.viz`, and takes the old name. */
type CustomId = keyof Known<timeseries.FieldConfig> | keyof Known<table.FieldConfig> | 'hidden';
type PropertyId = Exclude<keyof Known<g.FieldConfig>, 'custom'> | `custom.${Extract<CustomId, string>}`;

type Transformation =
  | { id: 'merge'; options: Record<string, never> }
  | {
      id: 'organize';
      options: {
        excludeByName: Record<string, boolean>;
        indexByName: Record<string, number>;
        renameByName: Record<string, string>;
      };
    };

type PanelOf<Type extends string, Options, Custom> =
  Omit<Known<g.Panel>, 'type' | 'options' | 'fieldConfig' | 'targets' | 'transformations'> & {
    type: Type;
    // A newer version has more options, and defaults for those that are not there.
    options: Partial<Known<Options>>;
    fieldConfig: { defaults: Defaults<Custom>; overrides: Override[] };
    targets: Array<Known<prometheus.PrometheusDataQuery>>;
    transformations?: Transformation[];
  };
type WithoutData<Type extends string, Options> =
  Omit<Known<g.Panel>, 'type' | 'options' | 'fieldConfig' | 'targets' | 'transformations'> & {
    type: Type;
    options: Known<Options>;
  };

/** Grafana publishes no types of this panel: those of its source, public/app/plugins/panel/alertlist/types.ts. */
interface AlertListOptions {
  viewMode: 'list' | 'stat';
  groupMode: 'default' | 'custom';
  groupBy: string[];
  maxItems: number;
  sortOrder: 1 | 2 | 3 | 4 | 5;
  dashboardAlerts: boolean;
  alertName: string;
  alertInstanceLabelFilter: string;
  stateFilter: { firing: boolean; pending: boolean; noData: boolean; normal: boolean; error: boolean };
  showInstances: boolean;
}

type Panel =
  | g.RowPanel
  | PanelOf<'timeseries', timeseries.Options, timeseries.FieldConfig>
  | PanelOf<'stat', stat.Options, {}>
  | PanelOf<'bargauge', bargauge.Options, {}>
  | PanelOf<'state-timeline', timeline.Options, timeline.FieldConfig>
  | PanelOf<'heatmap', heatmap.Options, heatmap.FieldConfig>
  | PanelOf<'table', table.Options, table.FieldConfig>
  | WithoutData<'text', text.Options>
  | WithoutData<'alertlist', AlertListOptions>;

type Variable = Omit<Known<g.VariableModel>, 'current' | 'query'> & {
  query: string | { qryType: number; query: string; refId: string };
  definition?: string;
  current: { selected?: boolean; text?: string | string[]; value?: string | string[] };
};

export type CheckedDashboard = Json<
  Omit<Known<g.Dashboard>, 'panels' | 'templating'> & { panels: Panel[]; templating: { list: Variable[] } }
>;
