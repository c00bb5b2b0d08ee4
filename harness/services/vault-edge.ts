import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import type { Authority } from "../authority/authority.ts";
import { certify } from "../authority/certify.ts";
import { images } from "./place/images.ts";
import { newPlace, nobodyInContainers } from "./place/new-place.ts";
import type { Place } from "./place/place.ts";
import { serverProgram } from "./place/server-programs.ts";
import type { Server } from "./process/server.ts";

/** HAProxy before a Vault, as the platform chart runs it. */
export interface VaultEdge extends Server {
  /** `https://localhost:port`. */
  readonly address: string;
}

export interface VaultEdgeOptions {
  /** The loopback port of Vault. */
  readonly vaultPort: number;
  /** The authority that signed Vault's certificate, and signs the edge's. */
  readonly authority: Authority;
  /** Whether a front is before it, as in the platform's pod. Absent: it serves clients itself. */
  readonly behindFront?: boolean;
}

/** Starts HAProxy with the chart's file before a Vault. */
export async function startVaultEdge(options: VaultEdgeOptions): Promise<VaultEdge> {
  const { vaultPort, authority, behindFront = false } = options;
  const place = await newPlace({
    name: "vault-edge",
    process: () => serverProgram("edge"),
    container: { image: images.edge, user: nobodyInContainers, program: ["haproxy"] },
  });
  const { certificate, key } = await certify(authority);
  await place.write({ "tls.crt": certificate, "tls.key": key, "ca.crt": authority.certificate });
  const server = await place.start({
    name: "Vault's edge",
    arguments: ["-db", "-f", join(place.platformFiles, "vault/edge.cfg")],
    env: await environment(place, vaultPort, behindFront),
    ready: () => answers(place.port, authority, behindFront),
  });
  return { address: `https://localhost:${place.port}`, ...server };
}

async function environment(
  place: Place,
  vaultPort: number,
  behindFront: boolean,
): Promise<Record<string, string>> {
  const { host, port } = await place.reach(vaultPort);
  const { directory } = place;
  return {
    EDGE_ADDRESS: `${place.address}:${place.port}`,
    EDGE_STATUS: `unix@${directory}/status.sock`,
    EDGE_FRONT: behindFront ? "1" : "0",
    TLS_CERTIFICATE: `${directory}/tls.crt`,
    // A name may have an IPv6 address first, where Vault does not listen.
    VAULT_ADDRESS: `ipv4@${host}:${port}`,
    VAULT_NAME: host,
    CA_CERTIFICATE: `${directory}/ca.crt`,
  };
}

/** Rejects unless the edge presents its certificate on this loopback port. */
async function answers(port: number, { certificate: ca }: Authority, behindFront: boolean): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  if (behindFront) socket.write("PROXY UNKNOWN\r\n");
  const secured = connectTls({ socket, ca, servername: "localhost" });
  try {
    await once(secured, "secureConnect");
  } finally {
    secured.destroy();
  }
}
