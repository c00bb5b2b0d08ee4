import type { Outcome } from "../../kubernetes/loop/outcome.ts";
import type { Blueprint } from "../model/blueprint.ts";
import type { LoginLetter } from "../model/credentials.ts";
import type { TenantNames } from "../model/names.ts";
import type { Subject } from "./subject.ts";
import type { World } from "./world.ts";

/**
 * A part of a tenant that lives outside of Kubernetes, where no watch tells what changes. Each verb may be called at any
 * time and again after a crash in its middle, and writes only what differs.
 */
export interface Resource {
  /** The type of the condition that tells of it. */
  readonly condition: string;
  /** Makes it as the tenant's blueprint says. */
  ensure(subject: Subject): Promise<Outcome>;
  /** Finds out, in bulk and without a write to it, whose is not as `ensure` leaves it: one look per server. */
  drifted(tenants: readonly SettledTenant[], world: ObservedPlatform): readonly DriftLook[];
  /** Takes every credential from a tenant that is being deleted. Its data stay. */
  revoke(retired: RetiredTenant): Promise<void>;
  /** Deletes for good what `revoke` has left. */
  destroy(names: TenantNames, platform: DestroyingPlatform): Promise<void>;
}

/** A tenant that was once complete; others are in the queue anyway. */
export interface SettledTenant {
  readonly plan: Blueprint;
  /** The app logins that the status says may log in: one, or both while credentials are replaced. */
  readonly enabledLogins: readonly LoginLetter[];
}

export type ObservedPlatform = Pick<World, "postgres" | "redis" | "redisDigests" | "vault">;

/** One look at one server, which is under way; a server that does not answer hides no drift on another. */
export interface DriftLook {
  /** The server, for people. */
  readonly part: string;
  readonly drifted: Promise<readonly SettledTenant[]>;
}

/** A tenant whose pods are gone. */
export type RetiredTenant = Pick<Subject, "world" | "changes"> & { readonly names: TenantNames };

export type DestroyingPlatform = Pick<World, "postgres" | "redis" | "vault" | "epoch" | "signal">;
