const multipliers: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  "": 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** The value of a Kubernetes quantity such as `250m`, `1.5`, `512Mi` or `1e3`. */
export function parseQuantity(quantity: string | number): number {
  const [, digits, suffix = ""] =
    /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([A-Za-z]*)$/.exec(String(quantity)) ?? [];
  const multiplier = multipliers[suffix];
  if (digits === undefined || multiplier === undefined) {
    throw new TypeError(`Expected a Kubernetes quantity such as 250m or 512Mi, found ${quantity}.`);
  }
  return Number(digits) * multiplier;
}

/** A number of cores as a quantity, to the thousandth. */
export function cpuQuantity(cores: number): string {
  const thousandths = Math.ceil(cores * 1_000 - 1e-6);
  return thousandths % 1_000 === 0 ? String(thousandths / 1_000) : `${thousandths}m`;
}

/** A number of bytes as a quantity, in the largest binary unit that divides it. */
export function memoryQuantity(bytes: number): string {
  const whole = Math.ceil(bytes);
  for (const unit of ["Gi", "Mi", "Ki"]) {
    const size = multipliers[unit] ?? 1;
    if (whole % size === 0) return `${whole / size}${unit}`;
  }
  return String(whole);
}
