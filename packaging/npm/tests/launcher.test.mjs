// The launcher passes everything through: arguments, streams, terminal, signals, exit status.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, childrenOf, endOf, environment, installed, run, start } from './support.mjs';

const listen = ['listen', '--json', '--port', '0'];
const ready = /"type":"listening"/;

// The arguments with which script(1) runs a command on a terminal. It runs it with $SHELL, or with sh
// if that is not set. A shell that waits for the command may be ended by Ctrl-C itself (dash is), so
// the command is to replace the shell: `exec`.
const terminal = (command) => ['-qec', command, '/dev/null'];

test('the launcher', async (context) => {
  const { folder, launcher } = installed(context);
  const direct = (args, options) => run(binary, args, { folder, ...options });
  const through = (args, options) => run(launcher, args, { folder, ...options });
  const visible = ({ status, signal, stdout, stderr }) => ({ status, signal, stdout, stderr });
  const same = (args, options) => {
    const result = visible(through(args, options));
    assert.deepEqual(result, visible(direct(args, options)));
    return result;
  };

  await context.test('passes arguments, output and exit status', () => {
    assert.equal(same(['--version']).status, 0);
    assert.equal(same(['fire', 'confirmed']).status, 1);
    assert.equal(same(['listen', '--port', 'x y', '']).status, 2);
    assert.equal(same(['fire', '--payload', '/missing', '--to', '9']).status, 3);
  });

  await context.test('passes standard input, byte for byte', () => {
    const input = Buffer.from([0, 10, 255, 13, 10]);
    const args = ['sign', '--secret', 'whsec_x', '--at', '1', '--payload', '-'];
    assert.match(same(args, { input }).stdout, /v1=/);
  });

  await context.test('passes the width of the terminal', () => {
    assert.equal(same(['--help'], { env: { COLUMNS: '50' } }).status, 0);
    const help = (program) => spawnSync('script', terminal(`stty cols 45 && exec '${program}' --help`),
      { env: environment(folder), encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    assert.equal(help(launcher).stdout, help(binary).stdout);
    assert.notEqual(help(launcher).stdout.replaceAll('\r', ''), through(['--help']).stdout);
  });

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    await context.test(`passes ${signal}, and waits for the program`, async () => {
      const started = await start(launcher, listen, { folder, ready });
      started.child.kill(signal);
      assert.deepEqual(await started.ended, { code: 0, signal: null });
      assert.match(started.stdout, /"ended":"signal"/);
    });
  }

  await context.test('returns the status of a program that was interrupted', async () => {
    const started = await start(launcher, [...listen, '--expect', '1'], { folder, ready });
    started.child.kill('SIGTERM');
    assert.deepEqual(await started.ended, { code: 1, signal: null });
    const fire = ['fire', 'confirmed', '--to', '9', '--speed', '1', '--json', '--no-history'];
    const firing = await start(launcher, fire, { folder, ready: /"outcome":"retrying"/ });
    firing.child.kill('SIGINT');
    assert.deepEqual(await firing.ended, { code: 130, signal: null });
  });

  await context.test('passes a signal that comes before spawn() has returned', async () => {
    const slow = join(folder, 'slow.cjs');
    writeFileSync(slow, `
      const processes = require('node:child_process');
      const { spawn } = processes;
      processes.spawn = (...args) => {
        const child = spawn(...args);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
        return child;
      };`);
    const env = { NODE_OPTIONS: `--require ${JSON.stringify(slow)}` };
    const started = await start(launcher, listen, { folder, env, ready });
    started.child.kill('SIGINT');
    const end = await once(started.child, 'exit');
    started.child.stdout.destroy(); // ends a program that was left behind
    assert.deepEqual(end, [0, null]);
  });

  await context.test('says why the program cannot be started, also after a signal', () => {
    const interrupted = join(folder, 'interrupted.cjs');
    writeFileSync(interrupted, `
      const processes = require('node:child_process');
      const { spawn } = processes;
      processes.spawn = (...args) => {
        process.kill(process.pid, 'SIGINT');
        return spawn(...args);
      };`);
    for (const path of ['/missing/program', '/etc/passwd/program']) {
      const env = { NODE_OPTIONS: `--require ${JSON.stringify(interrupted)}`, SLOTFLOW_HOOKS_BINARY: path };
      const { status, stderr } = through(['--version'], { env });
      assert.equal(status, 3, stderr);
      assert.match(stderr, /^slotflow-hooks: error: cannot start [^\n]*\n$/);
    }
  });

  await context.test('passes Ctrl-C on a terminal', async () => {
    const args = terminal(`exec '${launcher}' listen --port 0`);
    const started = await start('script', args, { folder, ready: /Listening on/ });
    started.child.stdin.write('\x03');
    assert.deepEqual(await started.ended, { code: 0, signal: null });
    assert.match(started.stdout, /0 requests/);
  });

  for (const signal of ['SIGKILL', 'SIGSEGV', 'SIGTERM']) {
    await context.test(`dies by ${signal}, as the program did`, async () => {
      // A shell stands in for the program, as the program itself survives SIGTERM.
      const env = { SLOTFLOW_HOOKS_BINARY: '/bin/sh' };
      const args = ['-c', 'ulimit -c 0; echo ready; exec sleep 60'];
      const started = await start(launcher, args, { folder, env, ready: /ready/ });
      const [program] = childrenOf(started.child.pid);
      process.kill(program, signal);
      assert.deepEqual(await started.ended, { code: null, signal });
    });
  }

  await context.test('leaves no program behind if it is killed', async () => {
    const started = await start(launcher, listen, { folder, ready });
    const [program] = childrenOf(started.child.pid);
    started.child.kill('SIGKILL');
    started.child.stdout.destroy(); // as the end of a pipe; a terminal sends SIGHUP
    await endOf(program);
  });
});
