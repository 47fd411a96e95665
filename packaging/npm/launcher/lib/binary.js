// Finds the program: in the package for this platform, or where SLOTFLOW_HOOKS_BINARY says.
'use strict';

const { realpathSync } = require('node:fs');
const { join } = require('node:path');

const alternatives =
  'build it from source, use its container image or install its .deb, ' +
  'and set SLOTFLOW_HOOKS_BINARY to its path if it is elsewhere';

const systems = { darwin: 'macOS', win32: 'Windows' };

// glibc reports its version; musl, as in Alpine, does not.
function usesGlibc() {
  return Boolean(process.report?.getReport().header.glibcVersionRuntime);
}

// Says in one sentence why there is no program for this machine, or what else is missing.
function explain() {
  if (process.platform !== 'linux') {
    const system = systems[process.platform] ?? process.platform;
    return `there is no npm package for ${system}, only for Linux: use Linux, ` +
      'or its container image';
  }
  if (!['x64', 'arm64'].includes(process.arch)) {
    return `there is no npm package for the CPU ${process.arch}, only for x64 and arm64: ` +
      alternatives;
  }
  if (!usesGlibc()) {
    return 'there is no npm package for Linux without glibc, such as Alpine: ' + alternatives;
  }
  return `the package @slotflow-hooks/linux-${process.arch} is not installed: ` +
    'install again without --omit=optional (or --no-optional), or ' + alternatives;
}

// It would start itself, again and again.
function isLauncher(path) {
  try {
    return realpathSync(path) === realpathSync(join(__dirname, '..', 'bin', 'slotflow-hooks.js'));
  } catch {
    return false;
  }
}

// Returns the path of the program. Throws an Error whose message is one sentence.
function binaryPath() {
  const given = process.env.SLOTFLOW_HOOKS_BINARY;
  if (given && isLauncher(given)) {
    throw new Error('SLOTFLOW_HOOKS_BINARY: expected the path of the program, got that of its launcher');
  }
  if (given) return given;
  if (process.platform === 'linux') {
    try {
      return require.resolve(`@slotflow-hooks/linux-${process.arch}/bin/slotflow-hooks`);
    } catch {
      // explain() says why.
    }
  }
  throw new Error(explain());
}

// Says in one sentence why the system could not start the program at `path`.
function cannotStart(path, error) {
  // The package can be there on Alpine, too: old versions of npm do not look at the C library.
  if (error.code === 'ENOENT' && !process.env.SLOTFLOW_HOOKS_BINARY && !usesGlibc()) {
    return explain();
  }
  const origin = process.env.SLOTFLOW_HOOKS_BINARY ? ' (from SLOTFLOW_HOOKS_BINARY)' : '';
  return `cannot start ${path}${origin}: ${error.code ?? error.message}`;
}

module.exports = { binaryPath, cannotStart };
