// The code in the documents: it compiles, runs, and gives the results that it states.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import ts from 'typescript';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { codeOf, PRELUDE, withChecks } from './stated.js';

const folder = temporaryFolder();
const DOCUMENTS = ['README.md', 'binding/README.md', 'docs/coming_from_pytorch.md'];

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
};

const code = new Map(
  DOCUMENTS.map((name) => [name, codeOf(readFileSync(PROJECT_ROOT + name, 'utf8'))]),
);

/** The compiler's complaints, each with the document's line. */
function complaints(): string[] {
  // As if beside each document lay a module with its code.
  const files = new Map(Array.from(code, ([name, text]) => [`${PROJECT_ROOT}${name}.ts`, text]));
  const host = ts.createCompilerHost(OPTIONS);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile(path, ...rest)
      : ts.createSourceFile(path, `${text}\nexport {};`, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...files.keys()], OPTIONS, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = (file?.getLineAndCharacterOfPosition(start ?? 0).line ?? 0) + 1;
    return `${file?.fileName}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
  });
}

test('the code of the documents has no type errors', () => {
  expect(complaints()).toEqual([]);
});

test.each(DOCUMENTS)('%s gives the results it states', (name) => {
  const compiled = `from '${PROJECT_ROOT}dist/src/`;
  const text = withChecks(code.get(name) as string).replace(/from '[./]+src\//g, compiled);
  const { stderr, status } = spawnSync(process.execPath, ['--input-type=module'], {
    cwd: PROJECT_ROOT,
    input: PRELUDE + text,
    env: { ...process.env, TMPDIR: folder },
    encoding: 'utf8',
  });
  expect({ wrong: stderr, status }).toEqual({ wrong: '[]\n', status: 0 });
});
