// Normalisation against the arithmetic of torchvision's ToTensor and Normalize, done by LibTorch.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { normalise } from '../../src/data/transforms.js';

test('is bit-equal to float32 tensor arithmetic for every pixel value, channel by channel', () => {
  const mean = [0.1307, 0.4914];
  const std = [0.3081, 0.247];
  const every = Uint8Array.from({ length: 256 }, (_, pixel) => pixel);
  const pixels = Uint8Array.of(...every, ...every);
  const actual = new Float32Array(512);
  normalise({ mean, std })(pixels, [2, 16, 16], actual);
  const expected = torch.tidy(() => {
    const scaled = torch
      .tensor(pixels, { shape: [2, 256] })
      .to('float32')
      .div(255);
    return scaled
      .sub(torch.tensor(mean, { shape: [2, 1] }))
      .div(torch.tensor(std, { shape: [2, 1] }))
      .toTypedArray();
  });
  expect([...actual]).toEqual([...(expected as Float32Array)]);
});

test('refuses images of another number of channels', () => {
  const transform = normalise({ mean: [0.1307], std: [0.3081] });
  expect(() => transform(new Uint8Array(3), [3, 1, 1], new Float32Array(3))).toThrow(
    'normalise: 1 means for images of 3 channels',
  );
});
