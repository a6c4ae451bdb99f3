// What a test makes that outlives scopes: modules, whose parameters do, and optimizers, whose state does.
import { afterEach } from '@jest/globals';

const made: { dispose(): void }[] = [];

/** Has `thing` disposed when the test under way is done. Returns it. */
export function owned<T extends { dispose(): void }>(thing: T): T {
  made.push(thing);
  return thing;
}

afterEach(() => {
  for (const thing of made.splice(0)) thing.dispose();
});
