// Runs slotflow-hooks in tests: listen, serve and fire. Each option of the command line is a
// field in camelCase; see index.d.ts.
'use strict';

const { Program, SlotflowHooksError } = require('./lib/program.js');

// Resolves when the port is open; rejects if the program ends before that.
async function start(command, options) {
  const program = new Program(command, { ...options, port: options.port ?? 0 });
  const ready = await program.line();
  if (ready?.url) return Object.assign(program, { url: ready.url, port: ready.port, ready });
  await program.stop({ grace: 0 });
  throw program.error();
}

async function listen(options = {}) {
  return start('listen', options);
}

async function serve(options = {}) {
  const ephemeral = options.store === undefined && options.state === undefined;
  return start('serve', { ephemeral, ...options });
}

// Resolves when all deliveries have ended, also if they failed; rejects if nothing could be sent.
async function fire({ event, history = false, args = [], ...options } = {}) {
  const name = event ?? (options.payload === undefined ? 'confirmed' : undefined);
  const all = name === undefined ? args : [name, ...args];
  const program = new Program('fire', { noHistory: !history, ...options, args: all });
  const lines = [];
  for await (const line of program.events) lines.push(line);
  const { exitCode } = program.end;
  if (lines.length === 0 || (exitCode !== 0 && exitCode !== 1)) throw program.error();
  const attempts = lines.filter((line) => line.type === 'attempt');
  const previews = lines.filter((line) => line.type === 'preview');
  const { summary, stderr } = program;
  return { ok: exitCode === 0, exitCode, attempts, previews, summary, stderr };
}

module.exports = { listen, serve, fire, SlotflowHooksError };
