/** Why something cannot be had here, in words that say what to do; undefined when it can. */
export type Obstacle = () => Promise<string | undefined>;

/** What can be chosen between, and by which variable of the environment. */
export interface Choice<Name extends string> {
  readonly variable: string;
  readonly obstacles: Readonly<Record<Name, Obstacle>>;
  /** Those taken unasked, the first that fits. */
  readonly unasked: readonly Name[];
  /** What to say when none of them does, before and after the reasons. */
  readonly nothingFits: { readonly before: string; readonly after?: string };
  /** Is told what was taken after others were passed over, and why they were. */
  readonly onPassedOver?: (taken: string) => void;
}

/**
 * What was asked for by name, or the first that fits here.
 * @throws an Error that says of each why it does not fit.
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
        choice.onPassedOver?.(`${choice.variable}=${name}, as not ${reasons.join(" ")}`);
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
