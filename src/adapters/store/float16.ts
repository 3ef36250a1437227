/** Numbers of two bytes, as the vectors are stored: a unit vector loses nothing by it that a search could feel. */

const SCRATCH = new DataView(new ArrayBuffer(4));

/** The 16 bits of the nearest half-precision number, ties to even. */
export function toFloat16Bits(value: number): number {
  SCRATCH.setFloat32(0, value);
  const bits = SCRATCH.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const fraction = bits & 0x7fffff;
  if (exponent === 0xff) {
    return sign | 0x7c00 | (fraction === 0 ? 0 : 0x200); // infinity, or no number
  }
  const half = exponent - 112;
  if (half >= 31) {
    return sign | 0x7c00; // too large: infinity
  }
  if (half >= 1) {
    return sign | rounded((half << 23) | fraction, 13);
  }
  // Below the smallest normal number: the leading one becomes a digit like the others.
  return half < -10 ? sign : sign | rounded(fraction | 0x800000, 14 - half);
}

/** The number that these 16 bits stand for. */
export function fromFloat16Bits(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >>> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) {
    return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  }
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (0x400 + fraction) * 2 ** (exponent - 25));
}

/** Drops the last `count` bits; a carry runs into the exponent, which is what it should do. */
function rounded(bits: number, count: number): number {
  const kept = bits >>> count;
  const dropped = bits & ((1 << count) - 1);
  const halfway = 1 << (count - 1);
  return dropped > halfway || (dropped === halfway && (kept & 1) === 1) ? kept + 1 : kept;
}
