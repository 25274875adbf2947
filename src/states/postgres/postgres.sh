# shellcheck disable=SC2154,SC2034,SC2015,SC2030,SC2031 # variables of the other parts; every A && B || C is meant
# Kind `postgres`: roles, databases and grants of the PostgreSQL servers of a host, over their local sockets, as the account
# whose server it is. Identities are [SERVER/]role/NAME, [SERVER/]database/NAME and
# [SERVER/]grant/ROLE/SORT/DATABASE[/SCHEMA[/OBJECT]], each component percent-encoded once more; SERVER is a port or
# DIRECTORY:PORT. SQL, names and verifiers travel on standard input alone, put there by a builtin.

# hx_pg_identity IDENTITY → hx_p_server, hx_p_sort (role, database, grant), hx_p_name; of grants hx_p_name is the role,
# hx_p_on the sort of object, hx_p_db, hx_p_schema and hx_p_object what it is on.
hx_pg_identity() {
  hx_decode "$1" || return 1
  hx_p_rest=$HX_REPLY
  hx_p_server=5432
  case $hx_p_rest in
  role/* | database/* | grant/*) ;;
  *)
    hx_pg_component && hx_p_server=$HX_REPLY || return 1
    ;;
  esac
  hx_p_on='' hx_p_db='' hx_p_schema='' hx_p_object=''
  hx_pg_component && hx_p_sort=$HX_REPLY && hx_pg_component && hx_p_name=$HX_REPLY || return 1
  case $hx_p_sort in
  role) ;;
  database) hx_p_db=$hx_p_name ;;
  grant)
    hx_pg_component && hx_p_on=$HX_REPLY && hx_pg_component && hx_p_db=$HX_REPLY || return 1
    case $hx_p_on in
    database) ;;
    schema | tables | sequences) hx_pg_component && hx_p_schema=$HX_REPLY || return 1 ;;
    table | sequence) hx_pg_component && hx_p_schema=$HX_REPLY && hx_pg_component && hx_p_object=$HX_REPLY || return 1 ;;
    *) return 1 ;;
    esac
    ;;
  *) return 1 ;;
  esac
  [ -z "$hx_p_rest" ]
}

# The next component of hx_p_rest → HX_REPLY, decoded; none is empty.
hx_pg_component() {
  case $hx_p_rest in
  */*)
    HX_REPLY=${hx_p_rest%%/*}
    hx_p_rest=${hx_p_rest#*/}
    ;;
  *)
    HX_REPLY=$hx_p_rest
    hx_p_rest=
    ;;
  esac
  [ -n "$HX_REPLY" ] && hx_decode "$HX_REPLY"
}

# hx_pg_doubled TEXT QUOTE → HX_REPLY: TEXT in quotes, those inside of it doubled.
hx_pg_doubled() {
  hx_p_left=$1
  HX_REPLY=$2
  while :; do
    case $hx_p_left in
    *"$2"*)
      HX_REPLY=$HX_REPLY${hx_p_left%%"$2"*}$2$2
      hx_p_left=${hx_p_left#*"$2"}
      ;;
    *) break ;;
    esac
  done
  HX_REPLY=$HX_REPLY$hx_p_left$2
}
hx_pg_literal() { hx_pg_doubled "$1" "'"; }
hx_pg_ident() { hx_pg_doubled "$1" '"'; }

# hx_pg_find SERVER → hx_p_dir, hx_p_port, hx_p_owner. Returns 1 where there is no PostgreSQL at all, 2 where it does not run.
hx_pg_find() {
  command -v psql >/dev/null 2>&1 || return 1
  hx_p_port=${1##*:}
  case $1 in
  /*) hx_p_dir=${1%:*} ;;
  *)
    for hx_p_dir in /run/postgresql /var/run/postgresql /tmp; do
      [ ! -S "$hx_p_dir/.s.PGSQL.$hx_p_port" ] || break
    done
    ;;
  esac
  [ -S "$hx_p_dir/.s.PGSQL.$hx_p_port" ] || return 2
  hx_p_owner=$(stat -c %U "$hx_p_dir/.s.PGSQL.$hx_p_port" 2>/dev/null) || return 2
  # Anybody could listen there in another's name.
  [ "$1" != "$hx_p_port" ] || [ "$hx_p_dir" != /tmp ] || [ "$hx_p_owner" = postgres ] || return 2
}

# Standard input to the server that hx_pg_find has found; the first database that lets in.
hx_pg_psql() (
  cd / || exit 1
  unset PGHOST PGHOSTADDR PGPORT PGDATABASE PGUSER PGPASSWORD PGPASSFILE PGSERVICE PGSERVICEFILE PGSYSCONFDIR PGTZ \
    PGDATESTYLE PGCLIENTENCODING PGTARGETSESSIONATTRS PGCLUSTER PG_COLOR
  PGCONNECT_TIMEOUT=10
  PGOPTIONS=$1
  export PGCONNECT_TIMEOUT PGOPTIONS
  set -- psql -X -A -t -q -w -h "$hx_p_dir" -p "$hx_p_port" -d "$2" -f -
  if [ "$(id -un)" != "$hx_p_owner" ]; then
    if command -v runuser >/dev/null 2>&1; then set -- runuser -u "$hx_p_owner" -- "$@"; else
      set -- su -s /bin/sh -c 'exec "$@"' -- "$hx_p_owner" sh "$@"
    fi
  fi
  exec "$@"
)

# What every session begins with: quotes are quotes, names are UTF-8, and the server's log shows no verifier.
HX_PG_FIRST='\set ON_ERROR_STOP on
\encoding UTF8
SET search_path = pg_catalog;
SET standard_conforming_strings = on;
'

# hx_pg_connect DATABASE → HX_REPLY: psql text that goes on there. Its name is looked up by the server and is never part of a
# command of psql.
hx_pg_connect() {
  hx_pg_literal "$1"
  HX_REPLY="SELECT 'dbname=''' || replace(replace($HX_REPLY, '\\', '\\\\'), '''', '\\''') || '''' AS hx_to \\gset
\\connect -reuse-previous=on :\"hx_to\"
$HX_PG_FIRST"
}

# The words of psql without the lines of SQL that it shows.
hx_pg_said() {
  sed -e '/^LINE [0-9]*: /d' -e '/^ *^$/d' -e 's/^psql:<stdin>:[0-9]*: //' -e 's/^psql: error: //' | head -n 8
}

# hx_secret_postgres IDENTITY → HX_REPLY: the verifier of a role; 1 where it has none. One look for all of a server.
hx_secret_postgres() {
  hx_pg_identity "$1" && [ "$hx_p_sort" = role ] || return 1
  hx_p_wanted=$hx_p_name
  if [ "${hx_p_secrets_of-}" != "$hx_p_server" ]; then
    hx_p_secrets=
    hx_p_secrets_of=$hx_p_server
    hx_pg_find "$hx_p_server" || return 1
    hx_p_secrets=$(hx_put "$HX_PG_FIRST
      SELECT encode(convert_to(rolname, 'UTF8'), 'hex') || ' ' || rolpassword FROM pg_authid WHERE rolpassword IS NOT NULL;" |
      hx_pg_psql '-c default_transaction_read_only=on' postgres 2>/dev/null) || hx_p_secrets_of=
  fi
  hx_p_hex=$(hx_put "$hx_p_wanted" | od -An -v -tx1 | tr -d ' \n')
  case "$HX_NL$hx_p_secrets$HX_NL" in
  *"$HX_NL$hx_p_hex "*) HX_REPLY=${hx_p_secrets#*"$HX_NL$hx_p_hex "} ;;
  *) return 1 ;;
  esac
  case $hx_p_secrets in "$hx_p_hex "*) HX_REPLY=${hx_p_secrets#"$hx_p_hex "} ;; esac
  HX_REPLY=${HX_REPLY%%"$HX_NL"*}
}
