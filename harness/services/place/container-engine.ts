import { networkInterfaces } from "node:os";
import { getContainerRuntimeClient } from "testcontainers";

/** Why servers cannot run in containers here; undefined when they can. */
export async function containerObstacle(): Promise<string | undefined> {
  try {
    const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
    // The servers' certificates are for the name `localhost`.
    return host === "localhost"
      ? undefined
      : `containers answer at ${host}, not at localhost; TESTCONTAINERS_HOST_OVERRIDE=localhost says otherwise`;
  } catch (error) {
    return `no container engine answers (${error instanceof Error ? error.message : String(error)})`;
  }
}

/**
 * The address of this machine that containers reach by `host-gateway`: the bridge's own where the engine runs in this
 * machine's network, and loopback where it runs in a virtual machine that passes such connections on.
 */
export async function addressForContainers(): Promise<string> {
  const client = await getContainerRuntimeClient();
  const { IPAM } = await client.network.getById("bridge").inspect();
  const gateway: unknown = IPAM?.Config?.[0]?.Gateway;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.find(({ address }) => address === gateway)?.address ?? "127.0.0.1";
}
