# shellcheck disable=SC2154,SC2034,SC2015,SC2030,SC2031 # variables of the other parts; every A && B || C is meant
# Kind `postgres`, apply: all ops of a server by one psql. Neighbouring ones of one database are one transaction of the
# server; databases are made and dropped between those, since PostgreSQL does that in no transaction.
#
# hx_p_sql grows; `#N` in what psql prints: op N has begun, `=N`: it is complete.

hx_apply_postgres() {
  set -f
  hx_p_failed=0
  hx_pg_ops 8<"$1" || hx_p_failed=1
  set +f
  return $hx_p_failed
}

hx_pg_ops() {
  hx_p_sql=
  hx_pg_begin
  while IFS=$HX_TAB read -r hx_p_n hx_p_verb hx_p_id hx_p_before hx_p_args <&8; do
    hx_pg_identity "$hx_p_id" || {
      hx_failed "$hx_p_n"
      hx_fail "$hx_p_id is no role, database or grant"
      return 1
    }
    if [ -n "$hx_p_sql" ] && [ "$hx_p_server" != "$hx_p_of" ]; then
      hx_pg_flush && hx_pg_identity "$hx_p_id" || return 1
    fi
    hx_p_of=$hx_p_server
    hx_args "$hx_p_args"
    hx_pg_one || {
      hx_failed "$hx_p_n"
      return 1
    }
  done
  hx_pg_flush
}

hx_pg_one() {
  hx_p_found=0
  hx_pg_find "$hx_p_server" || hx_p_found=$?
  if [ $hx_p_found = 1 ] && hx_arg type && [ "$HX_REPLY" != present ]; then
    # Where there is no server, nothing of it is left.
    hx_done "$hx_p_n"
    return 0
  fi
  case $hx_p_found in
  1) hx_fail 'this host has no PostgreSQL (psql is not there): declare its package before' || return 1 ;;
  2) hx_fail "no PostgreSQL listens at $hx_p_server on this host: declare that its service runs before" || return 1 ;;
  esac
  case $hx_p_sort in
  role) hx_pg_role ;;
  database) hx_pg_database ;;
  grant) hx_pg_grant ;;
  esac
}

hx_pg_begin() {
  hx_p_open=no
  hx_p_connected=postgres
  hx_p_pending=
  hx_p_lost=
}

# hx_pg_in any|outside|inside: where the statements of this op belong: in the transaction of any database, in none, in that of
# hx_p_db.
hx_pg_in() {
  hx_p_to=$hx_p_connected
  [ "$1" != outside ] || hx_p_to=postgres
  [ "$1" != inside ] || hx_p_to=$hx_p_db
  [ "$1" != outside ] && [ $hx_p_open = yes ] && [ "$hx_p_to" = "$hx_p_connected" ] || hx_pg_commit
  if [ "$hx_p_to" != "$hx_p_connected" ]; then
    hx_pg_connect "$hx_p_to"
    hx_p_sql=$hx_p_sql$HX_REPLY
    hx_p_connected=$hx_p_to
  fi
  if [ "$1" != outside ] && [ $hx_p_open = no ]; then
    hx_p_open=yes
    hx_pg_add BEGIN
  fi
  hx_p_sql="$hx_p_sql\\echo #$hx_p_n$HX_NL"
  hx_p_pending="$hx_p_pending $hx_p_n"
}

hx_pg_commit() {
  [ $hx_p_open = no ] || hx_pg_add COMMIT
  hx_p_open=no
  for hx_p_word in $hx_p_pending; do hx_p_sql="$hx_p_sql\\echo =$hx_p_word$HX_NL"; done
  hx_p_pending=
}

# hx_pg_add SQL: one statement more.
hx_pg_add() { hx_p_sql="$hx_p_sql$1;$HX_NL"; }

hx_pg_flush() {
  [ -n "$hx_p_sql" ] || return 0
  hx_pg_commit
  hx_pg_find "$hx_p_of" || hx_fail "no PostgreSQL listens at $hx_p_of on this host" || return 1
  hx_p_status=0
  # Nothing of this, nor of what fails in it, belongs into the log of the server.
  hx_p_out=$(hx_put "$HX_PG_FIRST$hx_p_sql" |
    hx_pg_psql '-c log_statement=none -c log_min_duration_statement=-1 -c log_duration=off -c log_min_error_statement=panic -c lock_timeout=60s' \
      postgres 2>&1) || hx_p_status=$?
  hx_p_sql=
  hx_p_secrets_of=
  for hx_p_word in $(hx_say "$hx_p_out" | sed -n 's/^=\([0-9][0-9]*\)$/\1/p'); do
    case " $hx_p_lost " in *" $hx_p_word "*) ;; *) hx_done "$hx_p_word" ;; esac
  done
  if [ $hx_p_status != 0 ]; then
    hx_p_n=$(hx_say "$hx_p_out" | sed -n 's/^#\([0-9][0-9]*\)$/\1/p' | tail -n 1)
    [ -z "$hx_p_n" ] || hx_failed "$hx_p_n"
    hx_fail "PostgreSQL says: $(hx_say "$hx_p_out" | grep -v '^[#=][0-9]*$' | hx_pg_said)"
    return 1
  fi
  hx_p_word=${hx_p_lost%% *}
  hx_pg_begin
  [ -n "$hx_p_word" ] || return 0
  hx_failed "$hx_p_word"
  hx_fail 'the database is there again, but empty: what it held is gone'
}

# hx_pg_wants ASPECT → HX_REPLY: the step tells it, and the host has another value.
hx_pg_wants() {
  hx_arg "$1" || return 1
  hx_p_raw=${HX_ARGS#*" $1="}
  case " $hx_p_before " in *" $1=${hx_p_raw%% *} "*) return 1 ;; esac
}

hx_pg_role() {
  hx_pg_ident "$hx_p_name"
  hx_p_role=$HX_REPLY
  if hx_arg type && [ "$HX_REPLY" = absent ]; then
    [ "$hx_p_before" != type=absent ] || {
      hx_done "$hx_p_n"
      return 0
    }
    hx_pg_keep || return 1
    hx_pg_in any
    hx_pg_add "DROP ROLE IF EXISTS $hx_p_role"
    return 0
  fi
  hx_pg_verifier || return 1
  hx_pg_in any
  # What is not known, or does not know whether it is there yet, is looked up by the server itself.
  case " $hx_p_before " in
  *' type=present '*) ;;
  *' type=absent '*) hx_pg_add "CREATE ROLE $hx_p_role" ;;
  *)
    hx_pg_literal "$hx_p_name"
    hx_p_sql="${hx_p_sql}SELECT NOT EXISTS (SELECT FROM pg_roles WHERE rolname = $HX_REPLY) AS hx_new \\gset
\\if :hx_new
CREATE ROLE $hx_p_role;
\\endif
"
    ;;
  esac
  hx_p_options=
  for hx_p_word in login superuser createdb createrole inherit replication bypassrls; do
    if hx_pg_wants "$hx_p_word"; then
      case $HX_REPLY in yes) hx_p_options="$hx_p_options $hx_p_word" ;; *) hx_p_options="$hx_p_options NO$hx_p_word" ;; esac
    fi
  done
  if hx_pg_wants connlimit; then hx_p_options="$hx_p_options CONNECTION LIMIT $((HX_REPLY))"; fi
  if hx_pg_wants validuntil && [ -n "$HX_REPLY" ]; then
    hx_pg_literal "$HX_REPLY"
    hx_p_options="$hx_p_options VALID UNTIL $HX_REPLY"
  fi
  [ -z "$hx_p_verifier" ] || hx_p_options="$hx_p_options PASSWORD $hx_p_verifier"
  [ -z "$hx_p_options" ] || hx_pg_add "ALTER ROLE $hx_p_role$hx_p_options"
  if hx_pg_wants validuntil && [ -z "$HX_REPLY" ]; then
    # ALTER ROLE knows no way back to no date at all: 'infinity' is another value.
    hx_pg_literal "$hx_p_name"
    hx_pg_add "UPDATE pg_catalog.pg_authid SET rolvaliduntil = NULL WHERE rolname = $HX_REPLY"
  fi
  if hx_pg_wants comment; then hx_pg_comment "ROLE $hx_p_role"; fi
  if hx_pg_wants memberof; then hx_pg_members memberof; fi
  if hx_pg_wants members; then hx_pg_members members; fi
  if hx_pg_wants settings; then hx_pg_settings; fi
}

# hx_pg_comment WHAT: HX_REPLY is the comment; an empty one is none.
hx_pg_comment() {
  if [ -z "$HX_REPLY" ]; then HX_REPLY=NULL; else hx_pg_literal "$HX_REPLY"; fi
  hx_pg_add "COMMENT ON $1 IS $HX_REPLY"
}

# hx_pg_items LIST: each item of a set to hx_p_items, one a word, still encoded.
hx_pg_items() {
  # No item has a comma or blank of its own.
  hx_p_items=$(hx_say "$1" | tr ',' ' ')
}

# hx_pg_members memberof|members: exactly those of HX_REPLY, or at least those.
hx_pg_members() {
  hx_p_which=$1
  hx_p_wanted=$HX_REPLY
  hx_p_held=
  case " $hx_p_before " in
  *" $1="*)
    hx_p_held=${hx_p_before#*"$1="}
    hx_decode "${hx_p_held%% *}"
    hx_p_held=$HX_REPLY
    ;;
  esac
  hx_arg append || HX_REPLY=no
  if [ "$HX_REPLY" != yes ]; then
    hx_pg_items "$hx_p_held"
    for hx_p_word in $hx_p_items; do
      case ",$hx_p_wanted," in
      *",$hx_p_word,"*) ;;
      *",${hx_p_word%\*},"*) hx_pg_member 'REVOKE ADMIN OPTION FOR' FROM "${hx_p_word%\*}" '' ;;
      *",${hx_p_word%\*}\*,"*) ;;
      *) hx_pg_member REVOKE FROM "${hx_p_word%\*}" '' ;;
      esac
    done
  fi
  hx_pg_items "$hx_p_wanted"
  for hx_p_word in $hx_p_items; do
    case ",$hx_p_held," in *",$hx_p_word,"*) continue ;; esac
    case $hx_p_word in
    *\*) hx_pg_member GRANT TO "${hx_p_word%\*}" ' WITH ADMIN OPTION' ;;
    *) hx_pg_member GRANT TO "$hx_p_word" '' ;;
    esac
  done
}

# hx_pg_member GRANT|REVOKE TO|FROM OTHER MORE: where the other is not there, it went, or will come back, by a step of its own.
hx_pg_member() {
  hx_decode "$3"
  hx_p_other=$HX_REPLY
  hx_pg_ident "$HX_REPLY"
  if [ $hx_p_which = memberof ]; then hx_p_option="$1 $HX_REPLY $2 $hx_p_role$4"; else hx_p_option="$1 $hx_p_role $2 $HX_REPLY$4"; fi
  hx_pg_literal "$hx_p_option"
  hx_p_option=$HX_REPLY
  hx_pg_literal "$hx_p_other"
  hx_p_sql="${hx_p_sql}SELECT $hx_p_option FROM pg_roles WHERE rolname = $HX_REPLY \\gexec
"
}

# Settings of a role that comes back: DATABASE/NAME=VALUE. Values that are lists are parted by the server.
hx_pg_settings() {
  hx_pg_items "$HX_REPLY"
  for hx_p_word in $hx_p_items; do
    hx_decode "${hx_p_word%%/*}"
    hx_p_where=
    if [ -n "${hx_p_word%%/*}" ]; then
      hx_pg_ident "$HX_REPLY"
      hx_p_where=" IN DATABASE $HX_REPLY"
    fi
    hx_decode "${hx_p_word#*/}"
    hx_p_value=${HX_REPLY#*=}
    hx_pg_ident "${HX_REPLY%%=*}"
    hx_p_option="ALTER ROLE $hx_p_role$hx_p_where SET $HX_REPLY TO "
    hx_pg_literal "$hx_p_option"
    hx_p_option=$HX_REPLY
    hx_pg_literal "${hx_p_word#*/}"
    case ${hx_p_word#*/} in
    search_path%3D* | *_preload_libraries%3D* | temp_tablespaces%3D* | unix_socket_directories%3D*)
      hx_pg_literal "$hx_p_value"
      hx_p_sql="${hx_p_sql}SELECT $hx_p_option || coalesce((SELECT string_agg(quote_literal(coalesce(replace(m[1], '\"\"', '\"'), m[2])), ', ' ORDER BY n)
  FROM regexp_matches($HX_REPLY, '\"((?:[^\"]|\"\")*)\"|([^,[:space:]\"]+)', 'g') WITH ORDINALITY AS x(m, n)), '''''') \\gexec
"
      ;;
    *)
      hx_pg_literal "$hx_p_value"
      hx_p_sql="${hx_p_sql}SELECT $hx_p_option || quote_literal($HX_REPLY) \\gexec
"
      ;;
    esac
  done
}
