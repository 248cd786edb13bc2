// Σ e^x over float32 logits, four at a time.
//
// x·log2 e = n + f with whole n and |f| ≤ ½, and e^x = 2^n · 2^f. 2^n is made of an exponent's bits; 2^f is the
// polynomial of degree 5 with the least relative error there (7.5e-8). Where multiply-and-add is one instruction
// (relaxed SIMD) it is taken in Horner's form; elsewhere as a product of three factors, which needs fewer operations.
// The rounding of x·log2 e adds up to 1.4e-6 · (|x| / 44) to a term's relative error without that instruction.

/** Adding it leaves, in a float's lowest bits, the nearest whole number plus 127: the exponent of 2^n. */
const TO_EXPONENT: f32 = 12582912 + 127;
/** n is an exponent down to here. A logit below counts as this one: e^−86 is far below any sum's last digit. */
const LEAST: f32 = -86;
/** The polynomial's leading coefficient, by which its monic factors' product must be multiplied. */
const LEADING: f64 = 0.0013276471979469665;

/**
 * Σ e^x over a row of whole blocks of 64, and the maximum of each block. NaN if a logit is NaN or +∞.
 * Logits may be −∞, and at most 80.
 * @param scratch 4 bytes
 */
export function sumAndMaxima(row: usize, blocks: i32, maxima: usize, scratch: usize): f64 {
  const least = inRegister(LEAST, scratch);
  const log2e = inRegister(1.4426950408889634, scratch);
  const toExponent = inRegister(TO_EXPONENT, scratch);
  const fused = ASC_FEATURE_RELAXED_SIMD;
  const a = inRegister(fused ? 1.0000000716546822 : 3.171963594531527, scratch);
  const b = inRegister(fused ? 0.6931469670647332 : 4.797399480953779, scratch);
  const c = inRegister(fused ? 0.24022119723848567 : 11.662252067900294, scratch);
  const d = inRegister(fused ? 0.055507132735425686 : -0.6816277876970542, scratch);
  const e = inRegister(fused ? 0.009675541334211304 : 20.36135752355214, scratch);
  const leading = inRegister(<f32>LEADING, scratch);
  let sum = v128.splat<f64>(0);
  for (const end = maxima + ((<usize>blocks) << 2); maxima < end; maxima += 4) {
    let largest = v128.splat<f32>(-Infinity);
    let part = v128.splat<f32>(0);
    for (const blockEnd = row + 256; row < blockEnd; row += 16) {
      const x = v128.load(row);
      largest = v128.pmax<f32>(largest, x);
      const bounded = v128.pmax<f32>(x, least);
      if (ASC_FEATURE_RELAXED_SIMD) {
        const t = f32x4.relaxed_madd(bounded, log2e, toExponent);
        const f = f32x4.relaxed_madd(bounded, log2e, v128.sub<f32>(toExponent, t));
        let power = f32x4.relaxed_madd(leading, f, e);
        power = f32x4.relaxed_madd(power, f, d);
        power = f32x4.relaxed_madd(power, f, c);
        power = f32x4.relaxed_madd(power, f, b);
        power = f32x4.relaxed_madd(power, f, a);
        part = f32x4.relaxed_madd(power, v128.shl<i32>(t, 23), part);
      } else {
        const z = v128.mul<f32>(bounded, log2e);
        const t = v128.add<f32>(z, toExponent);
        const f = v128.sub<f32>(z, v128.sub<f32>(t, toExponent));
        const linear = v128.mul<f32>(v128.add<f32>(f, a), v128.shl<i32>(t, 23));
        const square = v128.add<f32>(v128.mul<f32>(v128.add<f32>(f, b), f), c);
        const other = v128.add<f32>(v128.mul<f32>(v128.add<f32>(f, d), f), e);
        part = v128.add<f32>(part, v128.mul<f32>(v128.mul<f32>(linear, square), other));
      }
    }
    largest = v128.pmax<f32>(largest, v128.shuffle<i32>(largest, largest, 2, 3, 0, 1));
    largest = v128.pmax<f32>(largest, v128.shuffle<i32>(largest, largest, 1, 0, 3, 2));
    f32.store(maxima, f32x4.extract_lane(largest, 0));
    sum = v128.add<f64>(sum, f64x2.promote_low_f32x4(part));
    sum = v128.add<f64>(sum, f64x2.promote_low_f32x4(v128.shuffle<i32>(part, part, 2, 3, 0, 1)));
  }
  const total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  return fused ? total : total * LEADING;
}

/** A constant, through memory: V8 makes known ones again in each iteration, which took 10–35 % of the time. */
function inRegister(value: f32, scratch: usize): v128 {
  f32.store(scratch, value);
  return v128.load32_splat(scratch);
}

/** Writes x − base for each logit of a row. */
export function shifted(row: usize, blocks: i32, base: f32, to: usize): void {
  const all = v128.splat<f32>(base);
  for (const end = row + ((<usize>blocks) << 8); row < end; row += 16, to += 16) {
    v128.store(to, v128.sub<f32>(v128.load(row), all));
  }
}
