// Which machines are served, and what is said to the others.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { libraryHead, PLATFORM, setupModule } from './fakes.js';

const { checkMachine, compareVersions, platformOfLibrary } = await setupModule('platform.mjs');

const linux = { node: '20.19.0', platform: 'linux', arch: 'x64', kernel: '6.1.0', glibc: '2.28' };
const mac = {
  node: '24.1.0',
  platform: 'darwin',
  arch: 'arm64',
  kernel: '23.0.0',
  glibc: undefined,
};

test.each([
  ['linux-x64', linux, 'manylinux_2_28_x86_64'],
  ['linux-arm64', { ...linux, arch: 'arm64' }, 'manylinux_2_28_aarch64'],
  ['darwin-arm64', mac, 'macosx_14_0_arm64'],
])('serves %s', (name, machine, tag) => {
  const platform = checkMachine(machine);
  expect(platform.name).toBe(name);
  expect(platform.tags).toContain(tag);
});

test.each([
  [
    'an old Node',
    { ...linux, node: '20.9.0' },
    'OLD_NODE',
    'Node 20.9.0 is too old: 20.19.0 or newer',
  ],
  [
    'Windows',
    { ...linux, platform: 'win32' },
    'UNSERVED_PLATFORM',
    'win32-x64.\n  Served: linux-x64',
  ],
  ['Intel Macs', { ...mac, arch: 'x64' }, 'UNSERVED_PLATFORM', 'not served: darwin-x64'],
  ['musl', { ...linux, glibc: undefined }, 'UNSERVED_PLATFORM', 'not served: Linux with musl'],
  ['an old glibc', { ...linux, glibc: '2.17' }, 'UNSERVED_PLATFORM', 'not served: glibc 2.17'],
  ['an old macOS', { ...mac, kernel: '22.6.0' }, 'UNSERVED_PLATFORM', 'macOS 14 or newer'],
])('does not serve %s', (_, machine, code, words) => {
  const failure = { name: 'SetupError', code, message: expect.stringContaining(words) };
  expect(() => checkMachine(machine)).toThrow(expect.objectContaining(failure));
});

test('versions compare by number, not by letter', () => {
  expect(compareVersions('2.9.1', '2.11')).toBeLessThan(0);
  expect(compareVersions('2.11.0', '2.11')).toBe(0);
  expect(compareVersions('3.0', '2.99.9')).toBeGreaterThan(0);
});

describe('platformOfLibrary', () => {
  test.each(['linux-x64', 'linux-arm64', 'darwin-arm64', 'darwin-x64'])(
    'reads %s from the first bytes',
    (platform) => {
      const folder = mkdtempSync(join(tmpdir(), 'library-'));
      writeFileSync(join(folder, 'library'), libraryHead(platform));
      expect(platformOfLibrary(join(folder, 'library'))).toBe(platform);
      rmSync(folder, { recursive: true });
    },
  );

  test('reads the platform of this very node', () => {
    expect(platformOfLibrary(process.execPath)).toBe(PLATFORM);
  });
});
