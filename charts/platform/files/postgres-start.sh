#!/bin/sh
# Creates the data directory on the first start, bootstraps the database on every start, and becomes the server. The
# superuser can log in only through the local socket, and the bootstrap ends before any other client can connect.
set -eu
configuration=/etc/dotmac/postgres
passwords=/etc/dotmac/passwords
export PGHOST=/run/postgresql PGUSER=postgres
# PostgreSQL finds its own functions before functions that somebody has created in the schema public.
export PGOPTIONS='-c search_path=pg_catalog,pg_temp'

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # Uses another name until the directory is complete, because the pod may be killed half-way.
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

# A login's query must not use the memory of all. Beyond this limit it fails and the server keeps running. The limited
# resource is RLIMIT_DATA, private memory (Linux 4.7 and later). RLIMIT_AS would count the shared buffers too.
ulimit -d $((DOTMAC_PROCESS_MEMORY_MIB * 1024))

# shellcheck disable=SC2086 # two words
exec postgres -D "$PGDATA" $settings
