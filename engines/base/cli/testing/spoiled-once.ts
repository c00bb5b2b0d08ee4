/** Wrong values for most fields, one of each type of JSON and some that a check refuses after the type. */
const wrong = ["", "x", "-1", -1, 1.5, true, null, [], {}] as const;

/** The input with each of its values replaced by each wrong one, one at a time. */
export function* spoiledOnce(input: unknown): Generator<unknown> {
  yield* wrong;
  if (Array.isArray(input)) {
    for (const [index, one] of input.entries()) {
      for (const spoiled of spoiledOnce(one)) yield input.with(index, spoiled);
    }
  } else if (typeof input === "object" && input !== null) {
    for (const [name, one] of Object.entries(input)) {
      for (const spoiled of spoiledOnce(one)) yield { ...input, [name]: spoiled };
    }
  }
}
