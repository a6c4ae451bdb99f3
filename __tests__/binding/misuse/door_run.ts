// What lines at the door are written with, and how they are run.
import type { DType } from 'torch-js';
import * as torch from 'torch-js';
import { PROJECT_ROOT } from '../../support/paths.js';
import { compile, faultOf } from './line.js';
import type { Type } from './values.js';
import { type Mark, t, vocabulary } from './vocabulary.js';

const dist = `${PROJECT_ROOT}binding/dist`;
const { addon } = await import(`${dist}/addon.js`);
const mailbox = await import(`${dist}/mailbox.js`);
const { readResults, readTensorLists } = await import(`${dist}/results.js`);
const { operator: offered } = await import(`${dist}/operators.js`);
const { overloads: offeredNames } = await import(`${dist}/generated/overloads.js`);
const { guards } = await import(`${dist}/guards.js`);

interface Overload {
  id: number;
  schema: string;
  arguments: Type[];
}

/** The overloads that may be called with anything: all but those that torch-js guards from LibTorch's own faults. */
export const overloads: Overload[] = Object.keys(offeredNames)
  .filter((name) => !(name in guards))
  .flatMap((name) => offered(name).resolve() as Overload[]);
const bySchema = new Map(overloads.map((overload) => [nameOf(overload), overload]));
const byId = new Map(overloads.map((overload) => [overload.id, overload]));

/** `aten::add.Tensor`. */
export function nameOf({ schema }: Overload): string {
  return schema.slice(0, schema.indexOf('('));
}

export { addon };

// Handles and generators that the line made, whoever holds them.
const tensors: number[] = [];
const generators: number[] = [];

const door = {
  addon,

  operator: (name: string): number => bySchema.get(name)?.id as number,
  text: (text: string): number => addon.intern(text),

  /** A handle that nobody but the line has. */
  handle(shape: number[], dtype: DType, ...marks: Mark[]): number {
    const made = torch.tidy(() => t(shape, dtype, ...marks));
    const number = made.disposed ? 0 : (made as unknown as { _release(): number })._release();
    tensors.push(number);
    return number;
  },
  stale(): number {
    const number = door.handle([1], 'float32');
    addon.dispose(number);
    return number;
  },
  generator(): number {
    const number = addon.generator(0, -1, false);
    generators.push(number);
    return number;
  },

  send(...message: number[]): void {
    mailbox.reserve(Math.min(message.length, 4096));
    // What earlier messages left; not all of a mailbox that a line made huge.
    mailbox.numbers.fill(0, 0, 16_384);
    mailbox.numbers.set(message.slice(0, mailbox.numbers.length));
  },
  call(): void {
    const overload = byId.get(mailbox.numbers[0]);
    if (addon.call()) mailbox.refresh();
    if (overload) readResults(overload, [], undefined);
  },
  takeLists: (count: number): (torch.Tensor | null)[][] => readTensorLists(count),
  backwardThrough(outputs: (torch.Tensor | null)[]): void {
    for (const output of outputs) output?.sum().backward();
  },
  throwNull(): never {
    throw null;
  },
  /** What a function of the addon's returned, to be freed. */
  took(name: string, result: unknown): void {
    if (name === 'mailbox') mailbox.refresh();
    if (typeof result !== 'number') return;
    if (name === 'generator') generators.push(result);
    else if (name !== 'intern' && name !== 'threads') tensors.push(result);
  },
};

/** Runs a line; whatever it did, nothing is left of it. */
export function run(line: string): void {
  const before = torch.memory().tensors;
  let fault: string | undefined;
  try {
    torch.tidy(() => {
      compile(line, { ...vocabulary, ...door })();
    });
  } catch (error) {
    if (error !== null || !line.includes('throwNull')) fault = faultOf(error);
  }
  for (const handle of tensors.splice(0)) quietly(() => addon.dispose(handle));
  for (const handle of generators.splice(0)) quietly(() => addon.disposeGenerator(handle));
  addon.setGradEnabled(true);
  const left = torch.memory().tensors - before;
  if (left > 0) fault ??= `${left} tensors were left behind`;
  if (fault) throw new Error(`${fault}: ${line}`);
}

function quietly(body: () => void): void {
  try {
    body();
  } catch {
    // The line disposed it already.
  }
}
