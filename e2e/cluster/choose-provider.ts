import type { ClusterProvider, ProviderName } from "./provider.ts";

/**
 * The provider asked for by name, or the first that fits here; `existing` only ever by name.
 * @throws an Error that says of each provider why it does not fit.
 */
export async function chooseProvider(
  asked: string | undefined,
  providers: Readonly<Record<ProviderName, ClusterProvider>>,
): Promise<ClusterProvider> {
  if (asked !== undefined && asked !== "") return providerNamed(asked, providers);
  const obstacles: string[] = [];
  for (const provider of [providers.kind, providers.native]) {
    const obstacle = await provider.obstacle();
    if (obstacle === undefined) return provider;
    obstacles.push(`CLUSTER=${provider.name}: ${obstacle}.`);
  }
  throw new Error(
    `No way to have a Kubernetes cluster on this machine:\n  ${obstacles.join("\n  ")}\n` +
      "  CLUSTER=existing uses the cluster of your current kubeconfig context; it is never chosen unasked.",
  );
}

async function providerNamed(
  asked: string,
  providers: Readonly<Record<ProviderName, ClusterProvider>>,
): Promise<ClusterProvider> {
  if (!isProviderName(asked, providers)) {
    throw new Error(`CLUSTER=${asked} is unknown; it can be ${Object.keys(providers).join(", ")}, or unset.`);
  }
  const obstacle = await providers[asked].obstacle();
  if (obstacle !== undefined) throw new Error(`CLUSTER=${asked} cannot be used here: ${obstacle}.`);
  return providers[asked];
}

function isProviderName(name: string, providers: object): name is ProviderName {
  return Object.hasOwn(providers, name);
}
