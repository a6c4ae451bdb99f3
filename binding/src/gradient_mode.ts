// What autograd does with the operators that are called: records them, or not, and how carefully.
import { addon } from './addon.js';
import { requireFunction } from './errors.js';

/** Runs `fn` without recording it for gradients (torch.no_grad). */
export function no_grad<T>(fn: () => T): T {
  return withGrad('no_grad', false, fn);
}

/** Runs `fn` recording it, also inside `no_grad` (torch.enable_grad). */
export function enable_grad<T>(fn: () => T): T {
  return withGrad('enable_grad', true, fn);
}

/**
 * Runs `fn` without recording and without the bookkeeping that lets autograd use its results later: a
 * little faster than `no_grad` (torch.inference_mode).
 */
export function inference_mode<T>(fn: () => T): T {
  requireFunction('inference_mode', fn);
  return addon.inferenceMode(fn);
}

/**
 * Has each backward pass name the forward operator that failed, and, with `check_nan`, fail where a
 * gradient is NaN (torch.autograd.set_detect_anomaly). Slow: for debugging. For the whole process.
 */
export function set_detect_anomaly(enabled: boolean, check_nan = true): void {
  addon.setAnomalyDetection(enabled, check_nan);
}

/** Runs `fn` with anomaly detection (torch.autograd.detect_anomaly). */
export function detect_anomaly<T>(fn: () => T, { check_nan = true } = {}): T {
  requireFunction('detect_anomaly', fn);
  const { enabled, checkNan } = addon.anomalyDetection();
  addon.setAnomalyDetection(true, check_nan);
  try {
    return fn();
  } finally {
    addon.setAnomalyDetection(enabled, checkNan);
  }
}

export function is_grad_enabled(): boolean {
  return addon.isGradEnabled();
}

function withGrad<T>(caller: string, enabled: boolean, fn: () => T): T {
  requireFunction(caller, fn);
  const before = addon.setGradEnabled(enabled);
  try {
    return fn();
  } finally {
    addon.setGradEnabled(before);
  }
}
