import { randomBytes } from "node:crypto";
import type { Kubectl } from "../../kubernetes/kubectl.ts";
import { type Secret, secretObject } from "./secrets.ts";

/** Creates the platform's missing passwords. It never changes existing ones. */
export async function ensurePasswords(kubectl: Kubectl, found: ReadonlyMap<string, Secret>): Promise<void> {
  for (const secret of [operatorLogin("postgres-operator"), poolerLogin(), operatorLogin("redis-operator")]) {
    // `create`, not `apply`: a concurrent run may have been first, and its password is the one in use.
    if (!found.has(secret.name)) await kubectl(["create", "-f", "-"], JSON.stringify(secretObject(secret)));
  }
}

function operatorLogin(name: string): Secret {
  return { name, data: { username: "dotmac_operator", password: newPassword() } };
}

function poolerLogin(): Secret {
  const password = newPassword();
  return {
    name: "pgbouncer-auth",
    data: { password, "userlist.txt": `"pgbouncer_auth" "${password}"\n` },
  };
}

function newPassword(): string {
  return randomBytes(24).toString("base64url");
}
