// Runs slotflow-hooks in tests: listen, serve and fire. Each option of the command line is a
// field in camelCase; see index.d.ts.
'use strict';

const { Program, SlotflowHooksError } = require('./lib/process.js');

// A server that runs: its URL, and what it prints.
class Server {
  #program;

  constructor(program, ready) {
    this.#program = program;
    Object.assign(this, { url: ready.url, port: ready.port, ready });
    // One queue: each line is read once, by whoever asks first.
    this.events = {
      next: async () => {
        const value = await program.line();
        return { value, done: value === undefined };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  get stderr() {
    return this.#program.stderr;
  }

  // Resolves to the next line of this type, and drops those before it. Rejects after `timeout`
  // milliseconds.
  async next(type = 'request', { timeout = 10_000 } = {}) {
    const end = Date.now() + timeout;
    for (;;) {
      const event = await this.#program.line(Math.max(0, end - Date.now()));
      if (event?.type === type) return event;
      if (event === undefined) break;
      if (event !== null) continue;
      throw new SlotflowHooksError(`no line of type ${type} within ${timeout} ms`, {
        stderr: this.stderr,
      });
    }
    throw new SlotflowHooksError(`slotflow-hooks ended before a line of type ${type}`, {
      exitCode: this.#program.end.exitCode,
      stderr: this.stderr,
    });
  }

  async stop({ grace = 5000 } = {}) {
    return this.#program.stop(grace);
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.stop();
  }
}

// Resolves when the port is open; rejects if the program ends before that.
async function start(command, options) {
  const program = new Program(command, { ...options, port: options.port ?? 0 });
  const ready = await program.line();
  if (ready?.url === undefined) {
    await program.stop(0);
    throw program.error();
  }
  program.hold(false);
  return new Server(program, ready);
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
  const program = new Program('fire', {
    noHistory: !history,
    ...options,
    args: name === undefined ? args : [name, ...args],
  });
  const lines = [];
  for (let line = await program.line(); line; line = await program.line()) lines.push(line);
  const { exitCode } = await program.ended;
  if (lines.length === 0 || (exitCode !== 0 && exitCode !== 1)) throw program.error();
  const attempts = lines.filter((line) => line.type === 'attempt');
  const previews = lines.filter((line) => line.type === 'preview');
  const { summary, stderr } = program;
  return { ok: exitCode === 0, exitCode, attempts, previews, summary, stderr };
}

module.exports = { listen, serve, fire, SlotflowHooksError };
