// A running program: its lines of JSON in order, its standard error, and how it ends.
'use strict';

const { spawn } = require('node:child_process');
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
  #waiting = [];
  #child;
  #path;

  constructor(command, options) {
    const { args, env, input } = commandLine(options);
    try {
      this.#path = binaryPath();
    } catch (error) {
      throw new SlotflowHooksError(error.message);
    }
    try {
      this.#child = spawn(this.#path, [command, '--json', ...args], { env });
    } catch (error) {
      throw new SlotflowHooksError(cannotStart(this.#path, error));
    }
    running.add(this.#child);
    this.#child.stdin.on('error', () => {}); // it may end without reading
    this.#child.stdin.end(input);
    this.#child.stderr.setEncoding('utf8').on('data', (text) => (this.stderr += text));
    const reader = createInterface({ input: this.#child.stdout, crlfDelay: Infinity });
    reader.on('line', (line) => this.#read(line));
    this.ended = new Promise((resolve) => {
      this.#child.on('error', (error) => resolve({ exitCode: null, signal: null, error }));
      this.#child.on('close', (exitCode, signal) => resolve({ exitCode, signal }));
    }).then((end) => {
      running.delete(this.#child);
      this.end = end;
      this.#waiting.splice(0).forEach((resolve) => resolve(undefined));
      return end;
    });
  }

  #read(text) {
    if (!text.startsWith('{')) return;
    try {
      this.#push(JSON.parse(text));
    } catch {
      // The program was killed in the middle of a line.
    }
  }

  #push(line) {
    if (line.type === 'summary') this.summary = line;
    const resolve = this.#waiting.shift();
    if (resolve) resolve(line);
    else this.#lines.push(line);
    this.hold(this.#waiting.length > 0);
  }

  // Resolves to the next line, to undefined after the last one, or to null after `timeout`
  // milliseconds, if it is given.
  async line(timeout) {
    if (this.#lines.length > 0) return this.#lines.shift();
    if (this.end) return undefined;
    this.hold(true);
    return new Promise((resolve) => {
      const wait = (line) => {
        clearTimeout(timer);
        resolve(line);
      };
      const giveUp = () => {
        this.#waiting = this.#waiting.filter((each) => each !== wait);
        this.hold(this.#waiting.length > 0);
        resolve(null);
      };
      const timer = timeout === undefined ? undefined : setTimeout(giveUp, timeout);
      this.#waiting.push(wait);
    });
  }

  // Whether the program keeps this process alive: only while someone waits for it, so that a
  // test that forgets stop() still ends.
  hold(on) {
    const { stdin, stdout, stderr } = this.#child;
    for (const each of [this.#child, stdin, stdout, stderr]) {
      if (!each.destroyed) each[on ? 'ref' : 'unref']();
    }
  }

  // Sends SIGTERM, and SIGKILL after `grace` milliseconds. Resolves when the program has ended.
  async stop(grace) {
    this.hold(true);
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), grace);
    const end = await this.ended;
    clearTimeout(timer);
    return { exitCode: end.exitCode, signal: end.signal, summary: this.summary };
  }

  // The error of a program that has ended, in the words of its standard error.
  error() {
    const { exitCode, signal, error } = this.end;
    if (error) return new SlotflowHooksError(cannotStart(this.#path, error));
    const text = this.stderr.trim();
    const details = { exitCode, stderr: this.stderr };
    try {
      const line = text.split('\n').find((each) => each.startsWith('{"error"'));
      const { code, message } = JSON.parse(line).error;
      return new SlotflowHooksError(message, { ...details, code });
    } catch {
      const how = `slotflow-hooks ${signal ? `was ended by ${signal}` : `ended with ${exitCode}`}`;
      if (signal && text) return new SlotflowHooksError(`${how}: ${text}`, details);
      return new SlotflowHooksError(text || how, details);
    }
  }
}

module.exports = { Program, SlotflowHooksError };
