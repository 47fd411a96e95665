// A running program: its lines of JSON, each read once by whoever asks first, and how it ends.
'use strict';

const { spawn } = require('node:child_process');
const { EventEmitter, once } = require('node:events');
const { createInterface } = require('node:readline');
const { binaryPath, cannotStart } = require('./binary.js');
const { commandLine } = require('./options.js');

const running = new Set();
// If this process is killed, the program ends, too: nobody reads its output any more.
process.on('exit', () => running.forEach((child) => child.kill('SIGTERM')));

class SlotflowHooksError extends Error {
  constructor(message, { code = null, exitCode = null, stderr = '' } = {}) {
    super(message);
    Object.assign(this, { name: 'SlotflowHooksError', code, exitCode, stderr });
  }
}

class Program {
  stderr = '';
  summary = null;
  #lines = [];
  #changes = new EventEmitter().setMaxListeners(0);
  #waiting = 0;
  #path;
  #child;
  events = {
    next: async () => {
      const value = await this.line();
      return { value, done: value === undefined };
    },
    [Symbol.asyncIterator]: () => this.events,
  };

  constructor(command, options) {
    const { args, env, input } = commandLine(options);
    try {
      this.#path = binaryPath();
      this.#child = spawn(this.#path, [command, '--json', ...args], { env });
    } catch (error) {
      throw new SlotflowHooksError(this.#path ? cannotStart(this.#path, error) : error.message);
    }
    const { stdin, stdout, stderr } = this.#child;
    running.add(this.#child);
    stdin.on('error', () => {}).end(input); // it may end without reading
    stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    createInterface({ input: stdout, crlfDelay: Infinity }).on('line', (line) => this.#read(line));
    this.#child.on('error', (error) => this.#end({ exitCode: null, signal: null, error }));
    this.#child.on('close', (exitCode, signal) => this.#end({ exitCode, signal }));
  }

  #end(how) {
    running.delete(this.#child);
    this.end ??= how;
    this.#changes.emit('change');
  }

  #read(text) {
    try {
      const line = JSON.parse(text);
      if (line.type === 'summary') this.summary = line;
      this.#lines.push(line);
      this.#changes.emit('change');
    } catch {
      // The program was killed in the middle of a line.
    }
  }

  // Resolves to the next line, to undefined after the last one, or to null after `timeout`
  // milliseconds, if it is given.
  async line(timeout) {
    const limit = new AbortController();
    const timer = timeout !== undefined && setTimeout(() => limit.abort(), timeout);
    this.#hold(+1);
    try {
      while (this.#lines.length === 0 && !this.end) await once(this.#changes, 'change', limit);
      return this.#lines.shift();
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
      this.#hold(-1);
    }
  }

  // Resolves to the next line of this type, and drops those before it. Rejects after `timeout`
  // milliseconds.
  async next(type = 'request', { timeout = 10_000 } = {}) {
    const end = Date.now() + timeout;
    let line;
    do line = await this.line(Math.max(0, end - Date.now()));
    while (line && line.type !== type);
    if (line) return line;
    const what = `line of type ${type}`;
    const message = this.end ? `slotflow-hooks ended before a ${what}` : `no ${what} within ${timeout} ms`;
    throw new SlotflowHooksError(message, { exitCode: this.end?.exitCode, stderr: this.stderr });
  }

  // The program keeps this process alive only while someone waits for it, so that a test that
  // forgets stop() still ends.
  #hold(change) {
    this.#waiting += change;
    const { stdin, stdout, stderr } = this.#child;
    for (const each of [this.#child, stdin, stdout, stderr]) {
      if (!each.destroyed) each[this.#waiting > 0 ? 'ref' : 'unref']();
    }
  }

  // Sends SIGTERM, and SIGKILL after `grace` milliseconds. Resolves when the program has ended. A
  // program that has printed its summary ends by itself.
  async stop({ grace = 5000 } = {}) {
    this.#hold(+1);
    if (!this.summary) this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), grace);
    while (!this.end) await once(this.#changes, 'change');
    clearTimeout(timer);
    const { exitCode, signal } = this.end;
    return { exitCode, signal, summary: this.summary };
  }

  async [Symbol.asyncDispose ?? Symbol.for('Symbol.asyncDispose')]() {
    await this.stop();
  }

  // The error of a program that has ended, in the words of its standard error.
  error() {
    const { exitCode, signal, error } = this.end;
    if (error) return new SlotflowHooksError(cannotStart(this.#path, error));
    const details = { exitCode, stderr: this.stderr };
    try {
      const { code, message } = JSON.parse(/^\{"error".*$/m.exec(this.stderr)[0]).error;
      return new SlotflowHooksError(message, { ...details, code });
    } catch {
      // It ended without an error of its own, or in the middle of one.
    }
    const how = `slotflow-hooks ${signal ? `was ended by ${signal}` : `ended with ${exitCode}`}`;
    const text = this.stderr.trim();
    return new SlotflowHooksError(signal && text ? `${how}: ${text}` : text || how, details);
  }
}

module.exports = { Program, SlotflowHooksError };
