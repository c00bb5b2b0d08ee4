import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";

const run = promisify(execFile);
const version = "v1.4.0";
/** From the public checksum database. */
const sum = "h1:ZwlNM6zOHq0h3WUX2gfByPs2yAEsy/EenYJB78jpQfQ=";

/** The CustomResourceDefinition of a kind of the Gateway API's standard channel, from its Go module. */
export async function gatewayDefinition(plural: string): Promise<unknown> {
  const { stdout } = await run("go", ["mod", "download", "-json", `sigs.k8s.io/gateway-api@${version}`], {
    env: { ...process.env, GOFLAGS: "-mod=mod", GOWORK: "off", GOTOOLCHAIN: "local" },
  });
  const module = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (module.Sum !== sum)
    throw new Error(`expected the Gateway API ${version} to have the sum ${sum}, found ${module.Sum}`);
  const file = join(module.Dir, "config/crd/standard", `gateway.networking.k8s.io_${plural}.yaml`);
  return parse(await readFile(file, "utf8"));
}
