# shellcheck disable=SC2154,SC2034,SC2015,SC2016,SC2030,SC2031 # variables of the other parts; every A && B || C is meant; SQL
# Kind `mysql`, observe: one client a server, in a transaction that only reads.

hx_observe_mysql() {
  hx_n_ids=$(cat)
  IFS=$HX_NL
  set -f
  # shellcheck disable=SC2086 # one a line
  set -- $hx_n_ids
  set +f
  IFS=' '$HX_TAB$HX_NL
  hx_n_servers=
  for hx_n_id in "$@"; do
    if hx_my_identity "$hx_n_id"; then
      # `=` stands for the usual one.
      hx_encode "=$hx_m_server"
      case " $hx_n_servers " in *" $HX_REPLY "*) ;; *) hx_n_servers="$hx_n_servers $HX_REPLY" ;; esac
    else
      hx_encode 'it is no user, database or grant'
      hx_say "$hx_n_id${HX_TAB}error=$HX_REPLY"
    fi
  done
  for hx_n_server in $hx_n_servers; do
    hx_decode "$hx_n_server"
    hx_n_server=${HX_REPLY#=}
    hx_my_look "$@"
  done
}

# hx_my_look IDENTITY…: those of hx_n_server.
hx_my_look() {
  hx_n_found=0
  hx_my_find "$hx_n_server" || hx_n_found=$?
  hx_n_list='' hx_n_users='' hx_n_databases='' hx_n_grants=''
  hx_n_n=0
  for hx_n_id in "$@"; do
    hx_my_identity "$hx_n_id" && [ "$hx_m_server" = "$hx_n_server" ] || continue
    hx_n_n=$((hx_n_n + 1))
    # A grant to nobody is not known: with an account may come more than nothing.
    case $hx_n_found,$hx_m_sort in
    *,grant) hx_n_none='privileges=? type=?' ;;
    2,*) hx_n_none='type=?' ;;
    1,*) hx_n_none='server=none type=absent' ;;
    *) hx_n_none=type=absent ;;
    esac
    hx_n_list="$hx_n_list$hx_n_id$HX_TAB$hx_n_none$HX_NL"
    [ $hx_n_found = 0 ] && hx_my_row
  done
  if [ $hx_n_found != 0 ]; then
    hx_put "$hx_n_list"
    return 0
  fi
  if hx_n_rows=$(hx_my_questions | hx_my_client 2>&1); then
    hx_put "$hx_n_list$HX_NL$hx_n_rows$HX_NL" | awk -F "$HX_TAB" "$HX_PG_STATES"
    return 0
  fi
  case $hx_n_rows in
  *'ERROR 2002 '* | *'ERROR 1053 '*) hx_n_rows='type=?' ;;
  *)
    hx_encode "the server says: $(hx_say "$hx_n_rows" | grep -v "^[0-9]*$HX_TAB" | hx_my_said)"
    hx_n_rows=error=$HX_REPLY
    ;;
  esac
  hx_put "$hx_n_list" | while IFS=$HX_TAB read -r hx_n_id hx_n_none; do hx_say "$hx_n_id$HX_TAB$hx_n_rows"; done
}

# The row of one question, as a SELECT.
hx_my_row() {
  hx_my_literal "$hx_m_name"
  hx_n_row="$hx_n_n AS n, $HX_REPLY AS name"
  case $hx_m_sort in
  user)
    hx_my_literal "$hx_m_host"
    hx_n_users="$hx_n_users${hx_n_users:+ UNION ALL }SELECT $hx_n_row, $HX_REPLY AS host"
    ;;
  database) hx_n_databases="$hx_n_databases${hx_n_databases:+ UNION ALL }SELECT $hx_n_row" ;;
  grant)
    hx_my_literal "$hx_m_host"
    hx_n_row="$hx_n_row, $HX_REPLY AS host, '$hx_m_on' AS sort"
    HX_REPLY=$hx_m_db
    [ "$hx_m_on" = table ] || hx_my_pattern "$hx_m_db"
    hx_my_literal "$HX_REPLY"
    hx_n_row="$hx_n_row, $HX_REPLY AS db"
    hx_my_literal "$hx_m_table"
    hx_n_grants="$hx_n_grants${hx_n_grants:+ UNION ALL }SELECT $hx_n_row, $HX_REPLY AS tab"
    ;;
  esac
}

# How information_schema names the account of a row.
HX_MY_GRANTEE="BINARY CONCAT('''', k.name, '''@''', k.host, '''')"

# hx_my_held VIEW ALL [WHERE] → HX_REPLY: the privileges of the row's account in that view; ALL is how many there are.
hx_my_held() {
  HX_REPLY="(SELECT CONCAT_WS(',', NULLIF(IF(COUNT(DISTINCT NULLIF(PRIVILEGE_TYPE, 'USAGE')) >= $2, 'ALL',
    COALESCE(GROUP_CONCAT(DISTINCT NULLIF(PRIVILEGE_TYPE, 'USAGE') ORDER BY PRIVILEGE_TYPE), '')), ''),
    IF(MAX(IS_GRANTABLE = 'YES'), 'GRANT OPTION', NULL))
    FROM information_schema.$1 AS p WHERE BINARY p.GRANTEE = $HX_MY_GRANTEE${3-})"
}

hx_my_questions() {
  hx_put "$HX_MY_FIRST"
  hx_say 'SET SESSION TRANSACTION READ ONLY; START TRANSACTION;'
  if [ -n "$hx_n_users" ]; then
    hx_n_count=
    for hx_n_word in USER SCHEMA TABLE COLUMN; do
      hx_n_count="$hx_n_count${hx_n_count:+ + }(SELECT COUNT(*) FROM information_schema.${hx_n_word}_PRIVILEGES AS p
        WHERE PRIVILEGE_TYPE <> 'USAGE' AND BINARY p.GRANTEE = $HX_MY_GRANTEE)"
    done
    hx_say "SELECT k.n, CONCAT_WS(' ', 'type=present', CONCAT('plugin=x:', LOWER(HEX(u.plugin))), CONCAT('require=',
      CASE u.ssl_type WHEN '' THEN 'none' WHEN 'ANY' THEN 'ssl' WHEN 'X509' THEN 'x509' ELSE 'specified' END),
      CONCAT('connlimit=', u.max_user_connections),
      CONCAT('limits=', u.max_questions, '/', u.max_updates, '/', u.max_connections), CONCAT('grants=', $hx_n_count),
      CONCAT('locked=', IF(/*M! COALESCE((SELECT JSON_VALUE(g.Priv, '\$.account_locked') FROM mysql.global_priv AS g
        WHERE g.User = u.User AND g.Host = u.Host), '0') IN ('1', 'true') */ /*!80000 u.account_locked = 'Y' */, 'yes', 'no')))
      FROM ($hx_n_users) AS k JOIN mysql.user AS u ON BINARY u.User = BINARY k.name AND BINARY u.Host = BINARY k.host;"
  fi
  [ -z "$hx_n_databases" ] || hx_say "SELECT k.n, CONCAT_WS(' ', 'type=present',
      CONCAT('charset=', s.DEFAULT_CHARACTER_SET_NAME), CONCAT('collate=', s.DEFAULT_COLLATION_NAME), CONCAT('entries=',
        (SELECT COUNT(*) FROM information_schema.TABLES AS t WHERE BINARY t.TABLE_SCHEMA = BINARY k.name) +
        (SELECT COUNT(*) FROM information_schema.ROUTINES AS r WHERE BINARY r.ROUTINE_SCHEMA = BINARY k.name) +
        (SELECT COUNT(*) FROM information_schema.EVENTS AS e WHERE BINARY e.EVENT_SCHEMA = BINARY k.name)))
    FROM ($hx_n_databases) AS k JOIN information_schema.SCHEMATA AS s ON BINARY s.SCHEMA_NAME = BINARY k.name;"
  [ -z "$hx_n_grants" ] || hx_my_ask_grants
}

# All privileges are as many as root has, as there are columns for them, or as the set of the column has members.
hx_my_ask_grants() {
  hx_n_sql=
  hx_my_held USER_PRIVILEGES "(SELECT COUNT(DISTINCT PRIVILEGE_TYPE) FROM information_schema.USER_PRIVILEGES AS r
    WHERE BINARY r.GRANTEE = BINARY CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), ''''))"
  hx_n_sql="WHEN 'all' THEN $HX_REPLY"
  hx_my_held SCHEMA_PRIVILEGES "(SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = 'mysql'
    AND TABLE_NAME = 'db' AND COLUMN_NAME LIKE '%_priv' AND COLUMN_NAME <> 'Grant_priv')" \
    ' AND BINARY p.TABLE_SCHEMA = BINARY k.db'
  hx_n_sql="$hx_n_sql WHEN 'database' THEN $HX_REPLY"
  hx_my_held TABLE_PRIVILEGES "(SELECT LENGTH(COLUMN_TYPE) - LENGTH(REPLACE(COLUMN_TYPE, ',', '')) FROM
    information_schema.COLUMNS WHERE TABLE_SCHEMA = 'mysql' AND TABLE_NAME = 'tables_priv' AND COLUMN_NAME = 'Table_priv')" \
    ' AND BINARY p.TABLE_SCHEMA = BINARY k.db AND BINARY p.TABLE_NAME = BINARY k.tab'
  hx_say "SELECT k.n, CONCAT('privileges=x:', LOWER(HEX(CASE k.sort $hx_n_sql WHEN 'table' THEN $HX_REPLY END)))
    FROM ($hx_n_grants) AS k WHERE EXISTS (SELECT 1 FROM mysql.user AS u
      WHERE BINARY u.User = BINARY k.name AND BINARY u.Host = BINARY k.host);"
}
