#!/bin/sh
# Makes the data directory on the first start, bootstraps the database on every start, and becomes the server.
# The superuser exists behind the local socket only, and the bootstrap ends before anyone else can connect.
set -eu
configuration=/etc/dotmac/postgres
passwords=/etc/dotmac/passwords
export PGHOST=/run/postgresql PGUSER=postgres
# PostgreSQL finds its own functions first, before any that somebody has put into the schema public.
export PGOPTIONS='-c search_path=pg_catalog,pg_temp'

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # Under another name until it is whole: a pod may be killed half way.
  rm -rf "$PGDATA.unfinished"
  initdb --pgdata="$PGDATA.unfinished" --username=postgres --encoding=UTF8 --locale=C.UTF-8 \
    --auth-local=peer --auth-host=reject --data-checksums
  mv "$PGDATA.unfinished" "$PGDATA"
fi

settings="-c config_file=$configuration/postgresql.conf"
pg_ctl start --pgdata="$PGDATA" --wait --timeout=300 --options="$settings -c listen_addresses=''"
if [ "$(psql -d postgres -Atc "SELECT count(*) FROM pg_database WHERE datname = 'dotmac'")" = 0 ]; then
  psql -q -d postgres -c "CREATE DATABASE dotmac"
fi
psql -q -v ON_ERROR_STOP=1 -d dotmac <<EOF
\set operator_password \`cat $passwords/operator\`
\set pooler_password \`cat $passwords/pooler\`
\i $configuration/bootstrap.sql
EOF
pg_ctl stop --pgdata="$PGDATA" --mode=fast --wait
unset PGOPTIONS

# One login's query must not take the memory of all: beyond this it fails and the server goes on. The resource that is
# counted is RLIMIT_DATA, private memory (Linux 4.7 and later); RLIMIT_AS would count the shared buffers too.
ulimit -d $((DOTMAC_PROCESS_MEMORY_MIB * 1024))

# shellcheck disable=SC2086 # two words
exec postgres -D "$PGDATA" $settings
