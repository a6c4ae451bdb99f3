// The rest of the golden figures.
import { isRepeated, testFigures } from './golden_cases.js';

testFigures(isRepeated);
