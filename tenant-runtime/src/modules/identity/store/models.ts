import { defineEntity } from "../../../module/entity.ts";
import type { Role } from "../../../platform/access/principal.ts";

export const user = defineEntity({
  type: "user",
  topic: { name: "users", read: "users:manage" },
  events: ["created", "updated", "password_reset"],
  audited: ["password_changed", "password_change_refused"],
});

export const session = defineEntity({
  type: "session",
  audited: ["started", "ended", "refused", "refresh_token_reused"],
});

/** A member of the ISP's staff. */
export interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: Role;
  /** True until the user replaces the one-time password. */
  readonly mustChangePassword: boolean;
  readonly disabled: boolean;
  /** Instants in UTC. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Incremented by every change. */
  readonly version: string;
}

/** A user with a generated one-time password, which is shown once, in the answer to the request. */
export interface UserWithOneTimePassword extends User {
  readonly oneTimePassword: string;
}

export const userRoles = ["admin", "agent"] as const satisfies readonly Role[];
