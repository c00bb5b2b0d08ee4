# What a tenant's runtime may do, for all tenants at once: the path is that of the namespace whose service
# account logged in. KUBERNETES_ACCESSOR stands for the accessor of the Kubernetes auth mount, which
# `vault auth list` prints. Each secret is named: what a wildcard allows may hold `..` in the middle, and Vault's answer
# would tell whether a secret of another namespace is there.

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
