// The tarballs, and what the launcher says where there is no program for the machine.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { binary, build, install, installed, run, temporary, version } from './support.mjs';

const files = (tarball) =>
  execFileSync('tar', ['tzf', tarball], { encoding: 'utf8' }).trim().split('\n').sort();
const manifest = (tarball) =>
  JSON.parse(execFileSync('tar', ['xzOf', tarball, 'package/package.json'], { encoding: 'utf8' }));

test('the tarballs have what they need, and nothing else', (context) => {
  const [platform, launcher] = build(temporary(context)).reverse();
  assert.deepEqual(files(launcher), [
    'LICENSE', 'README.md', 'bin/slotflow-hooks.js', 'index.d.ts', 'index.js', 'lib/binary.js',
    'lib/options.js', 'lib/program.js', 'package.json',
  ].map((name) => `package/${name}`));
  assert.deepEqual(files(platform), [
    'LICENSE', 'README.md', 'bin/slotflow-hooks', 'package.json', 'third-party-notices',
  ].map((name) => `package/${name}`));

  const { optionalDependencies, scripts, dependencies, ...rest } = manifest(launcher);
  assert.equal(rest.version, version);
  assert.equal(scripts, undefined);
  assert.equal(dependencies, undefined);
  assert.deepEqual(optionalDependencies, {
    '@slotflow-hooks/linux-arm64': version, '@slotflow-hooks/linux-x64': version,
  });
  assert.equal(manifest(platform).name, `@slotflow-hooks/linux-${process.arch}`);
  assert.equal(manifest(platform).version, version);
});

test('two builds give equal bytes, whatever the umask is', (context) => {
  const first = build(temporary(context));
  const umask = process.umask(0o077);
  const second = build(temporary(context));
  process.umask(umask);
  first.forEach((path, n) => assert.ok(readFileSync(path).equals(readFileSync(second[n])), path));
});

test('a program goes into the package of its own CPU only', (context) => {
  const folder = temporary(context);
  const other = { x64: 'arm64', arm64: 'x64' }[process.arch];
  assert.throws(() => build(folder, other), new RegExp(`not a program for ${other}`));
  const header = Buffer.alloc(64);
  header.write('\x7fELF');
  header.writeUInt16LE({ x64: 0x3e, arm64: 0xb7 }[other], 18);
  writeFileSync(join(folder, 'program'), header);
  const [platform] = build(temporary(context), other, join(folder, 'program')).reverse();
  const { os, cpu, libc } = manifest(platform);
  assert.deepEqual({ os, cpu, libc }, { os: ['linux'], cpu: [other], libc: ['glibc'] });
});

test('npx starts the program', (context) => {
  const { folder } = installed(context);
  const demo = run('npx', ['--offline', 'slotflow-hooks', 'demo'], { folder });
  assert.equal(demo.status, 0, demo.stderr);
  assert.match(demo.stdout, /1 delivery: 1 delivered, 0 failed in 3 attempts/);
});

// Runs the launcher on a machine that differs in `change`, a statement about `process`.
function elsewhere({ folder, change, env }) {
  const preload = join(folder, 'preload.cjs');
  writeFileSync(preload, change);
  const launcher = join(folder, 'node_modules', '.bin', 'slotflow-hooks');
  return run(process.execPath, ['--require', preload, launcher, '--version'], { folder, env });
}

test('without a program for the machine, one sentence says why', async (context) => {
  const folder = temporary(context);
  install(folder, [build(temporary(context))[0]], ['--omit=optional']);
  const set = (name, value) => `Object.defineProperty(process, '${name}', { value: '${value}' })`;
  const musl = 'process.report.getReport = () => ({ header: {} })';
  for (const [change, sentence] of [
    [set('platform', 'darwin'), /no npm package for macOS, only for Linux: .*container image/],
    [set('platform', 'win32'), /no npm package for Windows/],
    [set('platform', 'freebsd'), /no npm package for freebsd/],
    [set('arch', 'riscv64'), /for the CPU riscv64, only for x64 and arm64: build it from source/],
    [musl, /for Linux without glibc, such as Alpine: build it from source, .*\.deb/],
    ['', /linux-\w+ is not installed: install again without --omit=optional .*from source/],
  ]) {
    await context.test(String(sentence), () => {
      const { status, stdout, stderr } = elsewhere({ folder, change });
      assert.equal(status, 3);
      assert.equal(stdout, '');
      assert.match(stderr, sentence);
      assert.match(stderr, /^slotflow-hooks: error: [^\n]*\n$/);
    });
  }

  await context.test('SLOTFLOW_HOOKS_BINARY helps everywhere', () => {
    const env = { SLOTFLOW_HOOKS_BINARY: binary };
    const result = elsewhere({ folder, change: set('platform', 'darwin'), env });
    assert.equal(result.stdout, spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout);
  });

  await context.test('SLOTFLOW_HOOKS_BINARY names the launcher', () => {
    const env = { SLOTFLOW_HOOKS_BINARY: join(folder, 'node_modules', '.bin', 'slotflow-hooks') };
    const { status, stderr } = elsewhere({ folder, change: '', env });
    assert.equal(status, 3);
    assert.match(stderr, /expected the path of the program, got that of its launcher/);
  });

  for (const [path, reason] of [
    ['/missing/program', 'ENOENT'],
    ['/etc/passwd/program', 'ENOTDIR'],
    ['/etc', 'EACCES'],
  ]) {
    await context.test(`SLOTFLOW_HOOKS_BINARY is ${path}: ${reason}`, () => {
      const { status, stderr } = elsewhere({ folder, change: '', env: { SLOTFLOW_HOOKS_BINARY: path } });
      assert.equal(status, 3);
      assert.equal(stderr, 'slotflow-hooks: error: ' +
        `cannot start ${path} (from SLOTFLOW_HOOKS_BINARY): ${reason}\n`);
    });
  }
});
