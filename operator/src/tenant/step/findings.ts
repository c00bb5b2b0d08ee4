declare const typeOf: unique symbol;

/** The typed name of a result of a step, for later steps or for the status. The step that finds it exports it. */
export interface Finding<Value> {
  readonly name: string;
  /** The type of the condition of the step that finds it. */
  readonly step: string;
  /** Exists only as a type. */
  readonly [typeOf]?: Value;
}

/** Declares a finding of the step with this condition. */
export function finding<Value extends NonNullable<unknown> | null>(
  name: string,
  step: string,
): Finding<Value> {
  return { name, step };
}

/** The results of the steps that have run in one reconcile. */
export class Findings {
  readonly #values = new Map<Finding<unknown>, unknown>();

  set<Value>(key: Finding<Value>, value: NoInfer<Value>): this {
    this.#values.set(key, value);
    return this;
  }

  /** The value; undefined if no step has found it. */
  get<Value>(key: Finding<Value>): Value | undefined {
    return this.#values.get(key) as Value | undefined;
  }

  /**
   * The value of a step that must have run before.
   * @throws Error if it has not
   */
  require<Value>(key: Finding<Value>): Value {
    const value = this.get(key);
    if (value !== undefined) return value;
    throw new Error(
      `Expected the finding "${key.name}" of the step ${key.step}, found none: run that step before.`,
    );
  }
}
