import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { debianProgram } from "../../harness/machine/debian-program.ts";

const script = join(import.meta.dirname, "../operator/argocd/tenant-health.lua");
const execute = promisify(execFile);

/** The Lua version of Argo CD, 5.1. */
export function lua(): Promise<string> {
  return debianProgram("/usr/bin/lua5.1", "lua5.1");
}

/** The result of the chart's health check for a Tenant. */
export async function healthOf(tenant: object): Promise<string> {
  const program = `
    obj = ${literal(tenant)}
    local health = dofile(${literal(script)})
    io.write(health.status, ": ", health.message)`;
  return (await execute(await lua(), ["-e", program])).stdout;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `{${value.map(literal).join(",")}}`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, item]) => `[${literal(key)}]=${literal(item)}`)
      .join(",")}}`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
