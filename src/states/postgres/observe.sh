# shellcheck disable=SC2154,SC2034,SC2015,SC2016,SC2030,SC2031 # variables of the other parts; every A && B || C is meant; awk
# Kind `postgres`, observe: one psql a server, read only; sessions of other databases only for what lies in them.

# Rows `N<TAB>NAME=VALUE …` to states: x:HEX is a text, l:HEX,HEX* a set of names, true and false are yes and no.
HX_PG_STATES='
  BEGIN {
    for (i = 33; i < 127; i++) plain[sprintf("%02x", i)] = sprintf("%c", i)
    split("25 23 26 3d 3b 3c 22", special, " ")
    for (i in special) delete plain[special[i]]
  }
  function enc(hex, item,  i, byte, out) {
    out = ""
    for (i = 1; i < length(hex); i += 2) {
      byte = substr(hex, i, 2)
      # Inside of a set, what parts or marks its items is encoded too.
      out = out ((byte in plain) && !(item && byte ~ /^2[acf]$/) ? plain[byte] : "%" toupper(byte))
    }
    return out
  }
  function sorted(list, n,  i, j, held) {
    for (i = 2; i <= n; i++) {
      held = list[i]
      for (j = i - 1; j > 0 && list[j] > held; j--) list[j + 1] = list[j]
      list[j + 1] = held
    }
  }
  function set(text,  item, part, n, m, i, j, mark, out) {
    n = split(text, item, ",")
    for (i = 1; i <= n; i++) {
      mark = item[i] ~ /[*]$/ ? "*" : ""
      sub(/[*]$/, "", item[i])
      m = split(item[i], part, "/")
      item[i] = enc(part[1], 1)
      for (j = 2; j <= m; j++) item[i] = item[i] "/" enc(part[j], 1)
      item[i] = item[i] mark
    }
    sorted(item, n)
    out = ""
    for (i = 1; i <= n; i++) out = out (i > 1 ? "," : "") item[i]
    gsub(/%/, "%25", out)
    return out
  }
  function value(text) {
    if (text ~ /^x:/) text = enc(substr(text, 3), 0)
    else if (text ~ /^l:/) text = set(substr(text, 3))
    else if (text == "true") text = "yes"
    else if (text == "false") text = "no"
    return text == "" ? "\"\"" : text
  }
  !told && $0 == "" { told = 1; next }
  !told { ids[++count] = $1; unsaid[count] = $2; next }
  { rows[$1] = rows[$1] " " $2 }
  END {
    for (i = 1; i <= count; i++) {
      n = split(rows[i] == "" ? unsaid[i] : rows[i], arg, " ")
      for (j = 1; j <= n; j++) {
        at = index(arg[j], "=")
        arg[j] = substr(arg[j], 1, at) value(substr(arg[j], at + 1))
      }
      sorted(arg, n)
      out = ""
      for (j = 1; j <= n; j++) out = out (j > 1 ? " " : "") arg[j]
      print ids[i] "\t" out
    }
  }'

hx_observe_postgres() {
  hx_o_ids=$(cat)
  IFS=$HX_NL
  set -f
  # shellcheck disable=SC2086 # one a line
  set -- $hx_o_ids
  set +f
  IFS=' '$HX_TAB$HX_NL
  hx_o_servers=
  for hx_o_id in "$@"; do
    if hx_pg_identity "$hx_o_id"; then
      hx_encode "$hx_p_server"
      case " $hx_o_servers " in *" $HX_REPLY "*) ;; *) hx_o_servers="$hx_o_servers $HX_REPLY" ;; esac
    else
      hx_encode 'it is no role, database or grant'
      hx_say "$hx_o_id${HX_TAB}error=$HX_REPLY"
    fi
  done
  for hx_o_server in $hx_o_servers; do
    hx_decode "$hx_o_server"
    hx_o_server=$HX_REPLY
    hx_pg_look "$@"
  done
}

# hx_pg_look IDENTITY…: those of hx_o_server.
hx_pg_look() {
  hx_o_found=0
  hx_pg_find "$hx_o_server" || hx_o_found=$?
  hx_o_list='' hx_o_roles='' hx_o_databases='' hx_o_grants='' hx_o_inside=' '
  hx_o_n=0
  for hx_o_id in "$@"; do
    hx_pg_identity "$hx_o_id" && [ "$hx_p_server" = "$hx_o_server" ] || continue
    hx_o_n=$((hx_o_n + 1))
    # A grant on what is not there is not known: with the object come the privileges that it has by default.
    case $hx_o_found,$hx_p_sort in
    *,grant) hx_o_none='privileges=? type=?' ;;
    2,*) hx_o_none='type=?' ;;
    1,*) hx_o_none='server=none type=absent' ;;
    *) hx_o_none=type=absent ;;
    esac
    hx_o_list="$hx_o_list$hx_o_id$HX_TAB$hx_o_none$HX_NL"
    [ $hx_o_found = 0 ] && hx_pg_row
  done
  if [ $hx_o_found != 0 ]; then
    hx_put "$hx_o_list"
    return 0
  fi
  hx_o_status=0
  hx_o_rows=$(hx_pg_questions | hx_pg_psql '-c default_transaction_read_only=on -c statement_timeout=60s' postgres 2>&1) ||
    hx_o_status=$?
  if [ $hx_o_status = 0 ]; then
    hx_put "$hx_o_list$HX_NL$hx_o_rows$HX_NL" | awk -F "$HX_TAB" "$HX_PG_STATES"
    return 0
  fi
  case $hx_o_rows in
  *'starting up'* | *'shutting down'* | *'Connection refused'* | *'No such file or directory'*) hx_o_rows='type=?' ;;
  *)
    hx_encode "PostgreSQL says: $(hx_say "$hx_o_rows" | grep -v "^[0-9]*$HX_TAB" | hx_pg_said)"
    hx_o_rows=error=$HX_REPLY
    ;;
  esac
  hx_put "$hx_o_list" | while IFS=$HX_TAB read -r hx_o_id hx_o_none; do hx_say "$hx_o_id$HX_TAB$hx_o_rows"; done
}

# The row of one question, and the database that must be asked.
hx_pg_row() {
  hx_pg_literal "$hx_p_name"
  hx_o_row="($hx_o_n, $HX_REPLY)"
  case $hx_p_sort in
  role)
    hx_o_roles="$hx_o_roles${hx_o_roles:+, }$hx_o_row"
    return 0
    ;;
  database) hx_o_databases="$hx_o_databases${hx_o_databases:+, }$hx_o_row" ;;
  grant)
    hx_o_row="($hx_o_n, $HX_REPLY"
    for hx_o_word in "$hx_p_on" "$hx_p_db" "$hx_p_schema" "$hx_p_object"; do
      hx_pg_literal "$hx_o_word"
      hx_o_row="$hx_o_row, $HX_REPLY"
    done
    hx_o_grants="$hx_o_grants${hx_o_grants:+, }$hx_o_row)"
    [ "$hx_p_on" != database ] || return 0
    ;;
  esac
  hx_encode "$hx_p_db"
  case $hx_o_inside in *" $HX_REPLY "*) ;; *) hx_o_inside="$hx_o_inside$HX_REPLY " ;; esac
}

hx_pg_hex() { HX_REPLY="encode(convert_to(($1)::text, 'UTF8'), 'hex')"; }

# hx_pg_names NAME ADMIN FROM → HX_REPLY: a set of names, each with the mark where ADMIN holds.
hx_pg_names() {
  hx_pg_hex "$1"
  HX_REPLY="'l:' || coalesce((SELECT string_agg(name || CASE WHEN admin THEN '*' ELSE '' END, ',') FROM (SELECT $HX_REPLY AS name, bool_or($2) AS admin FROM $3 GROUP BY 1) AS named), '')"
}

# hx_pg_privileges ACL: those that the role `r.name` has by that access list.
hx_pg_privileges() {
  HX_REPLY="coalesce((SELECT string_agg(p || CASE WHEN g THEN '*' ELSE '' END, ',' ORDER BY p COLLATE \"C\") FROM (SELECT privilege_type AS p, bool_or(is_grantable) AS g FROM aclexplode($1) AS a WHERE a.grantee = r.oid GROUP BY 1) AS held), '')"
}

HX_PG_GRANTEES='(SELECT oid, rolname FROM pg_roles UNION ALL SELECT 0, $$public$$) AS r(oid, name)'

hx_pg_questions() {
  hx_put "$HX_PG_FIRST"
  [ -z "$hx_o_roles" ] || hx_pg_ask_roles
  [ -z "$hx_o_databases" ] || hx_pg_ask_databases
  if [ -n "$hx_o_grants" ]; then
    hx_o_asked="(VALUES $hx_o_grants) AS k(n, role, sort, db, schema, object)"
    hx_pg_privileges "coalesce(d.datacl, acldefault('d', d.datdba))"
    hx_say "SELECT k.n || E'\\t' || 'privileges=' || $HX_REPLY FROM $hx_o_asked JOIN $HX_PG_GRANTEES ON r.name = k.role
      JOIN pg_database AS d ON d.datname = k.db WHERE k.sort = 'database';"
  fi
  for hx_o_db in $hx_o_inside; do
    hx_decode "$hx_o_db"
    hx_pg_literal "$HX_REPLY"
    hx_say "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $HX_REPLY AND datallowconn) AS hx_there \\gset
\\if :hx_there"
    hx_decode "$hx_o_db"
    hx_pg_connect "$HX_REPLY"
    hx_put "$HX_REPLY"
    [ -z "$hx_o_databases" ] || hx_pg_ask_entries
    [ -z "$hx_o_grants" ] || hx_pg_ask_grants
    hx_say '\endif'
  done
}

hx_pg_ask_roles() {
  hx_o_sql="SELECT k.n || E'\\t' || concat_ws(' ', 'type=present', 'login=' || rolcanlogin, 'superuser=' || rolsuper,
    'createdb=' || rolcreatedb, 'createrole=' || rolcreaterole, 'inherit=' || rolinherit, 'replication=' || rolreplication,
    'bypassrls=' || rolbypassrls, 'connlimit=' || rolconnlimit, 'validuntil=' || CASE WHEN isfinite(rolvaliduntil)
    THEN to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') ELSE coalesce(rolvaliduntil::text, '') END"
  hx_pg_hex "coalesce(shobj_description(r.oid, 'pg_authid'), '')"
  hx_o_sql="$hx_o_sql, 'comment=x:' || $HX_REPLY"
  hx_pg_names g.rolname m.admin_option 'pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.roleid WHERE m.member = r.oid'
  hx_o_sql="$hx_o_sql, 'memberof=' || $HX_REPLY"
  hx_pg_names g.rolname m.admin_option 'pg_auth_members AS m JOIN pg_roles AS g ON g.oid = m.member WHERE m.roleid = r.oid'
  hx_o_sql="$hx_o_sql, 'members=' || $HX_REPLY"
  hx_pg_hex "coalesce(d.datname, '')"
  hx_o_text=$HX_REPLY
  hx_pg_hex c
  hx_o_sql="$hx_o_sql, 'settings=l:' || coalesce((SELECT string_agg($hx_o_text || '/' || $HX_REPLY, ',') FROM
    pg_db_role_setting AS s LEFT JOIN pg_database AS d ON d.oid = s.setdatabase, unnest(s.setconfig) AS c WHERE s.setrole = r.oid), ''))"
  hx_say "$hx_o_sql FROM (VALUES $hx_o_roles) AS k(n, name) JOIN pg_roles AS r ON r.rolname = k.name;"
}

hx_pg_ask_databases() {
  hx_o_sql="SELECT k.n || E'\\t' || concat_ws(' ', 'type=present', 'encoding=' || pg_encoding_to_char(d.encoding),
    'connlimit=' || datconnlimit"
  for hx_o_word in 'owner pg_get_userbyid(datdba)' 'collate datcollate' 'ctype datctype' \
    "comment coalesce(shobj_description(d.oid, 'pg_database'), '')"; do
    hx_pg_hex "${hx_o_word#* }"
    hx_o_sql="$hx_o_sql, '${hx_o_word%% *}=x:' || $HX_REPLY"
  done
  hx_say "$hx_o_sql) FROM (VALUES $hx_o_databases) AS k(n, name) JOIN pg_database AS d ON d.datname = k.name;"
}

# How much there is that somebody made, whatever it is: a database without any loses nothing when it goes.
hx_pg_ask_entries() {
  hx_say "SELECT k.n || E'\\tentries=' || (SELECT sum(n) FROM (
      SELECT count(*) FROM pg_class WHERE oid >= 16384 AND relkind NOT IN ('i', 'I', 't', 'c')
      UNION ALL SELECT count(*) FROM pg_proc WHERE oid >= 16384
      UNION ALL SELECT count(*) FROM pg_type WHERE oid >= 16384 AND typtype IN ('d', 'e', 'r')
      UNION ALL SELECT count(*) FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_(toast_)?temp_'
      UNION ALL SELECT count(*) FROM pg_extension WHERE oid >= 16384
      UNION ALL SELECT count(*) FROM pg_largeobject_metadata) AS c(n))
    FROM (VALUES $hx_o_databases) AS k(n, name) WHERE k.name = current_database();"
}

# What lies in a schema; of `tables` and `sequences` the privileges that all have, or, where they differ, those of each
# (NAME/PRIVILEGES), and `?` where there is none.
hx_pg_ask_grants() {
  hx_o_here="FROM $hx_o_asked JOIN $HX_PG_GRANTEES ON r.name = k.role JOIN pg_namespace AS s ON s.nspname = k.schema"
  hx_pg_privileges "coalesce(s.nspacl, acldefault('n', s.nspowner))"
  hx_say "SELECT k.n || E'\\t' || 'privileges=' || $HX_REPLY $hx_o_here WHERE k.db = current_database() AND k.sort = 'schema';"
  hx_pg_privileges "coalesce(c.relacl, acldefault(CASE WHEN c.relkind = 'S' THEN 's' ELSE 'r' END::\"char\", c.relowner))"
  hx_o_held=$HX_REPLY
  hx_pg_hex c.relname
  hx_say "SELECT k.n || E'\\t' || CASE count(DISTINCT held) WHEN 0 THEN 'privileges=?' WHEN 1 THEN 'privileges=' || min(held)
      ELSE 'privileges=l:' || string_agg(name || '/' || encode(convert_to(held, 'UTF8'), 'hex'), ',') END
    FROM (SELECT k.n, k.sort, $HX_REPLY AS name, CASE WHEN c.oid IS NOT NULL THEN $hx_o_held END AS held $hx_o_here LEFT JOIN pg_class AS c ON c.relnamespace = s.oid
        AND CASE WHEN k.sort LIKE 'table%' THEN c.relkind IN ('r', 'p', 'v', 'm', 'f') ELSE c.relkind = 'S' END
        AND (k.object = '' OR c.relname = k.object)
      WHERE k.db = current_database() AND k.sort IN ('table', 'tables', 'sequence', 'sequences')) AS k
    GROUP BY k.n, k.sort HAVING count(name) > 0 OR k.sort LIKE '%s';"
}
