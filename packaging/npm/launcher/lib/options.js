// Makes a command line out of an object: { failRate: 0.5 } becomes --fail-rate=0.5.
'use strict';

// Other users of the machine can see arguments, but not the environment.
const secrets = { secret: 'SLOTFLOW_WEBHOOK_SECRET', apiKey: 'SLOTFLOW_API_KEY' };

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

function asArguments(name, value) {
  const option = '--' + name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());
  if (value === undefined || value === null || value === false) return [];
  if (value === true) return [option];
  if (Array.isArray(value)) return value.flatMap((item) => asArguments(name, item));
  if (!isObject(value)) return [`${option}=${value}`];
  const pairs = Object.entries(value);
  if (name === 'header') return pairs.map(([key, text]) => `${option}=${key}: ${text}`);
  if (name === 'set') return pairs.map(([key, item]) => `${option}=${key}=${JSON.stringify(item)}`);
  return [`${option}=${JSON.stringify(value)}`];
}

// Returns the arguments after the command, the environment, and the standard input if it is used.
function commandLine({ args = [], env, ...options }) {
  const result = { args: [], env: { ...process.env, ...env } };
  // The config file of the user would make tests differ from machine to machine.
  for (const [name, value] of Object.entries({ config: '/dev/null', ...options })) {
    if (value === undefined || value === null) continue;
    if (secrets[name]) {
      if (typeof value !== 'string') throw new TypeError(`${name}: expected a string`);
      result.env[secrets[name]] = value;
    } else if (['payload', 'load'].includes(name) && isObject(value)) {
      result.input = value instanceof Uint8Array ? value : JSON.stringify(value);
      result.args.push(`--${name}=-`);
    } else result.args.push(...asArguments(name, value));
  }
  result.args.push(...args);
  return result;
}

module.exports = { commandLine };
