// Handlers with one mistake each: the good one in node/good.js with one of its steps replaced.
//   node broken.js MISTAKE    serves that handler, in the same way as node/good.js
//   node broken.js -          serves one for each line of its input, each at a port of its own,
//                             until the input ends
//   node broken.js --list     prints all mistakes as a JSON array of {name, mistake}
'use strict';

const readline = require('node:readline');
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

function start(name) {
  if (!Object.hasOwn(faults, name)) {
    console.error(`expected one of ${Object.keys(faults).join(', ')}, got ${name}`);
    process.exit(2);
  }
  serve({ ...good, seen: new Set(), ...faults[name] });
}

const [name] = process.argv.slice(2);
if (name === '--list') {
  const list = Object.entries(faults).map(([key, { mistake }]) => ({ name: key, mistake }));
  console.log(JSON.stringify(list, null, 2));
} else if (name === '-') {
  process.setMaxListeners(0);
  readline.createInterface({ input: process.stdin })
    .on('line', start)
    .on('close', () => process.exit());
} else {
  start(name);
}
