import type { ClusterProvider, ProviderName } from "../kubernetes/provider.ts";
import { chooseFitting } from "../machine/choose-fitting.ts";

/**
 * The provider chosen by name, or the first that works here. `existing` is chosen only by name. `onPassedOver`
 * receives the choice, with the obstacles of the providers before it.
 * @throws an Error with the obstacle of each provider.
 */
export async function chooseProvider(
  asked: string | undefined,
  providers: Readonly<Record<ProviderName, ClusterProvider>>,
  onPassedOver?: (taken: string) => void,
): Promise<ClusterProvider> {
  const { native, kind, existing } = providers;
  const name = await chooseFitting<ProviderName>(asked, {
    variable: "CLUSTER",
    obstacles: {
      native: () => native.obstacle(),
      kind: () => kind.obstacle(),
      existing: () => existing.obstacle(),
    },
    unasked: ["kind", "native"],
    ...(onPassedOver ? { onPassedOver } : {}),
    nothingFits: {
      before: "No way to have a Kubernetes cluster on this machine",
      after:
        "\n  CLUSTER=existing uses the cluster of your current kubeconfig context; it is only chosen by name.",
    },
  });
  return providers[name];
}
