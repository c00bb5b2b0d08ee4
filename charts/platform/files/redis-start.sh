#!/bin/sh
# Renews the operator's line in the file of users and becomes the server. The tenants' users stay as they were
# saved. Nobody can log in as the default user, and it is allowed everything: Redis replays the transactions of its
# append-only file as that user, and drops those that it is not allowed (redis/redis issue 14541).
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
