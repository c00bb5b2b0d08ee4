import { execa } from "execa";
import { z } from "zod";
import { checkout } from "../../machine/directories.ts";
import { shippedWorkspaces } from "./production-packages.ts";

const answer = z.union([
  z.object({
    vulnerabilities: z.record(
      z.string(),
      z.object({ severity: z.string(), range: z.string(), fixAvailable: z.unknown() }),
    ),
  }),
  z.object({ message: z.string(), statusCode: z.number().optional() }),
]);

/** The registry's advisories for the packages in images, as lines for a person. */
export interface NpmAudit {
  readonly summary: string;
  /** One line for each package with an advisory. */
  readonly advisories: readonly string[];
}

/** Asks the registry. Many mirrors have no advisories. */
export async function npmAudit(): Promise<NpmAudit> {
  const workspaces = shippedWorkspaces.map((name) => `--workspace=${name}`);
  const args = ["audit", "--json", "--omit=dev", "--package-lock-only", ...workspaces];
  const { stdout } = await execa("npm", args, { cwd: checkout, reject: false, timeout: 120_000 });
  return parseAudit(stdout);
}

export function parseAudit(output: string): NpmAudit {
  const parsed = answer.safeParse(parseJson(output));
  if (!parsed.success) return noAnswer("its answer is not understood");
  if ("message" in parsed.data) {
    const { statusCode, message } = parsed.data;
    return noAnswer(statusCode === undefined ? message : `status ${statusCode}`);
  }
  const advisories = Object.entries(parsed.data.vulnerabilities).map(
    ([name, { severity, range, fixAvailable }]) =>
      `${name} ${range}: ${severity}; ${fixAvailable ? "npm audit fix mends it" : "no version mends it yet"}`,
  );
  return { summary: `The npm registry knows ${advisories.length} packages with advisories.`, advisories };
}

function noAnswer(why: string): NpmAudit {
  return {
    summary: `The npm registry answers no advisories (${why}); harness/scan/packages/reviewed-packages.yaml stands for them.`,
    advisories: [],
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
