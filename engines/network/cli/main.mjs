import { requireNode } from "../../base/cli/require-node.mjs";

// Older versions cannot read TypeScript or the imported packages, so they are refused before the import.
if (requireNode()) {
  const [{ start }, { about }, { singleCommand }] = await Promise.all([
    import("../../base/cli/start.ts"),
    import("./about.ts"),
    import("./single-command.ts"),
  ]);
  await start(about, singleCommand, async () => (await import("./commands.ts")).commands);
}
