// JPEG files to load where there are no real ones: the size, coding and bytes of ImageNet's.
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** So many are made; the others are copies of them. */
const DIFFERENT = 32;

/** Writes `count` images of 500 x 375 into `folder`, of 50 to 100 kB: blots of colour, with some grain. */
export async function makeJpegs(folder: string, count: number): Promise<void> {
  const [width, height] = [500, 375];
  const noise = (sigma: number) => {
    const create = { width, height, channels: 3, background: '#808080' } as const;
    return sharp({ create: { ...create, noise: { type: 'gaussian', mean: 128, sigma } } });
  };
  const path = (i: number) => join(folder, `${String(i).padStart(5, '0')}.jpg`);
  for (let i = 0; i < Math.min(count, DIFFERENT); i++) {
    const blots = await noise(60)
      .blur(10 + (i % 5) * 6)
      .normalise()
      .png()
      .toBuffer();
    const grain = await noise(45).greyscale().blur(0.6).png().toBuffer();
    await sharp(blots)
      .composite([{ input: grain, blend: 'overlay' }])
      .jpeg({ quality: 92 })
      .toFile(path(i));
  }
  for (let i = DIFFERENT; i < count; i++) await copyFile(path(i % DIFFERENT), path(i));
}
