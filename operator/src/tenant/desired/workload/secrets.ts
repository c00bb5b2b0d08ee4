import { objectNames } from "../../../../../contract/object-names.ts";
import type { EncryptionKeys, SecretFiles } from "../../../../../contract/secret-files.ts";
import type { Secret } from "../../../kubernetes/objects/kinds.ts";
import type { Blueprint } from "../../model/blueprint.ts";
import type { AdminAccount, Credentials } from "../../model/names/credentials.ts";
import { appLogin, type TenantNames } from "../../model/names/names.ts";
import type { AddedLogin } from "../../model/names/rotated-login.ts";
import { tenantLabels } from "../labels.ts";

/** The Secret that the runtime mounts: its logins, its signing keys, its wrapped data keys. */
export function runtimeSecret(
  { names }: Blueprint,
  credentials: Credentials,
  admin: AdminAccount,
  encryption: EncryptionKeys,
  added: readonly AddedLogin[] = [],
): Secret {
  const login = appLogin(names, credentials.database.active);
  const files: SecretFiles = {
    "database.json": { user: login, password: credentials.database[credentials.database.active] },
    "redis.json": { user: names.redis.user, password: credentials.redis },
    "auth.json": { keys: credentials.auth },
    "admin.json": { email: admin.email, passwordHash: admin.passwordHash },
    "encryption.json": encryption,
  };
  const others = added.map(({ file }) => [file.name, file.content(names, credentials)]);
  return opaque(
    names,
    names.namespace,
    objectNames.runtime,
    inJson({ ...files, ...Object.fromEntries(others) }),
  );
}

/** The migrator's login. It exists during one migration. */
export function migratorSecret({ names }: Blueprint, password: string): Secret {
  const files: Pick<SecretFiles, "database.json"> = {
    "database.json": { user: names.roles.migrator, password },
  };
  return opaque(names, names.namespace, objectNames.migrator, inJson(files));
}

/** The ISP's first login, which a platform admin passes on. */
export function adminSecret({ names, settings, hosts }: Blueprint, admin: AdminAccount): Secret {
  return opaque(names, settings.adminNamespace, names.tenant, {
    email: admin.email,
    password: admin.password,
    url: `https://${hosts[0]}`,
  });
}

/** A certificate with its key, in the form that pods, Ingress and Gateway read. */
export function tlsSecret(
  { names }: Blueprint,
  name: "runtime-tls" | "gateway-tls",
  pem: { readonly certificate: string; readonly privateKey: string },
): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace: names.namespace, labels: tenantLabels(names) },
    type: "kubernetes.io/tls",
    data: { "tls.crt": base64(pem.certificate), "tls.key": base64(pem.privateKey) },
  };
}

function opaque(names: TenantNames, namespace: string, name: string, texts: Record<string, string>): Secret {
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, namespace, labels: tenantLabels(names) },
    type: "Opaque",
    data: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, base64(text)])),
  };
}

function inJson(files: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name, `${JSON.stringify(content)}\n`]),
  );
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
