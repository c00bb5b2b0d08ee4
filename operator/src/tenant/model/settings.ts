import type { CertificatePair } from "../../certificates/certificate-pair.ts";
import type { RedisRole } from "./redis-roles.ts";
import type { AllowedKeys } from "./tenant-metadata.ts";

/** The address of a service of the platform. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** The way in which clients reach the ISPs' runtimes by their hosts. */
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

/** The issuer of the tenants' certificates. */
export type CertificateSettings =
  | {
      readonly mode: "local";
      /** The current authority, as PEM. */
      readonly authority: () => Promise<CertificatePair>;
    }
  | { readonly mode: "cert-manager"; readonly issuerRef: { readonly kind: string; readonly name: string } };

/** A tenant's share of one Redis server. */
export interface RedisShare {
  readonly bytes: number;
  readonly keys: number;
}

/** The platform's settings for the steps, parsed once at the start of the process, except the authorities. */
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
  /** The current CA certificates (PEM) of PostgreSQL, PgBouncer, Redis, Vault and the egress proxy. */
  readonly ca: string;
  readonly gateway: { readonly namespace: string; readonly podLabels: Readonly<Record<string, string>> };
  readonly route: RouteSettings;
  readonly certificates: CertificateSettings;
  /** The labels and annotations that Tenants may choose. */
  readonly tenantMetadata: AllowedKeys;
  readonly credentials: {
    /** Milliseconds after which a tenant's credentials are rotated without a request; absent for never. */
    readonly rotateEvery?: number | undefined;
  };
  /** Settings of the runtimes' password checks. Default: those of the runtime. */
  readonly authentication?:
    | {
        readonly oneTimePasswordHours?: number | undefined;
        /** Number of passwords that one pod hashes at once, each in 19 MiB. */
        readonly hashingThreads?: number | undefined;
      }
    | undefined;
}
