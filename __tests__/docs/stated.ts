// The code of a document as a program that can run, and the results that it states: `x.shape; // → [2, 3]`.
// Blocks run from top to bottom as one module. Every line keeps its number, so that an error names the document's line.
import ts from 'typescript';

const ARROW = '// →';

/** The ```ts blocks of a document; all other lines are empty. */
export function codeOf(markdown: string): string {
  let inside = false;
  const lines = markdown.split('\n').map((line) => {
    const fence = line.startsWith('```');
    const code = inside && !fence;
    if (fence) inside = !inside && line === '```ts';
    return code ? line : '';
  });
  return lines.join('\n');
}

/** A result as the document states it: the value printed, or the error that is thrown. */
interface Stated {
  line: number;
  /** The expression whose value it is. */
  expression: { start: number; end: number };
  /** Where the expression is a variable's name: after its declaration. Otherwise it is replaced. */
  after?: number;
  expected: string;
}

/**
 * The program with a call of `check(line, expected, () => expression)` for each result stated.
 * @throws Error where a result stands behind something that has none.
 */
export function withChecks(code: string): string {
  const source = ts.createSourceFile('document.ts', code, ts.ScriptTarget.ES2022);
  const stated: Stated[] = [];
  const visit = (node: ts.Node): void => {
    const found = statedBehind(node, source);
    if (found) stated.push(found);
    ts.forEachChild(node, visit);
  };
  visit(source);
  const arrows = code.split(ARROW).length - 1;
  if (arrows !== stated.length) {
    throw new Error(`${arrows} results are stated, but only ${stated.length} expressions have one`);
  }
  let result = code;
  for (const { line, expression, after, expected } of stated.reverse()) {
    const text = code.slice(expression.start, expression.end);
    const check = `check(${line}, ${JSON.stringify(expected)}, () => (${text}))`;
    result =
      after === undefined
        ? result.slice(0, expression.start) + check + result.slice(expression.end)
        : `${result.slice(0, after)} ${check};${result.slice(after)}`;
  }
  return ts.transpile(result, { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext });
}

function statedBehind(node: ts.Node, source: ts.SourceFile): Stated | undefined {
  const valued = valuedBy(node);
  if (!valued) return undefined;
  const text = source.text;
  const comment = ts.getTrailingCommentRanges(text, node.end)?.at(0);
  if (!comment || !text.startsWith(ARROW, comment.pos)) return undefined;
  const first = text.slice(comment.pos + ARROW.length, comment.end);
  return {
    line: source.getLineAndCharacterOfPosition(node.end).line + 1,
    expression: { start: valued.getStart(source), end: valued.end },
    after: ts.isVariableStatement(node) ? node.end : undefined,
    expected: [first, ...commentLinesAfter(text, comment.end)].join('\n').trim(),
  };
}

function valuedBy(node: ts.Node): ts.Node | undefined {
  if (ts.isExpressionStatement(node)) return node.expression;
  if (ts.isVariableStatement(node)) return node.declarationList.declarations[0]?.name;
  return undefined;
}

/** A result of several lines goes on in the comments below it that are indented further. */
function commentLinesAfter(text: string, end: number): string[] {
  const lines = text.slice(end + 1).split('\n');
  const count = lines.findIndex((line) => !/^\s*\/\/ {2}/.test(line));
  return lines.slice(0, count).map((line) => line.replace(/^\s*\/\//, ''));
}

/** What `withChecks` calls; the program ends by printing the results that are not as stated. */
export const PRELUDE = `
import { inspect } from 'node:util';
const wrong = [];
const squeeze = (text) => text.replace(/\\s+/g, '');
function check(line, expected, run) {
  let actual;
  try {
    actual = inspect(run());
  } catch (error) {
    actual = error.name + ': ' + error.message.split('\\n')[0];
  }
  const whole = squeeze(actual) === squeeze(expected);
  const begins = expected.endsWith('…') && squeeze(actual).startsWith(squeeze(expected.slice(0, -1)));
  if (!whole && !begins) wrong.push({ line, expected, actual });
}
process.on('exit', () => console.error(JSON.stringify(wrong)));
`.replaceAll('\n', ' ');
