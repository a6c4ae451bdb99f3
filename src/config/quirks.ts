// The slips of the original's code by name: `mode: reference` repeats them, so that its figures
// come out; `mode: fixed` does what its paper says. All that may differ by mode is listed here.

export const MODES = ['fixed', 'reference'] as const;

export type Mode = (typeof MODES)[number];

export interface Quirk {
  /** What the original does. */
  original: string;
  /** What we do without it. */
  fixed: string;
}

export const QUIRKS = {
  second_order_confidence: {
    original:
      'second order scales the unrolled loss by the confidence, which Adam, nearly scale-free, undoes',
    fixed: 'the confidence scales the learning rate of the architecture in both orders',
  },
  unrolled_rebuild_draws: {
    original:
      'every unrolled step makes a new network, whose initialisation shifts all later random draws',
    fixed: 'an unrolled step draws nothing',
  },
  hvp_rounding: {
    original:
      'the finite difference leaves its rounding in the weights, and its passes count for the batch statistics: 4 batches a step',
    fixed: 'the weights stay untouched, and a step counts 2 batches: the unrolled one and its own',
  },
  first_step_momentum: {
    original: 'one missing momentum buffer, and the unrolled step takes all of them as zeros',
    fixed:
      'a missing buffer, as all are before the first step of the weights, counts as zeros alone',
  },
  max_pool_floor: {
    original: 'passed-on channels are pooled with sizes rounded down, so that odd ones fail',
    fixed: 'sizes are rounded up, as those of the searched channels are',
  },
  double_edge_eval: {
    original:
      'the ImageNet supernet runs every edge twice, so that its batch statistics move twice',
    fixed: 'once',
  },
} as const satisfies Record<string, Quirk>;

export type QuirkName = keyof typeof QUIRKS;

export const QUIRK_NAMES = Object.keys(QUIRKS) as QuirkName[];

/** Which slips a run repeats: all or none by `mode`, but for those that `own` names. */
export function quirksOf(
  mode: Mode,
  own: Readonly<Partial<Record<QuirkName, boolean>>> = {},
): Record<QuirkName, boolean> {
  const byMode = QUIRK_NAMES.map((name) => [name, own[name] ?? mode === 'reference']);
  return Object.fromEntries(byMode);
}
