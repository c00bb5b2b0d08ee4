/** Returns the reason why an alternative cannot be used here, with what to do; undefined if it can. */
export type Obstacle = () => Promise<string | undefined>;

/** The alternatives of a choice, and the environment variable that selects one. */
export interface Choice<Name extends string> {
  readonly variable: string;
  readonly obstacles: Readonly<Record<Name, Obstacle>>;
  /** The alternatives for a choice without the variable, in order. The first that works is chosen. */
  readonly unasked: readonly Name[];
  /** The texts before and after the reasons, when none works. */
  readonly nothingFits: { readonly before: string; readonly after?: string };
  /** Receives the chosen name and the obstacles of the skipped alternatives, if there are any. */
  readonly onPassedOver?: (taken: string) => void;
}

/**
 * The alternative chosen by name, or the first that works here.
 * @throws an Error with the obstacle of each alternative.
 */
export async function chooseFitting<Name extends string>(
  asked: string | undefined,
  choice: Choice<Name>,
): Promise<Name> {
  if (asked) return named(asked, choice);
  const reasons: string[] = [];
  for (const name of choice.unasked) {
    const obstacle = await choice.obstacles[name]();
    if (obstacle === undefined) {
      if (reasons.length > 0)
        choice.onPassedOver?.(
          `${choice.variable}=${name}, because others do not work here: ${reasons.join(" ")}`,
        );
      return name;
    }
    reasons.push(`${choice.variable}=${name}: ${obstacle}.`);
  }
  const { before, after = "" } = choice.nothingFits;
  throw new Error(`${before}:\n  ${reasons.join("\n  ")}${after}`);
}

async function named<Name extends string>(
  asked: string,
  { variable, obstacles }: Choice<Name>,
): Promise<Name> {
  if (!isName(asked, obstacles)) {
    throw new Error(
      `${variable}=${asked} is unknown; it can be ${Object.keys(obstacles).join(", ")}, or unset.`,
    );
  }
  const obstacle = await obstacles[asked]();
  if (obstacle !== undefined) throw new Error(`${variable}=${asked} cannot be used here: ${obstacle}.`);
  return asked;
}

function isName<Name extends string>(name: string, obstacles: Record<Name, Obstacle>): name is Name {
  return Object.hasOwn(obstacles, name);
}
