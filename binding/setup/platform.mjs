// Which machines are served: those for which PyTorch publishes wheels of a LibTorch new enough.
import fs from 'node:fs';
import os from 'node:os';
import { SetupError } from './report.mjs';

const MIN_NODE = '20.19.0';

/** glibc 2.28 and macOS 14 are what PyTorch's wheels are built for; Darwin 23 is macOS 14. */
const MIN_GLIBC = '2.28';
const MIN_DARWIN = '23.0';

const manylinux = (arch) => [
  ...Array.from({ length: 12 }, (_, i) => `manylinux_2_${28 - i}_${arch}`),
  `manylinux2014_${arch}`,
];

/** Wheel tags for pip, and what a fetch costs in bytes: [download, on disk at its peak]. */
const PLATFORMS = {
  'linux-x64': { tags: manylinux('x86_64'), cpu: [0.55e9, 1.8e9], cuda: [2.7e9, 7.5e9] },
  'linux-arm64': { tags: manylinux('aarch64'), cpu: [0.5e9, 1.8e9], cuda: [2.7e9, 7.5e9] },
  'darwin-arm64': {
    tags: ['macosx_14_0_arm64', 'macosx_11_0_arm64', 'macosx_10_10_universal2'],
    cpu: [0.14e9, 0.8e9],
  },
};

/** @returns {number} negative, zero or positive, comparing dotted version numbers */
export function compareVersions(a, b) {
  const [as, bs] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < Math.max(as.length, bs.length); i++) {
    const difference = (as[i] ?? 0) - (bs[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** What checkMachine judges, of the machine it runs on. */
export function thisMachine() {
  // Otherwise the report asks name servers about every open socket, which can take seconds.
  if (process.report) process.report.excludeNetwork = true;
  return {
    node: process.versions.node,
    platform: process.platform,
    arch: process.arch,
    kernel: os.release(),
    glibc: process.report?.getReport().header.glibcVersionRuntime,
  };
}

/**
 * Throws OLD_NODE or UNSERVED_PLATFORM, or returns the platform: `{ name, tags, cpu, cuda? }`.
 */
export function checkMachine({ node, platform, arch, kernel, glibc } = thisMachine()) {
  if (compareVersions(node, MIN_NODE) < 0) {
    throw new SetupError('OLD_NODE', `Node ${node} is too old: ${MIN_NODE} or newer is needed.`);
  }
  const name = `${platform}-${arch}`;
  const served = PLATFORMS[name];
  if (!served)
    throw unserved(
      name,
      platform === 'win32' ? 'On Windows use WSL 2 with a Linux distribution.' : '',
    );
  if (platform === 'linux' && !glibc) {
    throw unserved(
      'Linux with musl',
      "PyTorch's libraries need glibc: use Debian, Ubuntu, Fedora or the like.",
    );
  }
  if (platform === 'linux' && compareVersions(glibc, MIN_GLIBC) < 0) {
    throw unserved(
      `glibc ${glibc}`,
      `PyTorch's libraries need glibc ${MIN_GLIBC} or newer: use a newer distribution.`,
    );
  }
  if (platform === 'darwin' && compareVersions(kernel, MIN_DARWIN) < 0) {
    throw unserved(`Darwin ${kernel}`, "PyTorch's libraries need macOS 14 or newer.");
  }
  return { name, ...served };
}

function unserved(found, advice) {
  const lines = [
    `This platform is not served: ${found}.`,
    `Served: ${Object.keys(PLATFORMS).join(', ')}.`,
    advice,
  ];
  return new SetupError('UNSERVED_PLATFORM', ...lines.filter(Boolean));
}

/** The platform a library was built for, read from its first bytes (ELF, Mach-O or PE): `linux-x64`. */
export function platformOfLibrary(file) {
  const head = Buffer.alloc(20);
  const fd = fs.openSync(file, 'r');
  try {
    fs.readSync(fd, head);
  } finally {
    fs.closeSync(fd);
  }
  if (head.toString('latin1', 0, 4) === '\x7fELF') {
    return `linux-${{ 62: 'x64', 183: 'arm64' }[head.readUInt16LE(18)] ?? 'other'}`;
  }
  if (head.readUInt32LE(0) === 0xfeedfacf) {
    return `darwin-${{ 16777228: 'arm64', 16777223: 'x64' }[head.readUInt32LE(4)] ?? 'other'}`;
  }
  return head.toString('latin1', 0, 2) === 'MZ' ? 'win32' : 'unknown';
}
