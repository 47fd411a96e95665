// The packages, built from the program at SLOTFLOW_HOOKS_BINARY and installed in a new folder.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export const version = '1.2.3-test.1';
export const binary = process.env.SLOTFLOW_HOOKS_BINARY;
if (!binary) throw new Error('SLOTFLOW_HOOKS_BINARY is not set');
const script = fileURLToPath(new URL('../build', import.meta.url));

export function temporary(context) {
  const folder = mkdtempSync(join(tmpdir(), 'slotflow-hooks-npm-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function build(folder, cpu = process.arch, program = binary) {
  execFileSync(script, [version, cpu, program, folder], { stdio: 'pipe' });
  return readdirSync(folder).sort().map((name) => join(folder, name));
}

// The environment of a user who has installed the packages and has no store yet.
export function environment(folder, more = {}) {
  const env = { ...process.env, HOME: folder, NO_COLOR: '1', ...more };
  for (const name of ['SLOTFLOW_HOOKS_BINARY', 'SLOTFLOW_HOOKS_STORE', 'SLOTFLOW_WEBHOOK_SECRET',
    'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'NODE_TEST_CONTEXT', 'NODE_OPTIONS']) {
    if (!(name in more)) delete env[name];
  }
  return env;
}

export function install(folder, tarballs, options = []) {
  const args = ['install', '--offline', '--no-audit', '--no-fund', ...options, ...tarballs];
  execFileSync('npm', args, { cwd: folder, stdio: 'pipe', env: environment(folder) });
}

// Builds and installs both packages. Returns the folder and the launcher in it.
export function installed(context) {
  const folder = temporary(context);
  install(folder, build(temporary(context)));
  return { folder, launcher: join(folder, 'node_modules', '.bin', 'slotflow-hooks') };
}

export function run(command, args, { folder, env, ...options }) {
  return spawnSync(command, args, {
    cwd: folder, encoding: 'utf8', timeout: 30_000, env: environment(folder, env), ...options,
  });
}

// Starts a command, and resolves when its output has matched `ready`.
export async function start(command, args, { folder, env, ready }) {
  const child = spawn(command, args, { cwd: folder, env: environment(folder, env) });
  const started = { child, stdout: '', stderr: '' };
  child.stderr.setEncoding('utf8').on('data', (text) => (started.stderr += text));
  started.ended = new Promise((resolve) =>
    child.on('close', (code, signal) => resolve({ code, signal })));
  await new Promise((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      started.stdout += text;
      if (ready.test(started.stdout)) resolve();
    });
    started.ended.then((end) => reject(new Error(`${JSON.stringify(end)} ${started.stderr}`)));
  });
  return started;
}

export function childrenOf(pid) {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}

// Whether a process runs; one that has ended and that nobody has waited for does not.
function runs(pid) {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export async function endOf(pid) {
  const deadline = Date.now() + 10_000;
  while (runs(pid)) {
    if (Date.now() > deadline) throw new Error(`process ${pid} still runs`);
    await setTimeout(20);
  }
}
