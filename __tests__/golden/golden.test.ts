// The port against the figures of the original.
import { isRepeated, testFigures } from './golden_cases.js';

testFigures((name) => !isRepeated(name));
