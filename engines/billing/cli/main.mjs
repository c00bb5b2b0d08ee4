import { requireNode } from "../../base/cli/require-node.mjs";

// Older versions can read neither TypeScript nor what it imports: they are refused before it is loaded.
if (requireNode()) {
  const [{ start }, { about }, { singleCommand }] = await Promise.all([
    import("../../base/cli/start.ts"),
    import("./about.ts"),
    import("./single-command.ts"),
  ]);
  await start(about, singleCommand, async () => (await import("./commands.ts")).commands);
}
