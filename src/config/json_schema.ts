// The config's schema as JSON Schema (draft 7), for editors: keys are completed, explained and checked
// while they are typed.

import { z } from 'zod';
import { schema } from './schema.js';

/** The text of configs/schema.json, which configs name in their first line. */
export function jsonSchema(): string {
  const document = z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    override: ({ jsonSchema }) => {
      // Limits of JavaScript's numbers tell a person nothing.
      if (Math.abs(jsonSchema.maximum ?? 0) >= Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
      if (Math.abs(jsonSchema.minimum ?? 0) >= Number.MAX_SAFE_INTEGER) delete jsonSchema.minimum;
    },
  });
  const named = { ...document, title: 'bnas config' };
  return `${JSON.stringify(named, null, 2)}\n`;
}
