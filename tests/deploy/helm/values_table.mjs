// The table of values in the chart's README, out of the comments of values.yaml.
//   node tests/deploy/helm/values_table.mjs     writes it anew; CLUSTER_TOOLS is the folder of cluster_tools/install.sh
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { yaml } from '../cluster_tools/tools.mjs';
import { chart, values } from './chart.mjs';

/** Every key with a comment "# -- ...": its path and that text. */
export function documentedValues() {
  const rows = [];
  const path = [];
  let text;
  for (const line of readFileSync(join(chart, 'values.yaml'), 'utf8').split('\n')) {
    const [, indent, comment, key] = /^( *)(?:# ?(.*)|([\w]+):.*)?$/.exec(line) ?? [];
    if (comment !== undefined) {
      if (comment.startsWith('-- ')) text = comment.slice(3);
      else if (text !== undefined) text += ` ${comment}`;
    } else if (key !== undefined) {
      path.splice(indent.length / 2, Infinity, key);
      if (text !== undefined) rows.push({ path: path.join('.'), text });
      text = undefined;
    }
  }
  return rows;
}

const at = (path) => path.split('.').reduce((value, key) => value[key], values);

function shown(value) {
  const text = yaml.stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim();
  return `\`${text}\``;
}

export function valuesTable() {
  const rows = documentedValues().map(({ path, text }) => `| \`${path}\` | ${shown(at(path))} | ${text} |`);
  return ['| value | default | effect |', '| --- | --- | --- |', ...rows].join('\n');
}

export const readme = join(chart, 'README.md');
export const marked = /(<!-- values: begin -->\n)[^]*(\n<!-- values: end -->)/;

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(readme, 'utf8');
  if (!marked.test(text)) throw new Error(`${readme} has no place for the table`);
  writeFileSync(readme, text.replace(marked, (_, begin, end) => begin + valuesTable() + end));
}
