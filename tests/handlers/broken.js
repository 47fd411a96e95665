// Handlers with one mistake each: the good one in node/good.js with one of its steps replaced.
//   node broken.js MISTAKE    serves that handler, in the same way as node/good.js
//   node broken.js --list     prints all mistakes as a JSON array of {name, mistake}
'use strict';

const { good, serve } = require('./node/good.js');

const faults = {
  ...require('./broken/delivery.js'),
  ...require('./broken/signature.js'),
  ...require('./broken/forgeries.js'),
  ...require('./broken/payload.js'),
  ...require('./broken/malformed.js'),
  ...require('./broken/idempotency.js'),
  ...require('./broken/leaks.js'),
  ...require('./broken/lifetime.js'),
};

const [name] = process.argv.slice(2);
if (name === '--list') {
  const list = Object.entries(faults).map(([key, { mistake }]) => ({ name: key, mistake }));
  console.log(JSON.stringify(list, null, 2));
} else if (Object.hasOwn(faults, name ?? '')) {
  serve({ ...good, ...faults[name] });
} else {
  console.error(`expected one of ${Object.keys(faults).join(', ')}, got ${name ?? 'nothing'}`);
  process.exitCode = 2;
}
