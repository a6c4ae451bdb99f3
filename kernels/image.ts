// Arithmetic on the pixels of one image, four at a time: AssemblyScript, compiled to WebAssembly by
// `npm run generate:kernels` into src/data/generated/kernels.ts. Addresses are bytes of the module's memory; its caller
// (src/data/kernels.ts) lays it out, and leaves 16 bytes after each array, as whole vectors are read.

/** Bits after the binary point of a filter's weight, and a half. */
const PRECISION: i32 = 22;
const HALF: i32 = 1 << (PRECISION - 1);

/** Four bytes as numbers of 32 bits. */
function fourOf(pixels: usize): v128 {
  return i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(pixels)));
}

/** Four times four sums of weighted bytes as bytes. */
function bytesOf(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i16x8.narrow_i32x4_s(i32x4.shr_s(a, PRECISION), i32x4.shr_s(b, PRECISION));
  const cd = i16x8.narrow_i32x4_s(i32x4.shr_s(c, PRECISION), i32x4.shr_s(d, PRECISION));
  return i8x16.narrow_i16x8_u(ab, cd);
}

/**
 * Filters each row of three channels: source pixel `x` of a row at `source + row * rowStride + x * pixelStride`.
 * `filters` has start, count and `taps` weights for each of `width` places. Writes red, green, blue and a byte of
 * nothing for each pixel. Four rows at a time share what is read of the filters; of a rest, the last row is
 * filtered again in place of those that are missing.
 */
export function resizeColumns(
  source: usize,
  rowStride: i32,
  pixelStride: i32,
  rows: i32,
  filters: usize,
  taps: i32,
  width: i32,
  target: usize,
): void {
  const filterBytes = (2 + taps) << 2;
  const rowBytes = width << 2;
  for (let y = 0; y < rows; y += 4) {
    const last = min(rows - 1 - y, 3);
    const second = min(last, 1);
    const third = min(last, 2);
    const from = source + y * rowStride;
    const to = target + y * rowBytes;
    let filter = filters;
    for (let x = 0; x < width; x++, filter += filterBytes) {
      let place = from + load<i32>(filter) * pixelStride;
      const end = filter + 8 + (load<i32>(filter, 4) << 2);
      let a = i32x4.splat(HALF);
      let b = a;
      let c = a;
      let d = a;
      for (let weight = filter + 8; weight < end; weight += 4, place += pixelStride) {
        const w = v128.load32_splat(weight);
        a = i32x4.add(a, i32x4.mul(fourOf(place), w));
        b = i32x4.add(b, i32x4.mul(fourOf(place + second * rowStride), w));
        c = i32x4.add(c, i32x4.mul(fourOf(place + third * rowStride), w));
        d = i32x4.add(d, i32x4.mul(fourOf(place + last * rowStride), w));
      }
      const bytes = bytesOf(a, b, c, d);
      const pixel = to + (x << 2);
      v128.store_lane<u32>(pixel, bytes, 0);
      v128.store_lane<u32>(pixel + second * rowBytes, bytes, 1);
      v128.store_lane<u32>(pixel + third * rowBytes, bytes, 2);
      v128.store_lane<u32>(pixel + last * rowBytes, bytes, 3);
    }
  }
}

/** Filters the columns of what resizeColumns wrote, and writes the three channels as planes. */
export function resizeRows(
  source: usize,
  width: i32,
  filters: usize,
  taps: i32,
  height: i32,
  target: usize,
): void {
  const filterBytes = (2 + taps) << 2;
  const rowBytes = width << 2;
  const area = width * height;
  for (let y = 0; y < height; y++) {
    const filter = filters + y * filterBytes;
    const first = source + load<i32>(filter) * rowBytes;
    const end = filter + 8 + (load<i32>(filter, 4) << 2);
    const red = target + y * width;
    for (let x = 0; x < width; x += 4) {
      let a = i32x4.splat(HALF);
      let b = a;
      let c = a;
      let d = a;
      let place = first + (x << 2);
      for (let weight = filter + 8; weight < end; weight += 4, place += rowBytes) {
        const w = v128.load32_splat(weight);
        const pixels = v128.load(place);
        const low = i16x8.extend_low_i8x16_u(pixels);
        const high = i16x8.extend_high_i8x16_u(pixels);
        a = i32x4.add(a, i32x4.mul(i32x4.extend_low_i16x8_u(low), w));
        b = i32x4.add(b, i32x4.mul(i32x4.extend_high_i16x8_u(low), w));
        c = i32x4.add(c, i32x4.mul(i32x4.extend_low_i16x8_u(high), w));
        d = i32x4.add(d, i32x4.mul(i32x4.extend_high_i16x8_u(high), w));
      }
      const bytes = bytesOf(a, b, c, d);
      // All reds, all greens, all blues.
      const planes = i8x16.shuffle(
        bytes,
        bytes,
        0,
        4,
        8,
        12,
        1,
        5,
        9,
        13,
        2,
        6,
        10,
        14,
        3,
        7,
        11,
        15,
      );
      if (x + 4 <= width) {
        v128.store_lane<u32>(red + x, planes, 0);
        v128.store_lane<u32>(red + area + x, planes, 1);
        v128.store_lane<u32>(red + 2 * area + x, planes, 2);
      } else {
        let rest = planes;
        for (let i = x; i < width; i++) {
          store<u8>(red + i, <u8>i8x16.extract_lane_u(rest, 0));
          store<u8>(red + area + i, <u8>i8x16.extract_lane_u(rest, 4));
          store<u8>(red + 2 * area + i, <u8>i8x16.extract_lane_u(rest, 8));
          rest = i32x4.shr_u(rest, 8);
        }
      }
    }
  }
}

/** Replaces each byte by what a table of 256 has for it. */
export function lookUp(pixels: usize, count: i32, table: usize): void {
  const end = pixels + count;
  for (; pixels < end; pixels++) store<u8>(pixels, load<u8>(table + load<u8>(pixels)));
}

/** Writes for each byte what a table of 256 float32 has for it. */
export function valuesOf(pixels: usize, count: i32, table: usize, target: usize): void {
  const end = pixels + count;
  for (; pixels < end; pixels += 4, target += 16) {
    const four = load<u32>(pixels);
    store<f32>(target, load<f32>(table + ((four & 255) << 2)));
    store<f32>(target, load<f32>(table + (((four >> 8) & 255) << 2)), 4);
    store<f32>(target, load<f32>(table + (((four >> 16) & 255) << 2)), 8);
    store<f32>(target, load<f32>(table + ((four >> 24) << 2)), 12);
  }
}

// Luma in 16 bits of fixed point, ITU-R 601-2.
function luma(red: v128, green: v128, blue: v128): v128 {
  let sum = i32x4.mul(red, i32x4.splat(19595));
  sum = i32x4.add(sum, i32x4.mul(green, i32x4.splat(38470)));
  sum = i32x4.add(sum, i32x4.mul(blue, i32x4.splat(7471)));
  return i32x4.shr_u(i32x4.add(sum, i32x4.splat(0x8000)), 16);
}

/** The sum of the greys of three planes of `area` pixels; what lies after them in a vector's rest is left out. */
export function sumOfGreys(pixels: usize, area: i32): f64 {
  let sum = i32x4.splat(0);
  const whole = area & ~3;
  for (let i = 0; i < whole; i += 4) {
    const at = pixels + i;
    sum = i32x4.add(sum, luma(fourOf(at), fourOf(at + area), fourOf(at + 2 * area)));
  }
  let total =
    <f64>i32x4.extract_lane(sum, 0) +
    <f64>i32x4.extract_lane(sum, 1) +
    <f64>i32x4.extract_lane(sum, 2) +
    <f64>i32x4.extract_lane(sum, 3);
  for (let i = whole; i < area; i++) {
    const at = pixels + i;
    total += <f64>i32x4.extract_lane(luma(fourOf(at), fourOf(at + area), fourOf(at + 2 * area)), 0);
  }
  return total;
}

function blended(channel: v128, grey: v128, factor: v128): v128 {
  const moved = f32x4.mul(factor, f32x4.convert_i32x4_s(i32x4.sub(channel, grey)));
  return i32x4.trunc_sat_f32x4_s(f32x4.add(f32x4.convert_i32x4_s(grey), moved));
}

function storeFour(pixels: usize, values: v128, count: i32): void {
  const words = i16x8.narrow_i32x4_s(values, values);
  const bytes = i8x16.narrow_i16x8_u(words, words);
  if (count >= 4) v128.store_lane<u32>(pixels, bytes, 0);
  else {
    let rest = i32x4.extract_lane(bytes, 0);
    for (let i = 0; i < count; i++, rest >>= 8) store<u8>(pixels + i, <u8>rest);
  }
}

/** Blends three planes with their greys: grey + factor * (channel - grey). */
export function saturate(pixels: usize, area: i32, factor: f32): void {
  const by = f32x4.splat(factor);
  for (let i = 0; i < area; i += 4) {
    const red = pixels + i;
    const green = red + area;
    const blue = green + area;
    const r = fourOf(red);
    const g = fourOf(green);
    const b = fourOf(blue);
    const grey = luma(r, g, b);
    const count = area - i;
    storeFour(red, blended(r, grey, by), count);
    storeFour(green, blended(g, grey, by), count);
    storeFour(blue, blended(b, grey, by), count);
  }
}

/** Turns the hues of three planes; the tables are those of src/data/colour.ts, one behind the other. */
export function turnHues(
  pixels: usize,
  area: i32,
  turn: i32,
  saturations: usize,
  hues: usize,
  shares: usize,
  between: usize,
  shifts: usize,
): void {
  for (let i = 0; i < area; i++) {
    const red = pixels + i;
    const r = <i32>load<u8>(red);
    const g = <i32>load<u8>(red + area);
    const b = <i32>load<u8>(red + 2 * area);
    const value = max(max(r, g), b);
    const low = min(min(r, g), b);
    const spread = value - low;
    const saturation = <i32>load<u8>(saturations + ((spread << 8) | value));
    const order = ((<u32>(r - g) >> 31) << 2) | ((<u32>(g - b) >> 31) << 1) | (<u32>(r - b) >> 31);
    const below = 2 * value + low - r - g - b;
    const hue = (<i32>load<u8>(hues + ((order << 16) | (spread << 8) | below)) + turn) & 255;
    const share = <f64>load<f32>(shares + (saturation << 2));
    const middleShare = load<f64>(between + (hue << 3));
    const full = <f64>value;
    const lowest = <i32>(full * (1.0 - share) + 0.5);
    const middle = <i32>(full * (1.0 - share * middleShare) + 0.5);
    const shift = <i32>load<i16>(shifts + (hue << 1));
    const colour =
      (value << (shift & 31)) | (middle << ((shift >> 5) & 31)) | (lowest << (shift >> 10));
    store<u8>(red, <u8>colour);
    store<u8>(red + area, <u8>(colour >> 8));
    store<u8>(red + 2 * area, <u8>(colour >> 16));
  }
}
