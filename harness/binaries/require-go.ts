import { execa } from "execa";

/** The first Go that can fetch the one which builds. */
const needed = { major: 1, minor: 21 };

/** @throws an Error that says how to get Go, when a new enough one is not on the PATH. */
export async function requireGo(): Promise<void> {
  const answer = await execa("go", ["env", "GOVERSION"], { reject: false, env: { GOTOOLCHAIN: "local" } });
  const complaint = goComplaint(answer.failed ? undefined : answer.stdout.trim());
  if (complaint !== undefined) throw new Error(complaint);
}

/** What is wrong with a Go that calls itself this (undefined: there is none), or undefined when it will do. */
export function goComplaint(version: string | undefined): string | undefined {
  const advice = `Install Go ${needed.major}.${needed.minor} or newer from https://go.dev/dl and put its bin folder on the PATH.`;
  if (version === undefined)
    return `The cluster's programs are built with Go, and there is no "go" here. ${advice}`;
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  const isNewEnough =
    Number(major) > needed.major || (Number(major) === needed.major && Number(minor) >= needed.minor);
  return isNewEnough
    ? undefined
    : `The cluster's programs need Go ${needed.major}.${needed.minor} or newer; found ${version}. ${advice}`;
}
