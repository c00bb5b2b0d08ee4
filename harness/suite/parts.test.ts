import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout } from "../machine/directories.ts";
import { namedParts } from "./parts.ts";

describe("the parts of the suite", () => {
  it("name projects that exist", () => {
    const configs = globSync("{*,{charts,e2e,harness,engines}/*,harness/install/*}/vitest.config.ts", {
      cwd: checkout,
      exclude: (path) => path.includes("node_modules"),
    });
    const projects = configs.map(
      (path) => /name: "([^"]+)"/.exec(readFileSync(join(checkout, path), "utf8"))?.[1],
    );
    const named = namedParts([]).flatMap((part) => part.projects.map((name) => name.replace("!", "")));
    for (const name of named) expect(projects).toContain(name);
  });

  it("keep their order, however they are named", () => {
    expect(namedParts(["cluster", "crds"]).map(({ name }) => name)).toEqual(["crds", "cluster"]);
  });

  it("are listed when a name is unknown", () => {
    expect(() => namedParts(["operater"])).toThrow(
      /found "operater": write one of without-servers, operator/,
    );
  });
});
