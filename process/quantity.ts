/**
 * The grammar of Kubernetes quantities, from apimachinery's `resource.Quantity`: a sign, digits with at most one point,
 * and one suffix.
 */
const pattern = /^([+-]?)(\d+\.?\d*|\.\d+)(Ki|Mi|Gi|Ti|Pi|Ei|n|u|m|k|M|G|T|P|E|[eE][+-]?\d+)?$/;

const decimalExponent: Readonly<Record<string, number>> = {
  n: -9,
  u: -6,
  m: -3,
  k: 3,
  M: 6,
  G: 9,
  T: 12,
  P: 15,
  E: 18,
};
const binaryExponent: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };

const nanoDigits = 9;
/** The API server reduces a larger amount to this one. */
const largest = (2n ** 63n - 1n) * 10n ** BigInt(nanoDigits);
/** 10 to this power exceeds every quantity, and its inverse is smaller than every quantity. */
const largestExponent = 1_000;

/**
 * Parses a quantity such as `250m`, `1.5`, `512Mi` or `1e3`.
 * @throws TypeError for another form
 */
export function parseQuantity(quantity: string | number): number {
  const nano = inNano(String(quantity));
  if (nano === undefined) {
    throw new TypeError(`Expected a Kubernetes quantity such as 250m or 512Mi, found ${quantity}.`);
  }
  const one = 10n ** BigInt(nanoDigits);
  return Number(nano / one) + Number(nano % one) / Number(one);
}

/**
 * Whether the API server stores both texts as one quantity of a resource: `0.5` and `500m`, `1024Mi` and `1Gi`, and
 * `20500u` and `21m`, because it rounds resources up to thousandths (SetDefaults_ResourceList in its core/v1 defaults).
 */
export function sameQuantity(a: string, b: string): boolean {
  const left = inThousandths(a);
  return left !== undefined && left === inThousandths(b);
}

/** A number of cores as a quantity, rounded to thousandths. */
export function cpuQuantity(cores: number): string {
  const thousandths = Math.ceil(cores * 1_000 - 1e-6);
  return thousandths % 1_000 === 0 ? String(thousandths / 1_000) : `${thousandths}m`;
}

/** A number of bytes as a quantity, in the largest of Ki, Mi and Gi that divides it. */
export function memoryQuantity(bytes: number): string {
  const whole = Math.ceil(bytes);
  const unit = ["Gi", "Mi", "Ki"].find((suffix) => whole % parseQuantity(`1${suffix}`) === 0);
  return unit === undefined ? String(whole) : `${whole / parseQuantity(`1${unit}`)}${unit}`;
}

function inThousandths(text: string): bigint | undefined {
  const nano = inNano(text);
  if (nano === undefined) return undefined;
  const whole = nano / 1_000_000n;
  return nano > whole * 1_000_000n ? whole + 1n : whole;
}

/**
 * The exact value in units of 10⁻⁹, rounded and limited like the API server's. Undefined for a text that is not a
 * quantity.
 */
function inNano(text: string): bigint | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const [, sign = "", digits = "", suffix = ""] = match;
  const [whole = "", fraction = ""] = digits.split(".");
  const mantissa = BigInt(whole + fraction) * 2n ** BigInt(binaryExponent[suffix] ?? 0);
  const scaled = scale(mantissa, exponentOf(suffix) + nanoDigits - fraction.length);
  const nano = scaled > largest ? largest : scaled;
  return sign === "-" ? -nano : nano;
}

function exponentOf(suffix: string): number {
  return /^[eE]./.test(suffix) && !(suffix in binaryExponent)
    ? Number(suffix.slice(1))
    : (decimalExponent[suffix] ?? 0);
}

/** `mantissa` × 10^`exponent`, rounded up to a whole number. */
function scale(mantissa: bigint, exponent: number): bigint {
  if (exponent >= 0) return mantissa * 10n ** BigInt(Math.min(exponent, largestExponent));
  const divisor = 10n ** BigInt(Math.min(-exponent, largestExponent));
  return (mantissa + divisor - 1n) / divisor;
}
