// Confidence learning rate (BNAS-v2, arXiv 2009.08886): trust in the weights grows with training.
/**
 * ((epoch + 1) / epochs) ^ power: the factor of the architecture's learning rate, 1 in the last
 * epoch.
 *
 * @param epoch - from 0
 * @param power - 2 in the paper; 0 turns it off
 */
export function confidence(epoch: number, epochs: number, power: number): number {
  return ((epoch + 1) / epochs) ** power;
}
