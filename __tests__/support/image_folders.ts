// Images in folders by part and class, as ImageNet lies on disk.
import { copyFileSync, mkdirSync } from 'node:fs';
import sharp from 'sharp';

/** Writes `counts[part]` images, 80 x 72, for each part and class: of a colour a class. */
export async function writeImageFolders(
  root: string,
  classes: readonly string[],
  counts: Readonly<Record<string, number>>,
): Promise<void> {
  for (const [label, name] of classes.entries()) {
    const background = { r: 80 * label, g: 120, b: 200 - 80 * label };
    const image = sharp({ create: { width: 80, height: 72, channels: 3, background } });
    const bytes = `${root}/${name}.jpg`;
    mkdirSync(root, { recursive: true });
    await image.jpeg().toFile(bytes);
    for (const [part, count] of Object.entries(counts)) {
      mkdirSync(`${root}/${part}/${name}`, { recursive: true });
      for (let i = 0; i < count; i++) copyFileSync(bytes, `${root}/${part}/${name}/${i}.JPEG`);
    }
  }
}
