// What the types must refuse: if one of these passed, the check would be blind, and tsc says that the directive is unused.
import type { CheckedDashboard } from './dashboard';

type Panel = CheckedDashboard['panels'][number];

export const unknownField: Partial<CheckedDashboard> = {
  // @ts-expect-error
  colour: 'green',
};

export const unknownPanelType: Partial<Panel> = {
  // @ts-expect-error
  type: 'graph',
};

export const optionOfAnotherPanel: Panel = {
  type: 'text',
  // @ts-expect-error
  options: { mode: 'markdown', content: '', cellHeight: 'sm' },
};

export const unknownEnumValue: Panel = {
  type: 'text',
  // @ts-expect-error
  options: { mode: 'plain', content: '' },
};

export const unknownTargetField: Partial<Extract<Panel, { type: 'stat' }>> = {
  // @ts-expect-error
  targets: [{ refId: 'A', expr: 'up', exemplars: true }],
};

export const unknownCustom: Partial<Extract<Panel, { type: 'timeseries' }>> = {
  fieldConfig: {
    // @ts-expect-error
    defaults: { custom: { lineColour: 'red' } },
    // @ts-expect-error
    overrides: [{ matcher: { id: 'byName', options: 'a' }, properties: [{ id: 'custom.lineColour', value: 'red' }] }],
  },
};
