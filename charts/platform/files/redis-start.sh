#!/bin/sh
# Renews the operator's line in the ACL file and becomes the server. The tenants' users stay as saved. No user can log in
# as the default user, but it has all rights: Redis replays the transactions of its append-only file as that user, and
# drops those that the user may not run (redis/redis issue 14541).
set -eu
users=/data/users.acl
name=$(cat /etc/dotmac/operator/username)
hash=$(printf %s "$(cat /etc/dotmac/operator/password)" | sha256sum)

{
  echo "user default off resetpass ~* &* +@all"
  echo "user $name on #${hash%% *} ~* &* +@all"
  if [ -e "$users" ]; then
    while read -r word user rest; do
      case $user in
        default | "$name") ;;
        *) echo "$word $user $rest" ;;
      esac
    done <"$users"
  fi
} >"$users.unfinished"
mv "$users.unfinished" "$users"

exec redis-server /etc/dotmac/redis/redis.conf
