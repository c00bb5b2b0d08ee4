import { expect, it } from "vitest";
import { commands } from "./commands.ts";
import { singleCommand } from "./single-command.ts";

it("loads each command by its name", async () => {
  expect(Object.keys(singleCommand)).toEqual(commands.map(({ name }) => name));
  for (const command of commands) expect(await singleCommand[command.name]?.()).toBe(command);
});
