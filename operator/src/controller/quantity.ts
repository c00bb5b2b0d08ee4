const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;

/** Powers of ten, and of two, by suffix (apimachinery, `resource.Quantity`). */
const decimalExponent: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  "": 0,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binaryExponent: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

/** Whether two texts are the same Kubernetes quantity: `0.5` and `500m`, `1024Mi` and `1Gi`. */
export function sameQuantity(a: string, b: string): boolean {
  const left = inNano(a);
  const right = inNano(b);
  return left !== undefined && left === right;
}

/** Exact, in units of 10⁻⁹, rounded up as the API server rounds; undefined for what is no quantity. */
function inNano(text: string): bigint | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, sign = "", digits = "", suffix = ""] = match;
  const [whole = "", fraction = ""] = digits.split(".");
  const scaled = /^[eE]/.test(suffix) ? Number(suffix.slice(1)) : (decimalExponent[suffix] ?? 0);
  const factor = suffix in binaryExponent ? 2n ** BigInt(binaryExponent[suffix] ?? 0) : 1n;
  const exponent = scaled + 9 - fraction.length;
  const mantissa = BigInt(whole + fraction || "0") * factor;
  const nano =
    exponent >= 0 ? mantissa * 10n ** BigInt(exponent) : roundUp(mantissa, 10n ** BigInt(-exponent));
  return sign === "-" ? -nano : nano;
}

function roundUp(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}
