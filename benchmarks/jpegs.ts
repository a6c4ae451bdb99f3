// JPEG files to load where there are no real ones: the size, coding and bytes of ImageNet's.
import { join } from 'node:path';
import sharp from 'sharp';

/** Writes `count` images of 500 x 375 into `folder`: some blurred noise each, of 100 to 120 kB. */
export async function makeJpegs(folder: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
    const [width, height] = [500, 375];
    const image = sharp({ create: { width, height, channels: 3, background: '#808080', noise } });
    const soft = await image
      .blur(1.2 + (i % 4) / 2)
      .raw()
      .toBuffer();
    await sharp(soft, { raw: { width, height, channels: 3 } })
      .normalise()
      .jpeg({ quality: 92 })
      .toFile(join(folder, `${String(i).padStart(5, '0')}.jpg`));
  }
}
