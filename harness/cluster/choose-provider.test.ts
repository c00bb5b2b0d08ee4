import { describe, expect, it } from "vitest";
import type { ClusterProvider, ProviderName } from "../kubernetes/provider.ts";
import { chooseProvider } from "./choose-provider.ts";

/** Providers for tests of the choice only. The values are their obstacles. */
function providersWith(obstacles: Partial<Record<ProviderName, string>>) {
  const provider = (name: ProviderName) =>
    ({ name, obstacle: async () => obstacles[name] }) as Pick<
      ClusterProvider,
      "name" | "obstacle"
    > as ClusterProvider;
  return { native: provider("native"), kind: provider("kind"), existing: provider("existing") };
}

describe("without CLUSTER, the choice", () => {
  it("prefers kind where it works", async () => {
    expect((await chooseProvider(undefined, providersWith({}))).name).toBe("kind");
  });

  it("is native where kind does not work, and the reason is printed", async () => {
    const said: string[] = [];
    const taken = await chooseProvider("", providersWith({ kind: "no engine" }), (line) => said.push(line));
    expect(taken.name).toBe("native");
    expect(said).toEqual(["CLUSTER=native, because others do not work here: CLUSTER=kind: no engine."]);
  });

  it("prints nothing when the first choice works", async () => {
    const said: string[] = [];
    await chooseProvider(undefined, providersWith({}), (line) => said.push(line));
    expect(said).toEqual([]);
  });

  it("is never an existing cluster, and the error names the obstacle of each provider", async () => {
    const none = providersWith({ kind: "no engine", native: "not root" });
    await expect(chooseProvider(undefined, none)).rejects.toThrow(
      /CLUSTER=kind: no engine\..*CLUSTER=native: not root\..*CLUSTER=existing uses/s,
    );
  });
});

describe("with CLUSTER, the choice", () => {
  it.each(["native", "kind", "existing"] as const)("can be %s by name", async (name) => {
    expect((await chooseProvider(name, providersWith({}))).name).toBe(name);
  });

  it("has no fallback, and the error says why the provider cannot be used", async () => {
    await expect(chooseProvider("native", providersWith({ native: "not root" }))).rejects.toThrow(
      "CLUSTER=native cannot be used here: not root.",
    );
  });

  it("must be known, and the error lists the known ones", async () => {
    await expect(chooseProvider("minikube", providersWith({}))).rejects.toThrow(
      "CLUSTER=minikube is unknown; it can be native, kind, existing, or unset.",
    );
  });
});
