// listen, serve and fire, as a test of a user calls them.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { childrenOf, endOf, environment, installed, run, start } from './support.mjs';

const secret = 'whsec_for_tests_only_0123';

test('the helper', async (context) => {
  const { folder } = installed(context);
  // The program reads the environment of this process.
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, { PATH: '/usr/bin:/bin' }, environment(folder));
  delete process.env.SLOTFLOW_HOOKS_BINARY;
  const require = createRequire(join(folder, 'test.cjs'));
  const { listen, serve, fire, SlotflowHooksError } =
    await import(pathToFileURL(require.resolve('slotflow-hooks')));

  await context.test('is the same for import and require', () => {
    assert.equal(require('slotflow-hooks').listen, listen);
  });

  await context.test('gives the lines in order, and ends with the program', async () => {
    const receiver = await listen({ secret, failFirst: 1 });
    assert.equal(receiver.url, `http://127.0.0.1:${receiver.port}/`);
    const result = await fire({ to: receiver.url, secret, speed: 3000, bookingId: undefined });
    assert.equal(result.ok, true);
    assert.deepEqual(result.attempts.map((each) => each.outcome), ['retrying', 'delivered']);
    assert.equal(result.summary.attempts, 2);

    for await (const request of receiver.events) {
      assert.deepEqual([request.n, request.signature, request.answer.status], [1, 'valid', 500]);
      break; // does not stop the receiver
    }
    assert.equal((await receiver.next()).answer.status, 200);
    const { exitCode, signal, summary } = await receiver.stop();
    assert.deepEqual([exitCode, signal, summary.accepted, summary.failed], [0, null, 1, 1]);
    const rest = [];
    for await (const line of receiver.events) rest.push(line.type);
    assert.deepEqual(rest, ['summary']);
    await assert.rejects(receiver.next(), /ended before a line of type request/);
    assert.equal((await receiver.stop()).exitCode, 0);
  });

  await context.test('waits for lines that come later, for several readers', async () => {
    const receiver = await listen();
    const readers = [receiver.next(), receiver.next()];
    await fire({ to: receiver.url, duplicate: 2 });
    const numbers = (await Promise.all(readers)).map((each) => each.n);
    assert.deepEqual(numbers.sort(), [1, 2]);
    await receiver.stop();
  });

  await context.test('a line that comes after the time of next is not lost', async () => {
    const receiver = await listen();
    await assert.rejects(receiver.next('request', { timeout: 50 }), {
      name: 'SlotflowHooksError', message: 'no line of type request within 50 ms',
    });
    await fire({ to: receiver.url, noRetry: true });
    assert.equal((await receiver.next()).n, 1);
    await receiver.stop();
  });

  await context.test('a port that is not given is a free one', async () => {
    const receivers = [await listen({ port: undefined }), await listen({ port: null })];
    assert.notEqual(receivers[0].port, receivers[1].port);
    await Promise.all(receivers.map((each) => each.stop()));
  });

  await context.test('makes options of all kinds of values', async () => {
    const receiver = await listen({ header: { 'X-A': 'b: c' }, fault: [], status: 202 });
    const result = await fire({
      to: [receiver.url, receiver.url + 'second'], event: 'cancelled', skew: '-10m', secret,
      set: { attendee_name: 'Zoe', 'metadata.n': 7 }, metadata: { team: { id: 1 } },
      header: ['X-Test: 1'], args: ['--timeout', '5s'],
    });
    assert.equal(result.attempts.length, 2);
    assert.equal(result.attempts[0].status, 202);
    assert.ok(result.attempts[0].response_headers.some(([k, v]) => k === 'X-A' && v === 'b: c'));
    const request = await receiver.next();
    const { data } = JSON.parse(request.body);
    assert.deepEqual([data.attendee_name, data.metadata.n, data.metadata.team.id], ['Zoe', 7, 1]);
    assert.ok(request.headers.some(([name]) => name === 'X-Test'));
    await receiver.stop();
  });

  await context.test('sends payloads as they are', async () => {
    const receiver = await listen();
    const payload = { event: 'booking.cancelled', data: { id: 'a' } };
    await fire({ to: receiver.url, payload });
    assert.equal((await receiver.next()).body, JSON.stringify(payload));
    await fire({ to: receiver.url, payload: Buffer.from([255, 0]), event: 'confirmed' });
    assert.equal((await receiver.next()).body_base64, '/wA=');
    await receiver.stop();
  });

  await context.test('keeps secrets out of the arguments', async () => {
    const receiver = await listen({ secret });
    const commands = childrenOf(process.pid).map((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    assert.ok(commands.some((each) => each.includes('listen')));
    assert.ok(!commands.some((each) => each.includes(secret)));
    await receiver.stop();
    for (const value of [['a', 'b'], 0, false]) {
      await assert.rejects(listen({ secret: value }), TypeError);
      await assert.rejects(serve({ apiKey: value }), TypeError);
    }
  });

  await context.test('rejects with the error of the program', async () => {
    const error = { name: 'SlotflowHooksError', code: 'USAGE', exitCode: 2 };
    await assert.rejects(listen({ failRate: 2 }), (thrown) => {
      assert.ok(thrown instanceof SlotflowHooksError);
      assert.equal(thrown.message, "--fail-rate: expected a probability from 0 to 1, got '2'");
      return true;
    });
    await assert.rejects(serve({ speed: 'x' }), error);
    await assert.rejects(fire({ event: 'booked' }), error);
    await assert.rejects(fire(), { code: 'NOT_FOUND', exitCode: 1 });
    const receiver = await listen();
    const port = receiver.port;
    await assert.rejects(listen({ port }), { code: 'IO_ERROR', exitCode: 3, message: /in use/ });
    await receiver.stop();
    process.env.SLOTFLOW_HOOKS_BINARY = '/missing/program';
    await assert.rejects(listen(), { message: /^cannot start .missing.program .*: ENOENT$/ });
    await assert.rejects(fire(), { name: 'SlotflowHooksError' });
    process.env.SLOTFLOW_HOOKS_BINARY = '/bin/echo';
    await assert.rejects(listen(), { message: 'slotflow-hooks ended with 0' });
    const cut = join(folder, 'cut');
    writeFileSync(cut, '#!/bin/sh\necho \'{"error":{"code":"USAGE"\' >&2\nexit 2\n', { mode: 0o755 });
    process.env.SLOTFLOW_HOOKS_BINARY = cut;
    await assert.rejects(listen(), { name: 'SlotflowHooksError', message: '{"error":{"code":"USAGE"', exitCode: 2 });
    delete process.env.SLOTFLOW_HOOKS_BINARY;
  });

  await context.test('does not disturb a program that is ending', async () => {
    const ending = join(folder, 'ending');
    const lines = ['{"type":"listening","url":"http://127.0.0.1:9","port":9}', '{"type":"summary"}'];
    writeFileSync(ending, `#!/bin/sh\necho '${lines.join("'\necho '")}'\nsleep 0.3\nexit 7\n`,
      { mode: 0o755 });
    process.env.SLOTFLOW_HOOKS_BINARY = ending;
    const receiver = await listen();
    await receiver.next('summary');
    assert.deepEqual(await receiver.stop(), { exitCode: 7, signal: null, summary: { type: 'summary' } });
    delete process.env.SLOTFLOW_HOOKS_BINARY;
  });

  await context.test('resolves if a delivery failed', async () => {
    const result = await fire({ to: 'http://127.0.0.1:9', noRetry: true });
    assert.deepEqual([result.ok, result.exitCode, result.summary.failed], [false, 1, 1]);
    assert.equal(result.attempts[0].error, 'connection_refused');
    const { previews } = await fire({ to: '9', dryRun: true });
    assert.equal(previews[0].method, 'POST');
  });

  await context.test('keeps a history only on request', async () => {
    const store = join(folder, 'store.json');
    const list = () => run('npx', ['--offline', 'slotflow-hooks', 'list', '--store', store], { folder });
    await fire({ to: '9', noRetry: true, store });
    assert.throws(() => readFileSync(join(folder, 'store.db')), { code: 'ENOENT' });
    await fire({ to: '9', noRetry: true, store, history: true });
    assert.ok(readFileSync(join(folder, 'store.db')).length > 0);
    assert.equal(list().status, 0);
  });

  await context.test('starts an API with a state and a key', async () => {
    const api = await serve({ load: { plan: 'growth' }, apiKey: 'sk_live_x' });
    const state = (key) =>
      fetch(`${api.url}/_emulator/state`, { headers: { Authorization: `Bearer ${key}` } });
    assert.equal((await (await state('sk_live_x')).json()).plan, 'growth');
    assert.equal((await state('sk_live_y')).status, 401);
    if (Symbol.asyncDispose) await api[Symbol.asyncDispose]();
    else await api.stop();
    await assert.rejects(fetch(api.url));
  });

  await context.test('kills a program that does not stop', async () => {
    const program = join(folder, 'stubborn');
    const line = '{"type":"listening","url":"http://127.0.0.1:1/","port":1}';
    const code = `#!/bin/sh\ntrap "" TERM\necho '${line}'\nwhile :; do sleep 0.1; done\n`;
    writeFileSync(program, code, { mode: 0o755 });
    process.env.SLOTFLOW_HOOKS_BINARY = program;
    const receiver = await listen();
    delete process.env.SLOTFLOW_HOOKS_BINARY;
    assert.equal((await receiver.stop({ grace: 100 })).signal, 'SIGKILL');
  });

  await context.test('no program outlives the test process', async (each) => {
    const begin = `
      const { listen, serve, fire } = require('slotflow-hooks');
      const { readFileSync } = require('node:fs');
      const path = '/proc/self/task/' + process.pid + '/children';
      (async () => {
        await listen(); await serve();
        // After a kill, fire may finish its retries: here after 1.3 seconds.
        const firing = fire({ to: '9', speed: 3000 });
        console.log('programs', readFileSync(path, 'utf8'));`;
    for (const [how, last] of [
      ['ends without stop()', 'process.exitCode = 7; firing.catch(() => {}); process.exit(); })()'],
      ['throws', 'throw new Error("crashed"); })()'],
      ['is killed', '})()'],
    ]) {
      await each.test(how, async () => {
        writeFileSync(join(folder, 'crash.cjs'), begin + last);
        const options = { folder, ready: /programs .*\n/ };
        const started = await start(process.execPath, ['crash.cjs'], options);
        const programs = /programs (.*)/.exec(started.stdout)[1].trim().split(' ').map(Number);
        assert.equal(programs.length, 3);
        if (how === 'is killed') started.child.kill('SIGKILL');
        await started.ended;
        for (const pid of programs) await endOf(pid);
      });
    }
  });

  await context.test('a server that nobody stops does not keep the process alive', () => {
    const code = `
      const { listen, serve } = require('slotflow-hooks');
      Promise.all([listen(), serve()]).then(() => console.log('open'));`;
    writeFileSync(join(folder, 'forgets.cjs'), code);
    const { status, stdout, stderr } = run(process.execPath, ['forgets.cjs'], { folder });
    assert.deepEqual([status, stdout, stderr], [0, 'open\n', '']);
  });
});
