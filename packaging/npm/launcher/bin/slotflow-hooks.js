#!/usr/bin/env node
// Runs the program with the same arguments, standard streams, signals and exit status.
'use strict';

const { spawn } = require('node:child_process');
const { constants } = require('node:os');
const { binaryPath, cannotStart } = require('../lib/binary.js');

function fail(message) {
  process.stderr.write(`slotflow-hooks: error: ${message}\n`);
  process.exitCode = 3; // the program could not be run
}

// Ends this process by the signal that ended the program.
function dieBy(signal) {
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
  // Node ignores some signals; a shell reports 128 + N for all of them.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100);
}

function run(path) {
  // Ctrl-C and timeout(1) send the signal to both processes. So the program gets it from here only
  // if it still runs a little later; it takes signals within half a second for one. This process
  // ends after the program in any case, so it handles signals before the program starts.
  let child;
  const pending = {};
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2']) {
    process.on(signal, () => {
      pending[signal] ??= setTimeout(() => {
        pending[signal] = undefined;
        child?.kill(signal); // none if it could not be started
      }, 200);
    });
  }
  const failed = (error) => fail(cannotStart(path, error));
  try {
    child = spawn(path, process.argv.slice(2), { stdio: 'inherit' });
  } catch (error) {
    failed(error); // spawn throws some errors, and emits others
    return;
  }
  child.on('error', failed);
  child.on('exit', (code, signal) => (signal ? dieBy(signal) : process.exit(code)));
}

let path;
try {
  path = binaryPath();
} catch (error) {
  fail(error.message);
}
if (path) run(path);
