// Numbers as arguments of operators.

/** A number for an operator: beside integer tensors an integral one is an integer. */
export type Scalar = number | bigint | boolean;

/** A whole number; BigInt beyond 2^53. */
export type Int = number | bigint;
