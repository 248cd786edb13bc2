// Counter-based randomness: a value depends on its arguments, not on a sequence of calls. Pure integer arithmetic.

/**
 * Mixes three 32-bit integers into an unsigned one; every input bit affects every output bit (MurmurHash3's finaliser).
 */
export function hash3(a: number, b: number, c: number): number {
  let h = mix((a | 0) ^ 0x9e3779b9);
  h = mix(h ^ Math.imul(b | 0, 0x85ebca6b));
  return mix(h ^ Math.imul(c | 0, 0xc2b2ae35)) >>> 0;
}

function mix(value: number): number {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/**
 * Standard Gumbel noise for one token at one position: adding it to log-probabilities and taking the largest samples
 * from their distribution (the Gumbel-max trick). 52 bits, never infinite.
 */
export function gumbel(seed: number, position: number, token: number): number {
  const high = hash3(seed, position, token);
  const low = hash3(seed ^ 0x5bd1e995, position, token) >>> 12;
  const uniform = (high * 1048576 + low + 0.5) / 4503599627370496;
  return -Math.log(-Math.log(uniform));
}
