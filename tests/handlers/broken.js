// Handlers with one mistake each: the good one in node/good.js with one of its steps replaced.
//   node broken.js MISTAKE... serves that handler, in the same way as node/good.js; of several,
//                             each at its own port, which is printed with its name
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

const names = process.argv.slice(2);
const [name] = names;
if (name === '--list') {
  const list = Object.entries(faults).map(([key, { mistake }]) => ({ name: key, mistake }));
  console.log(JSON.stringify(list, null, 2));
} else if (names.length > 0 && names.every((given) => Object.hasOwn(faults, given))) {
  process.setMaxListeners(0);
  for (const given of names) serve({ ...good, seen: new Set(), name: given, ...faults[given] });
} else {
  console.error(`expected some of ${Object.keys(faults).join(', ')}, got ${names.join(' ')}`);
  process.exitCode = 2;
}
