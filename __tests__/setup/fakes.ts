// A machine of fakes for the set-up: programs on a PATH of their own, LibTorch folders, and set-up run as a child.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PROJECT_ROOT } from '../support/paths.js';

const SETUP = join(PROJECT_ROOT, 'binding', 'setup');

/** A module of the set-up; it is plain JavaScript, so its exports have no types. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export async function setupModule(name: string): Promise<any> {
  return import(pathToFileURL(join(SETUP, name)).href);
}

export const PLATFORM = `${process.platform}-${process.arch}`;

/** First bytes of a library, as linkers write them. */
export function libraryHead(platform: string): Buffer {
  const head = Buffer.alloc(64);
  const [system, arch] = platform.split('-');
  if (system === 'linux') {
    head.write('\x7fELF', 'latin1');
    head.writeUInt16LE(arch === 'x64' ? 62 : 183, 18);
  } else {
    head.writeUInt32LE(0xfeedfacf, 0);
    head.writeUInt32LE(arch === 'x64' ? 0x01000007 : 0x0100000c, 4);
  }
  return head;
}

/** Writes what set-up looks at of a LibTorch: the version header, a common header, and the heads of two libraries. */
export function makeLibtorch(folder: string, { version = '2.15.0', platform = PLATFORM } = {}) {
  const [major, minor, patch] = version.split('.');
  const put = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  };
  put(
    'include/torch/headeronly/version.h',
    `#define TORCH_VERSION_MAJOR ${major}\n#define TORCH_VERSION_MINOR ${minor}\n#define TORCH_VERSION_PATCH ${patch}\n`,
  );
  put('include/ATen/ATen.h', '#pragma once\n');
  const suffix = platform.startsWith('darwin') ? 'dylib' : 'so';
  put(`lib/libtorch_cpu.${suffix}`, libraryHead(platform));
  put(`lib/libc10.${suffix}`, libraryHead(platform));
  return folder;
}

/** What compilers say of themselves to `-dM -E`. */
export const MACROS = {
  gcc: (major: number) => `#define __GNUC__ ${major}\n#define __GNUC_MINOR__ 2\n`,
  clang: (major: number) =>
    `#define __GNUC__ 4\n#define __clang_major__ ${major}\n#define __clang_minor__ 0\n`,
  apple: (major: number) =>
    `#define __clang_major__ ${major}\n#define __clang_minor__ 0\n#define __apple_build_version__ 1\n`,
};

/** A temporary folder with `bin/` as the only PATH and `cache/` as the cache. Its name has what trips careless quoting. */
export class FakeMachine {
  readonly root = mkdtempSync(join(tmpdir(), 'Gerät mit Leerzeichen '));
  readonly cache = join(this.root, 'cache');
  readonly log = join(this.root, 'log');
  env: NodeJS.ProcessEnv = {
    PATH: join(this.root, 'bin'),
    TORCH_JS_CACHE: this.cache,
    TORCH_JS_VARIANT: 'cpu',
  };

  constructor() {
    mkdirSync(join(this.root, 'bin'));
    // Whatever package.json lies above, the fake programs are plain scripts.
    writeFileSync(join(this.root, 'package.json'), '{ "type": "commonjs" }');
  }

  /** Puts a program on the PATH; `body` is a script for Node, with the arguments in `args`. */
  program(name: string, body: string) {
    const path = join(this.root, 'bin', name);
    const start = `#!${process.execPath}\nconst fs = require('node:fs'); const args = process.argv.slice(2);\n`;
    writeFileSync(path, start + body);
    chmodSync(path, 0o755);
    return path;
  }

  compiler(name: string, macros: string) {
    return this.program(name, `process.stdout.write(${JSON.stringify(macros)});`);
  }

  prints(name: string, text: string) {
    return this.program(name, `console.log(${JSON.stringify(text)});`);
  }

  /** A compiler, make and CMake that will do. */
  goodTools() {
    this.compiler('c++', MACROS.gcc(13));
    this.prints('make', 'GNU Make 4.3');
    this.prints('cmake', 'cmake version 3.28.3');
  }

  /**
   * A python3 whose pip writes a line to `log` and runs `install`, by default: copies the fake wheel to --target.
   * In `install`, `target` is the folder to install into and `wheel` the one to copy.
   */
  pip(install = 'fs.cpSync(wheel, target, { recursive: true });', version = '24.0') {
    const wheel = join(this.root, 'wheel');
    makeLibtorch(join(wheel, 'torch'));
    writeFileSync(join(wheel, 'torch', '__init__.py'), '');
    return this.program(
      'python3',
      `const wheel = ${JSON.stringify(wheel)};
      if (args.join(' ') === '-m pip --version') { console.log('pip ${version} from here'); process.exit(0); }
      fs.appendFileSync(${JSON.stringify(this.log)}, args.join(' ') + '\\n');
      const target = args[args.indexOf('--target') + 1];
      ${install}`,
    );
  }

  /** Runs the whole set-up of torch-js as `node binding/setup/main.mjs` does. */
  async runMain() {
    return this.spawn(join(SETUP, 'main.mjs')).done;
  }

  /** Finds or fetches LibTorch in a process of its own, which prints its folder. */
  startFinding() {
    const url = (name: string) => JSON.stringify(pathToFileURL(join(SETUP, name)).href);
    const script = join(this.root, 'find.mjs');
    writeFileSync(
      script,
      `import { findLibtorch } from ${url('libtorch.mjs')};
      import { checkMachine } from ${url('platform.mjs')};
      console.log((await findLibtorch(checkMachine())).folder);`,
    );
    return this.spawn(script);
  }

  /** Runs a script with only this machine's environment, and collects all it prints. */
  spawn(script: string) {
    const child = spawn(process.execPath, [script], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    const done = new Promise<{ code: number | null; output: string }>((resolve) => {
      child.on('close', (code) => resolve({ code, output }));
    });
    return { child, done };
  }

  remove() {
    rmSync(this.root, { recursive: true, force: true });
  }
}
