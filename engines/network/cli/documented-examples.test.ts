import { globSync } from "node:fs";
import { join } from "node:path";
import { describeExamples } from "../../base/cli/testing/describe-examples.ts";
import { network } from "./program.ts";

const folder = join(import.meta.dirname, "../../../docs/network");
const pages = globSync("*.md", { cwd: folder }).sort();

describeExamples(
  "docs/network",
  network,
  pages.map((page) => join(folder, page)),
);
