import { differences, readInstalled } from "./installed-packages.ts";
import { readLock } from "./production-packages.ts";

const found = differences(await readInstalled(), await readLock());
if (found.length > 0) {
  console.error(
    `node_modules is not what package-lock.json says; run "npm ci" while nothing runs from it:\n  ${found.join("\n  ")}`,
  );
  process.exitCode = 1;
}
