import type { Progress } from "../../machine/progress.ts";
import { footprint, leftovers } from "./machine/footprint.ts";
import { nativeProvider } from "./native-provider.ts";

/**
 * Records the state of the machine, brings the bare cluster up and down, and compares.
 * @throws an Error with a list of the remains, or if a cluster already runs.
 */
export async function checkDown(progress: Progress): Promise<void> {
  if ((await nativeProvider.find()) !== undefined) {
    throw new Error(
      "A cluster runs, so nothing can be compared with the machine without one. Run make down first.",
    );
  }
  const before = await footprint();
  await nativeProvider.prepare(progress);
  await nativeProvider.up(progress);
  const during = await footprint();
  if (leftovers(before, during).length < 10)
    throw new Error("A running cluster should show in the comparison.");
  await nativeProvider.down(progress);
  const left = leftovers(before, await footprint());
  if (left.length > 0) throw new Error(`make down left behind:\n  ${left.join("\n  ")}`);
}
