// A config as YAML, each key with its meaning as a comment: what a run directory keeps.

import { Document, isMap, isNode, isScalar, isSeq, type YAMLMap } from 'yaml';
import type { z } from 'zod';
import { type Config, schema } from './schema.js';
import { sectionKeys } from './values.js';

/** Reads back, with loadConfig, as the same config. */
export function formatConfig(config: Config): string {
  const document = new Document(config);
  comment(document.contents as unknown as YAMLMap, schema);
  return document.toString({ lineWidth: 0 });
}

function comment(map: YAMLMap, section: z.ZodType): void {
  for (const { key, value } of map.items) {
    const inner = isScalar(key) ? sectionKeys(section)?.[String(key.value)] : undefined;
    if (inner === undefined) continue;
    const meaning = ` ${inner.description}`;
    if (isMap(value)) {
      if (isScalar(key)) key.commentBefore = meaning;
      comment(value, inner);
    } else if (isNode(value)) {
      if (isSeq(value)) value.flow = true;
      value.comment = meaning;
    }
  }
}
