// The types of options objects, which hold arguments by name. Short ones are written where they are used;
// long ones, and what all factories take, are interfaces of generated/options.ts.
import { argumentType, importTypes } from './types.mjs';

const FACTORY = ['dtype', 'layout', 'device', 'pin_memory'];

/** Up to so many members are written in place. */
const SHORT = 2;

/** Whether the overload makes a tensor, so that `requires_grad` makes sense. */
export function isFactory(overload) {
  return FACTORY.every((name) => overload.arguments.some((argument) => argument.name === name));
}

/** Collects the interfaces while signatures are written. */
export class Options {
  /** Bodies of interfaces by name. */
  #interfaces = new Map();
  /** Names by operator and body, so that overloads and in-place variants share an interface. */
  #names = new Map();

  /** The type of an object with these arguments, for an overload of an operator. */
  type(members, factory, operator, overload) {
    const own = members.filter(({ name }) => !(factory && FACTORY.includes(name)));
    const required = own.filter(({ hasDefault }) => !hasDefault);
    const optional = own.filter(({ hasDefault }) => hasDefault);
    const base = factory ? ['Factory'] : [];
    if (optional.length <= SHORT) {
      const literal = [...required, ...optional].map(member).join('; ');
      return [...base, ...(literal ? [`{ ${literal} }`] : [])]
        .join(' & ')
        .replace('Factory', 'Options.Factory');
    }
    const parts = required.length > 0 ? [`{ ${required.map(member).join('; ')} }`] : [];
    const body = optional.map((argument) => `  ${member(argument)};`).join('\n');
    return [...parts, `Options.${this.#interface(operator, overload, base, body)}`].join(' & ');
  }

  #interface(operator, overload, base, body) {
    const heritage = base.length > 0 ? ` extends ${base.join(', ')}` : '';
    const key = `${operator.replace(/_$/, '')} ${heritage} ${body}`;
    let name = this.#names.get(key);
    if (!name) {
      name = interfaceName(operator, overload);
      this.#names.set(key, name);
      this.#interfaces.set(name, `export interface ${name}${heritage} {\n${body}\n}`);
    }
    return name;
  }

  /** The text of generated/options.ts. */
  write() {
    const factory = [
      '/** What operators that make a tensor take. */',
      'export interface Factory {',
      '  /** Default: what the operator makes by itself, float32 for most. */',
      '  dtype?: DType | null;',
      "  /** Default 'strided'. */",
      '  layout?: Layout | null;',
      "  /** Default 'cpu', or where the tensor it is made after lives. */",
      '  device?: Device | null;',
      '  /** In memory from which accelerators copy faster. Default false. */',
      '  pin_memory?: boolean | null;',
      '  /** Whether autograd records what is done with it. Default false. */',
      '  requires_grad?: boolean;',
      '}',
    ].join('\n');
    const body = [factory, ...this.#interfaces.values()].join('\n');
    return [...importTypes(body), '', body, ''].join('\n');
  }
}

const member = (argument) =>
  `${argument.name}${argument.hasDefault ? '?' : ''}: ${argumentType(argument)}`;

const pascal = (text) =>
  text
    .split(/_+/)
    .filter((part) => part !== '')
    .map((part) => part[0].toUpperCase() + part.slice(1))
    .join('');

/** `SumDimIntList`; private and in-place operators are told apart. */
function interfaceName(operator, overload) {
  const place = operator.endsWith('_') ? 'InPlace' : '';
  return `${operator.startsWith('_') ? 'Private' : ''}${pascal(operator)}${place}${pascal(overload)}`;
}
