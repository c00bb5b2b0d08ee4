import type { Progress } from "../../machine/progress.ts";
import { footprint, leftovers } from "./machine/footprint.ts";
import { nativeProvider } from "./native-provider.ts";

/**
 * Takes stock of the machine, brings the bare cluster up and down, and takes stock again.
 * @throws an Error that lists what was left behind, or that a cluster runs already.
 */
export async function checkDown(progress: Progress): Promise<void> {
  if ((await nativeProvider.find()) !== undefined) {
    throw new Error(
      "A cluster runs, so nothing can be compared with the machine without one. First: make down",
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
