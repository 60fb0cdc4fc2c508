// server.js FILE: the samples of the file behind prom-client and node's own HTTP server, until it is killed.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const util = require('node:util');
const zlib = require('node:zlib');
const client = require('prom-client');

const gzip = util.promisify(zlib.gzip);
const registry = new client.Registry();

// The lines that flatten.awk writes.
function load(text) {
  let metric;
  let names;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const fields = line.split('\t');
    if (fields[0] === 'family') {
      const [, type, name, help] = fields;
      names = fields.slice(4);
      const Metric = type === 'counter' ? client.Counter : client.Gauge;
      metric = new Metric({ name, help, labelNames: names, registers: [registry] });
      continue;
    }
    const labels = {};
    names.forEach((name, i) => { labels[name] = fields[i + 1]; });
    metric.inc(labels, Number(fields[0]));
  }
}

async function answer(request, response) {
  response.setHeader('Content-Type', registry.contentType);
  const page = await registry.metrics();
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return response.end(page);
  // prom-client does not compress: what serves it does.
  response.setHeader('Content-Encoding', 'gzip');
  return response.end(await gzip(page));
}

load(fs.readFileSync(process.argv[2], 'utf8'));
const server = http.createServer(answer);
server.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/metrics`);
});
