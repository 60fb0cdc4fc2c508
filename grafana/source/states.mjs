// The words that states have, and the colour that each has on every panel.

const COLOURS = {
  success: 'green',
  fail: 'red',
  terminated: 'purple',
  skipped: 'light-blue',
  cancelled: '#8e8e8e',
  unknown: 'yellow',
  queued: 'light-orange',
  initializing: 'light-blue',
  running: 'blue',
  stopped: '#8e8e8e',
  failure: 'red',
};

/** In the order in which a state set's number counts them; the last is what should be seen first. */
export const VERDICTS = ['success', 'unknown', 'terminated', 'fail'];
export const STATUSES = ['stopped', 'unknown', 'queued', 'initializing', 'running'];
export const OUTCOMES = ['success', 'fail', 'terminated', 'skipped', 'cancelled', 'unknown'];

const mapped = (entries) => [{
  type: 'value',
  options: Object.fromEntries(entries.map(([value, text, color], index) => [value, { text, color, index }])),
}];

/** For what stateNumber() gives. */
export const numberMappings = (words) => mapped(words.map((word, i) => [String(i + 1), word, COLOURS[word]]));
export const yesNo = (yes, no) => mapped([['1', yes, 'green'], ['0', no, 'red']]);

/** Overrides that give each series its word's colour. */
export const coloured = (words) => words.map((word) => ({
  matcher: { id: 'byName', options: word },
  properties: [{ id: 'color', value: { mode: 'fixed', fixedColor: COLOURS[word] } }],
}));
