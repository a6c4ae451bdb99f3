// The record of where tensors are made.
import { afterEach, expect, test } from '@jest/globals';
import * as torch from 'torch-js';

afterEach(() => torch.track_tensors(false));

test('the report counts live tensors by the line that made them, the most first', () => {
  torch.ones([1]);
  torch.track_tensors();
  const leaking = () => torch.ones([2, 3]);
  const kept = [leaking(), leaking(), torch.zeros([4], { dtype: 'int64' })];
  torch.tidy(() => torch.ones([5]).add(1).shape);
  torch.ones([6]).dispose();
  const report = torch.leak_report().split('\n');
  expect(report[0]).toBe('3 live tensors');
  expect(report[1]).toMatch(/^ {2}2 x \[2, 3\] float32, made at leaking .*leaks\.test\.[jt]s/);
  expect(report[2]).toMatch(/^ {2}1 x \[4\] int64, made at .*leaks\.test\.[jt]s/);
  expect(report).toHaveLength(3);
  torch.dispose(kept);
  expect(torch.leak_report()).toBe('0 live tensors');
});

test('without the switch there is no report', () => {
  expect(() => torch.leak_report()).toThrow('call track_tensors() before the tensors are made');
});
