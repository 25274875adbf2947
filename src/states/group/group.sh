# Kind `group`. Observed with one look at the group database; changed by the shadow tools or, without them, in the
# files (src/states/user/user.sh has what both kinds of account share).

hx_observe_group() {
  hx_g_ids=$(cat)
  [ -n "$hx_g_ids" ] || return 0
  hx_g_names=$(hx_account_names "$hx_g_ids")
  {
    hx_say "$hx_g_ids"
    hx_say "${HX_TAB}group"
    # shellcheck disable=SC2086 # names without blanks or wildcards
    [ -z "$hx_g_names" ] || hx_accounts group $hx_g_names
  } | awk -F : "$HX_ACCOUNTS_AWK"'
    /^\t/ { part = substr($0, 2); next }
    part == "" { ids[++n] = $0; next }
    !($1 in is) { is[$1] = " gid=" $3 " members=" enc(sorted($4)) " type=present" }
    END { for (i = 1; i <= n; i++) print ids[i] "\t" ((ids[i] in is) ? substr(is[ids[i]], 2) : "type=absent") }'
}

hx_apply_group() {
  # shellcheck disable=SC2034 # the verb is always GROUP
  while IFS=$HX_TAB read -r hx_g_n hx_g_verb hx_g_id hx_g_before hx_g_args <&8; do
    hx_decode "$hx_g_id" && [ "$(hx_account_names "$HX_REPLY")" = "$HX_REPLY" ] ||
      hx_fail "$hx_g_id is no name for a group" || return 1
    hx_g_name=$HX_REPLY
    if [ "$hx_g_before" = '?' ]; then
      hx_g_before=$(hx_say "$hx_g_name" | hx_observe_group)
      hx_g_before=${hx_g_before#*"$HX_TAB"}
    fi
    hx_args "$hx_g_args"
    hx_group_one || return 1
    hx_done "$hx_g_n"
  done 8<"$1"
}

hx_group_one() {
  if hx_arg type && [ "$HX_REPLY" = absent ]; then
    [ "$hx_g_before" = type=absent ] && return 0
    if command -v groupdel >/dev/null 2>&1; then groupdel -- "$hx_g_name"; else hx_accounts_group_drop "$hx_g_name"; fi ||
      hx_fail "group $hx_g_name could not be removed"
    return
  fi
  set --
  if hx_arg gid; then
    case " $hx_g_before " in *" gid=$HX_REPLY "*) ;; *) set -- -g "$HX_REPLY" ;; esac
  fi
  if [ "$hx_g_before" = type=absent ]; then
    if hx_arg system && [ "$HX_REPLY" = yes ]; then set -- "$@" -r; fi
    hx_group_tool groupadd "$@" || hx_fail "group $hx_g_name could not be made" || return 1
  elif [ $# -gt 0 ]; then
    hx_group_tool groupmod "$@" || hx_fail "group $hx_g_name could not be changed" || return 1
    hx_note "group $hx_g_name has another number now; files of the earlier number keep it"
  fi
  hx_group_members
}

hx_group_tool() {
  hx_g_tool=$1
  shift
  if command -v "$hx_g_tool" >/dev/null 2>&1; then "$hx_g_tool" "$@" -- "$hx_g_name"; else
    hx_accounts_group_set "$@" -- "$hx_g_name"
  fi
}

hx_group_members() {
  hx_arg members || return 0
  hx_g_members=$HX_REPLY
  hx_encode "$hx_g_members"
  case " $hx_g_before " in *" members=$HX_REPLY "*) return 0 ;; esac
  if [ "$hx_g_before" = type=absent ] && [ -z "$hx_g_members" ]; then return 0; fi
  if command -v gpasswd >/dev/null 2>&1; then gpasswd -M "$hx_g_members" "$hx_g_name" >/dev/null; else
    hx_accounts_group_set -M "$hx_g_members" -- "$hx_g_name"
  fi || hx_fail "the members of group $hx_g_name could not be set"
}
