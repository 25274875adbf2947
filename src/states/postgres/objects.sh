# shellcheck disable=SC2154,SC2034,SC2015 # variables of the other parts; every A && B || C is meant
# Kind `postgres`, apply: databases, and privileges on them and on what lies in them.

hx_pg_database() {
  hx_pg_ident "$hx_p_name"
  hx_p_base=$HX_REPLY
  if hx_arg type && [ "$HX_REPLY" = absent ]; then
    if [ "$hx_p_before" = type=absent ]; then
      hx_done "$hx_p_n"
      return 0
    fi
    case " $hx_p_before " in
    *' entries=0 '*) ;;
    *) if hx_arg ifempty; then hx_fail "the database $hx_p_name is not empty any more: it stays" || return 1; fi ;;
    esac
    hx_pg_in outside
    hx_pg_add "DROP DATABASE IF EXISTS $hx_p_base"
    return 0
  fi
  if [ "$hx_p_before" = type=absent ]; then
    hx_pg_in outside
    hx_pg_create
  else hx_pg_in any; fi
  if hx_pg_wants owner; then
    hx_pg_ident "$HX_REPLY"
    hx_pg_add "ALTER DATABASE $hx_p_base OWNER TO $HX_REPLY"
  fi
  if hx_pg_wants connlimit; then hx_pg_add "ALTER DATABASE $hx_p_base CONNECTION LIMIT $((HX_REPLY))"; fi
  if hx_pg_wants comment; then hx_pg_comment "DATABASE $hx_p_base"; fi
}

hx_pg_create() {
  hx_p_options=
  if hx_arg encoding || hx_arg collate || hx_arg ctype; then hx_p_options=' TEMPLATE template0'; fi
  for hx_p_word in encoding=ENCODING collate=LC_COLLATE ctype=LC_CTYPE; do
    if hx_arg "${hx_p_word%%=*}"; then
      hx_pg_literal "$HX_REPLY"
      hx_p_options="$hx_p_options ${hx_p_word#*=} $HX_REPLY"
    fi
  done
  hx_pg_add "CREATE DATABASE $hx_p_base$hx_p_options"
  # Only a state that was captured says how much there was.
  if hx_arg entries && [ "$HX_REPLY" != 0 ]; then hx_p_lost="${hx_p_lost:+$hx_p_lost }$hx_p_n"; fi
}

# hx_pg_grantee, hx_pg_object: as SQL names them.
hx_pg_grant() {
  hx_arg privileges || HX_REPLY='?'
  hx_p_wanted=$HX_REPLY
  case " $hx_p_before " in
  *' type=? '*)
    # There is nothing that anybody could have privileges on, or nobody to have them.
    if hx_arg type; then
      hx_done "$hx_p_n"
      return 0
    fi
    ;;
  esac
  if [ "$hx_p_name" = public ]; then hx_p_role=PUBLIC; else
    hx_pg_ident "$hx_p_name"
    hx_p_role=$HX_REPLY
  fi
  if [ "$hx_p_on" = database ]; then hx_pg_in any; else hx_pg_in inside; fi
  hx_pg_object
  case $hx_p_wanted in
  */*)
    # Each of several objects, as it was.
    hx_pg_items "$hx_p_wanted"
    for hx_p_item in $hx_p_items; do
      hx_decode "${hx_p_item%%/*}"
      hx_pg_ident "$HX_REPLY"
      hx_p_what="${hx_p_each} $hx_p_schema_ident.$HX_REPLY"
      hx_decode "${hx_p_item#*/}"
      hx_p_wanted=$HX_REPLY
      hx_pg_add "REVOKE ALL ON $hx_p_what FROM $hx_p_role"
      hx_pg_grants "$hx_p_wanted"
    done
    return 0
    ;;
  esac
  # Nobody knows what was before the object or the role was there: what both have from the start.
  case $hx_p_wanted,$hx_p_role,$hx_p_on in
  '?',PUBLIC,database) hx_p_wanted=CONNECT,TEMPORARY ;;
  '?',*) hx_p_wanted= ;;
  esac
  hx_p_held='?'
  case " $hx_p_before " in
  *' privileges='*)
    hx_p_held=${hx_p_before#*privileges=}
    hx_decode "${hx_p_held%% *}"
    hx_p_held=$HX_REPLY
    ;;
  esac
  case $hx_p_held in
  *[?/]*)
    hx_pg_add "REVOKE ALL ON $hx_p_what FROM $hx_p_role"
    hx_pg_grants "$hx_p_wanted"
    ;;
  *) hx_pg_exactly ;;
  esac
}

hx_pg_object() {
  hx_pg_ident "$hx_p_schema"
  hx_p_schema_ident=$HX_REPLY
  hx_p_each=TABLE
  case $hx_p_on in sequence*) hx_p_each=SEQUENCE ;; esac
  case $hx_p_on in
  database)
    hx_pg_ident "$hx_p_db"
    hx_p_what="DATABASE $HX_REPLY"
    ;;
  schema) hx_p_what="SCHEMA $hx_p_schema_ident" ;;
  tables | sequences) hx_p_what="ALL ${hx_p_each}S IN SCHEMA $hx_p_schema_ident" ;;
  *)
    hx_pg_ident "$hx_p_object"
    hx_p_what="$hx_p_each $hx_p_schema_ident.$HX_REPLY"
    ;;
  esac
}

# From hx_p_held to hx_p_wanted: what stays is never taken away in between.
hx_pg_exactly() {
  hx_pg_items "$hx_p_held"
  for hx_p_word in $hx_p_items; do
    case ",$hx_p_wanted," in
    *",$hx_p_word,"* | *",${hx_p_word%\*}\*,"*) ;;
    *",${hx_p_word%\*},"*) hx_pg_add "REVOKE GRANT OPTION FOR ${hx_p_word%\*} ON $hx_p_what FROM $hx_p_role" ;;
    *) hx_pg_add "REVOKE ${hx_p_word%\*} ON $hx_p_what FROM $hx_p_role" ;;
    esac
  done
  hx_p_more=
  hx_pg_items "$hx_p_wanted"
  for hx_p_word in $hx_p_items; do
    case ",$hx_p_held," in *",$hx_p_word,"*) ;; *) hx_p_more="$hx_p_more,$hx_p_word" ;; esac
  done
  hx_pg_grants "${hx_p_more#,}"
}

# hx_pg_grants PRIVILEGES: those with the mark may be passed on. They are plain words: anything else ends the step.
hx_pg_grants() {
  hx_pg_items "$1"
  for hx_p_word in $hx_p_items; do
    case ${hx_p_word%\*} in *[!A-Z]*) hx_fail "$hx_p_word is no privilege" || return 1 ;; esac
    case $hx_p_word in
    *\*) hx_pg_add "GRANT ${hx_p_word%\*} ON $hx_p_what TO $hx_p_role WITH GRANT OPTION" ;;
    *) hx_pg_add "GRANT $hx_p_word ON $hx_p_what TO $hx_p_role" ;;
    esac
  done
}
