// Runs what `load --export` has written, with stand-ins for the modules of k6 and Artillery.
//
//   node load_scripts.mjs k6|artillery FILE COUNT
//
// Prints a line of JSON for each event that the script sends, after one with its settings.
import crypto from 'node:crypto';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const [engine, file, count] = process.argv.slice(2);

function print(value) {
  fs.writeSync(1, `${JSON.stringify(value)}\n`);
}

function print_event(url, headers, body) {
  print({ url, headers, body: Buffer.from(body).toString('base64') });
}

const scenario = { iterationInTest: 0, name: 'load', startTime: Date.now() };
const counters = {};

const MODULES = {
  'k6/crypto': {
    default: {
      hmac: (name, key, text, form) => crypto.createHmac(name, key).update(text).digest(form),
      randomBytes: (size) => Uint8Array.from(crypto.randomBytes(size)).buffer,
    },
  },
  'k6/execution': { default: { scenario } },
  'k6/http': {
    default: {
      expectedStatuses: (range) => range,
      setResponseCallback: (range) => print({ expected: range }),
      post: (url, body, { headers, tags, redirects, timeout }) => {
        print_event(url, headers, body);
        print({ tags, redirects, timeout });
        return { status: 0 };
      },
    },
  },
  'k6/metrics': {
    Counter: class {
      constructor(name) { this.name = name; }

      add(value) { counters[this.name] = (counters[this.name] ?? 0) + value; }
    },
  },
};

// k6's modules are imported by names that Node does not know.
async function run_k6() {
  globalThis.__ENV = process.env;
  globalThis.MODULES = MODULES;
  const source = fs.readFileSync(file, 'utf8')
    .replace(/^import (\w+) from '([^']+)';$/gm, "const $1 = MODULES['$2'].default;")
    .replace(/^import (\{ \w+ \}) from '([^']+)';$/gm, "const $1 = MODULES['$2'];");
  const script = await import(`data:text/javascript,${encodeURIComponent(source)}`);
  print({ options: script.options });
  for (; scenario.iterationInTest < count; scenario.iterationInTest += 1) script.default();
  print({ counters });
}

async function run_artillery() {
  const { config, scenarios } = JSON.parse(fs.readFileSync(file, 'utf8'));
  print({ config, scenarios });
  const processor = createRequire(import.meta.url)(
    path.resolve(path.dirname(file), config.processor));
  const counted = {};
  const events = {
    emit: (kind, name, value) => { counted[name] = (counted[name] ?? 0) + value; },
  };
  const { post } = (scenarios[0].flow[0].loop ?? scenarios[0].flow)[0];
  for (let i = 0; i < count; i += 1) {
    const request = { ...post };
    processor[post.beforeRequest](request, { vars: {} }, events, () => {});
    print_event(request.url, request.headers, request.body);
    processor[post.afterResponse](request, { statusCode: i === 0 ? 500 : 204 }, { vars: {} },
      events, () => {});
  }
  print({ counters: counted });
}

await (engine === 'k6' ? run_k6() : run_artillery());
