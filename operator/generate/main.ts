import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { generatedFiles } from "./generated.ts";

const root = resolve(import.meta.dirname, "../..");
const [mode = "write", ...extra] = process.argv.slice(2);

if (!["write", "verify"].includes(mode) || extra.length > 0) {
  console.error(`expected "write" or "verify", found "${process.argv.slice(2).join(" ")}"`);
  process.exit(2);
}

const files = await generatedFiles(root);
const stale: string[] = [];
for (const [path, content] of files) {
  const target = join(root, path);
  if ((await contentOf(target)) === content) continue;
  stale.push(path);
  if (mode === "write") {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
  }
}

if (mode === "verify" && stale.length > 0) {
  console.error(
    `not as crds/*.yaml say:\n${stale.map((path) => `  ${path}`).join("\n")}\nrun: npm run generate`,
  );
  process.exit(1);
}
console.log(`${files.size} generated files, ${stale.length} ${mode === "write" ? "written" : "stale"}`);

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
