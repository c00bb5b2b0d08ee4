# The rights of a tenant's runtime, for all tenants at once: the path contains the namespace of the service account that
# logged in. KUBERNETES_ACCESSOR stands for the accessor of the Kubernetes auth mount, which `vault auth list` prints.
# Each secret is named, because a path that matches a wildcard may contain `..`, and Vault's answer would reveal whether
# a secret of another namespace exists.

path "tenants/data/{{identity.entity.aliases.KUBERNETES_ACCESSOR.metadata.service_account_namespace}}/runtime/encryption" {
  capabilities = ["read"]
}

path "transit/decrypt/{{identity.entity.aliases.KUBERNETES_ACCESSOR.metadata.service_account_namespace}}" {
  capabilities = ["update"]
}

path "auth/token/lookup-self" {
  capabilities = ["read"]
}

path "auth/token/renew-self" {
  capabilities = ["update"]
}

path "auth/token/revoke-self" {
  capabilities = ["update"]
}
