// The operators that torch-js offers: what the dispatcher of the built LibTorch has in aten::, less what
// left_out.mjs leaves out, with the places where LibTorch's headers declare each.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GENERATED, GENERATED_BUT_OFFERED, PRIVATE_BUT_OFFERED, rules } from './left_out.mjs';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const release = join(root, 'build', 'Release');
const addon = createRequire(import.meta.url)(join(release, 'torch_js.node'));
const { directory } = JSON.parse(readFileSync(join(release, 'libtorch.json'), 'utf8'));
const headers = join(directory, 'include', 'ATen');

export const version = addon.version;

/**
 * Everything in aten::, in the alphabet's order.
 * @returns {{ offered: object[], leftOut: { reason: string, names: string[] }[], untyped: string[] }}
 * `untyped`: why single overloads of offered operators are left out.
 */
export function readRegistry() {
  const names = atenNames();
  const { offered, leftOut } = sortOut(names);
  const functions = declaredFunctions(offered);
  const methods = declaredMethods();
  const untyped = [];
  const operators = offered.map((name) => {
    const operator = {
      name,
      overloads: overloadsOf(name, untyped),
      isFunction: functions.has(name),
      isMethod: methods.has(name),
    };
    if (operator.overloads.length === 0) throw new Error(`${name} must be left out: no codes`);
    if (!operator.isFunction && !operator.isMethod) throw new Error(`${name} is declared nowhere`);
    return operator;
  });
  return { offered: operators, leftOut, untyped };
}

/** The base names of aten::, sorted. */
export function atenNames() {
  const all = addon.operatorNames().filter((name) => name.startsWith('aten::'));
  return [...new Set(all.map((name) => name.slice('aten::'.length)))].sort();
}

const patterns = (names) =>
  names
    .trim()
    .split(/\s+/)
    .map((pattern) => ({
      pattern,
      matches: new RegExp(`^${pattern.replaceAll('*', '.*')}$`),
      used: false,
    }));

/** Parts the names into those offered and those left out; a pattern that matches nothing is an error. */
function sortOut(names) {
  const tried = rules.map(({ reason, names }) => ({
    reason,
    patterns: patterns(names),
    names: [],
  }));
  const exceptions = patterns(PRIVATE_BUT_OFFERED);
  const generated = tried.find(({ reason }) => reason === GENERATED);
  const offered = [];
  for (const name of names) {
    const rule = isGenerated(name) ? generated : tried.find(({ patterns }) => hit(patterns, name));
    if (rule) {
      rule.names.push(name);
    } else {
      if (name.startsWith('_') && !hit(exceptions, name)) {
        throw new Error(`${name} is private: left_out.mjs must say why it is offered or left out`);
      }
      offered.push(name);
    }
  }
  const unused = [...tried.flatMap(({ patterns }) => patterns), ...exceptions].find(
    ({ used }) => !used,
  );
  if (unused) throw new Error(`left_out.mjs: ${unused.pattern} matches no operator`);
  return { offered, leftOut: tried.map(({ reason, names }) => ({ reason, names })) };
}

function hit(patterns, name) {
  const found = patterns.find(({ matches }) => matches.test(name));
  if (found) found.used = true;
  return found !== undefined;
}

function isGenerated(name) {
  const described = describeOverloads(name);
  return described.length > 0 && described.every(({ generated }) => generated);
}

function overloadsOf(name, untyped) {
  return describeOverloads(name, untyped).filter(
    ({ overload, generated }) => !generated || GENERATED_BUT_OFFERED.test(`${name}.${overload}`),
  );
}

function describeOverloads(name, untyped = []) {
  const described = [];
  for (const overload of addon.overloads(`aten::${name}`)) {
    try {
      described.push({ overload, ...addon.resolve(`aten::${name}`, overload) });
    } catch (error) {
      untyped.push(error.message);
    }
  }
  return described;
}

// ATen declares a function in ops/NAME.h, an in-place one in that of its base name, a few in Functions.h.
function declaredFunctions(names) {
  const files = new Set(readdirSync(join(headers, 'ops')));
  const bases = new Set(
    names.map((name) => [name, name.replace(/_$/, '')].find((base) => files.has(`${base}.h`))),
  );
  const declared = new Set();
  const paths = [...bases].filter(Boolean).map((base) => join(headers, 'ops', `${base}.h`));
  for (const path of [join(headers, 'Functions.h'), ...paths]) {
    const text = readFileSync(path, 'utf8');
    for (const [, name] of text.matchAll(/^inline .*?[ &](\w+)\(/gm)) declared.add(name);
  }
  return declared;
}

function declaredMethods() {
  const declared = new Set();
  for (const file of ['TensorBase.h', 'TensorBody.h']) {
    const text = readFileSync(join(headers, 'core', file), 'utf8');
    for (const [, name] of text.matchAll(/^ .*?\b(\w+)\(.*\) const(?:;| \{)$/gm))
      declared.add(name);
  }
  return declared;
}
