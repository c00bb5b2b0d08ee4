import type { CertificatePair } from "../../certificates/certificate-pair.ts";
import type { RedisRole } from "./redis-roles.ts";

/** Where something of the platform listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** How the ISPs' hosts reach their runtimes. */
export type RouteSettings =
  | {
      readonly kind: "Ingress";
      readonly className: string;
      readonly annotations: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "HTTPRoute";
      readonly gatewayRef: { readonly namespace: string; readonly name: string };
      readonly annotations: Readonly<Record<string, string>>;
    };

/** Who signs the tenants' certificates. */
export type CertificateSettings =
  | {
      readonly mode: "local";
      /** As it is now; PEM. */
      readonly authority: () => Promise<CertificatePair>;
    }
  | { readonly mode: "cert-manager"; readonly issuerRef: { readonly kind: string; readonly name: string } };

/** How much of one Redis server a tenant may keep. */
export interface RedisShare {
  readonly bytes: number;
  readonly keys: number;
}

/** All that the steps need to know of the platform; parsed once, at the start of the process, but for its authorities. */
export interface PlatformSettings {
  /** The namespace of the operator and the platform's services. */
  readonly namespace: string;
  /** The namespace of the one-time admin passwords. */
  readonly adminNamespace: string;
  readonly runtime: { readonly image: string; readonly schemaVersion: number };
  readonly pgbouncer: Endpoint;
  readonly databaseName: string;
  readonly redis: Readonly<Record<RedisRole, Endpoint>>;
  readonly redisShares: Readonly<Record<RedisRole, RedisShare>>;
  readonly vault: { readonly address: string; readonly authMount: string };
  /** The egress proxy. */
  readonly egress: Endpoint;
  /** PEM of the authorities of PostgreSQL, PgBouncer, Redis, Vault and the egress proxy, as they are now. */
  readonly ca: string;
  readonly gateway: { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> };
  readonly route: RouteSettings;
  readonly certificates: CertificateSettings;
  readonly credentials: {
    /** Milliseconds after which a tenant's credentials are replaced without being asked; absent for never. */
    readonly rotateEvery?: number | undefined;
  };
  /** How runtimes check passwords; their own defaults when absent. */
  readonly authentication?:
    | {
        readonly oneTimePasswordHours?: number | undefined;
        /** Passwords that one pod hashes at once, each in 19 MiB. */
        readonly hashingThreads?: number | undefined;
      }
    | undefined;
}
