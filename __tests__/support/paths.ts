// Where things that are no TypeScript lie, seen from the compiled tests in dist/__tests__/.
import { fileURLToPath } from 'node:url';

/** The folder of the project, ending in a slash. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The project's copy of figures made by the original Python program. */
export const FIGURES = `${PROJECT_ROOT}__tests__/golden/figures`;
