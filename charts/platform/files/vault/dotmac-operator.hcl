# The operator's rights: manage every tenant's secrets and keys, and nothing else. It cannot decrypt a tenant's data, write
# a policy, or give others access.

path "tenants/data/*" {
  capabilities = ["create", "read", "update", "delete"]
}

path "tenants/metadata/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

path "tenants/delete/*" {
  capabilities = ["update"]
}

path "tenants/undelete/*" {
  capabilities = ["update"]
}

path "tenants/destroy/*" {
  capabilities = ["update"]
}

# Also <key>/config and <key>/rotate. A key never leaves Vault: an empty list forbids the parameter.
path "transit/keys/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
  denied_parameters = {
    "exportable"             = []
    "allow_plaintext_backup" = []
  }
}

# A new data key, which is returned only wrapped.
path "transit/datakey/wrapped/*" {
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
