# shellcheck disable=SC2154,SC2034,SC2015,SC2030,SC2031 # variables of the other parts; every A && B || C is meant
# Kind `mysql`: users, databases and grants of the MariaDB or MySQL servers of a host, over their local sockets, as root or as
# root's own .my.cnf says. Identities are [SOCKET/]user/NAME/HOST, [SOCKET/]database/NAME and
# [SOCKET/]grant/USER/HOST/SORT[/DATABASE[/TABLE]], each component percent-encoded once more. SQL, names and hashes travel on
# standard input alone, put there by a builtin. src/states/postgres has what both kinds share: components, doubled quotes, and
# the way from rows to states.

# hx_my_identity IDENTITY → hx_m_server, hx_m_sort (user, database, grant), hx_m_name, hx_m_host; of grants and databases
# hx_m_db, of grants hx_m_on and hx_m_table.
hx_my_identity() {
  hx_decode "$1" || return 1
  hx_p_rest=$HX_REPLY
  hx_m_server='' hx_m_host='' hx_m_on='' hx_m_db='' hx_m_table=''
  case $hx_p_rest in
  user/* | database/* | grant/*) ;;
  *) hx_pg_component && hx_m_server=$HX_REPLY || return 1 ;;
  esac
  hx_pg_component && hx_m_sort=$HX_REPLY && hx_pg_component && hx_m_name=$HX_REPLY || return 1
  case $hx_m_sort in
  database) hx_m_db=$hx_m_name ;;
  user) hx_pg_component && hx_m_host=$HX_REPLY || return 1 ;;
  grant)
    hx_pg_component && hx_m_host=$HX_REPLY && hx_pg_component && hx_m_on=$HX_REPLY || return 1
    case $hx_m_on in
    all) ;;
    database) hx_pg_component && hx_m_db=$HX_REPLY || return 1 ;;
    table) hx_pg_component && hx_m_db=$HX_REPLY && hx_pg_component && hx_m_table=$HX_REPLY || return 1 ;;
    *) return 1 ;;
    esac
    ;;
  *) return 1 ;;
  esac
  [ -z "$hx_p_rest" ]
}

hx_my_literal() { hx_pg_doubled "$1" "'"; }
hx_my_ident() { hx_pg_doubled "$1" '`'; }

# → HX_REPLY: the account as SQL writes it.
hx_my_account() {
  hx_my_literal "$hx_m_name"
  hx_m_account=$HX_REPLY
  hx_my_literal "$hx_m_host"
  HX_REPLY=$hx_m_account@$HX_REPLY
}

# hx_my_pattern NAME → HX_REPLY: a database as grants write it, where _ and % would stand for anything.
hx_my_pattern() {
  hx_m_left=$1
  HX_REPLY=
  while [ -n "$hx_m_left" ]; do
    case $hx_m_left in
    [_%\\]*) HX_REPLY="$HX_REPLY\\" ;;
    esac
    HX_REPLY=$HX_REPLY${hx_m_left%"${hx_m_left#?}"}
    hx_m_left=${hx_m_left#?}
  done
}

# hx_my_find SOCKET → hx_m_client, hx_m_socket. Returns 1 where there is neither MariaDB nor MySQL, 2 where it does not run.
hx_my_find() {
  hx_m_client=mariadb
  command -v mariadb >/dev/null 2>&1 || hx_m_client=mysql
  command -v "$hx_m_client" >/dev/null 2>&1 || return 1
  for hx_m_socket in ${1:+"$1"} /run/mysqld/mysqld.sock /var/lib/mysql/mysql.sock /run/mysql/mysql.sock; do
    [ ! -S "$hx_m_socket" ] || return 0
    [ -z "$1" ] || return 2
  done
  return 2
}

# Standard input to the server that hx_my_find has found.
hx_my_client() (
  cd / || exit 1
  unset MYSQL_HOST MYSQL_TCP_PORT MYSQL_UNIX_PORT MYSQL_PWD MYSQL_HISTFILE MARIADB_HISTFILE MYSQL_HOME MYSQL_GROUP_SUFFIX \
    MARIADB_HOME
  HOME=${HOME:-/root}
  export HOME
  exec "$hx_m_client" --protocol=socket --socket="$hx_m_socket" --batch --skip-column-names --unbuffered \
    --no-auto-rehash --connect-timeout=10 --default-character-set=utf8mb4
)

# What every session begins with: a backslash is a backslash, and no account is made by the way. HX_MY_QUIET: neither the log
# of slow statements nor that of all shows a hash.
# shellcheck disable=SC2016 # SQL
HX_MY_FIRST="SET SESSION sql_mode = CONCAT('NO_BACKSLASH_ESCAPES' /*M!, ',NO_AUTO_CREATE_USER' */);
SET SESSION group_concat_max_len = 1000000;
"
HX_MY_QUIET='SET SESSION lock_wait_timeout = 60;
SET SESSION sql_log_off = 1;
/*M! SET SESSION slow_query_log = 0 */;
'

# The words of the server. The client shows the statement before them, with the hash that it may hold.
hx_my_said() {
  awk '/^ERROR [0-9]+ \([0-9A-Z]+\)/ { said = ""; sub(/ \([0-9A-Z]+\) at line [0-9]+/, ""); sub(/ \([0-9A-Z]+\)/, ""); on = 1 }
    on { said = said (said == "" ? "" : "\n") $0 }
    END { print on ? said : "nothing that could be understood" }' | head -n 8
}

# hx_secret_mysql IDENTITY → HX_REPLY: the hash of an account; 1 where it has none. One look for all of a server.
hx_secret_mysql() {
  hx_my_identity "$1" && [ "$hx_m_sort" = user ] || return 1
  hx_m_hex=$(hx_put "$hx_m_name@$hx_m_host" | od -An -v -tx1 | tr -d ' \n')
  if [ "${hx_m_secrets_of-}" != "=$hx_m_server" ]; then
    hx_m_secrets=
    hx_m_secrets_of="=$hx_m_server"
    hx_my_find "$hx_m_server" || return 1
    hx_m_secrets=$(hx_put "$HX_MY_FIRST${HX_MY_QUIET}SELECT CONCAT(LOWER(HEX(CONVERT(CONCAT(User, '@', Host) USING utf8mb4))), ' ',
      authentication_string) FROM mysql.user WHERE authentication_string <> '';" | hx_my_client 2>/dev/null) || hx_m_secrets_of=
  fi
  case "$HX_NL$hx_m_secrets" in
  *"$HX_NL$hx_m_hex "*)
    HX_REPLY="$HX_NL$hx_m_secrets"
    HX_REPLY=${HX_REPLY#*"$HX_NL$hx_m_hex "}
    HX_REPLY=${HX_REPLY%%"$HX_NL"*}
    ;;
  *) return 1 ;;
  esac
}
