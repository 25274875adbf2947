# shellcheck disable=SC2154 # variables of the other parts
# Kind `selinux`: one value each. Identities: mode (enforcing, permissive, disabled), boolean/NAME (on, off), port/PROTOCOL/PORT
# and context/REGULAR EXPRESSION (a type, or none). What cannot be told is `?`.
#
# semanage takes a second for every call: what several need is asked once.

hx_observe_selinux() {
  hx_m_ids=$(cat)
  [ -n "$hx_m_ids" ] || return 0
  hx_m_port=
  hx_m_own=
  hx_m_context=
  if command -v semanage >/dev/null 2>&1; then
    case $HX_NL$hx_m_ids in *"$HX_NL"port/*) hx_selinux_ports ;; esac
    case $HX_NL$hx_m_ids in *"$HX_NL"context/*) hx_selinux_contexts ;; esac
  fi
  hx_say "$hx_m_ids" | while IFS= read -r hx_m_id; do
    if hx_decode "$hx_m_id"; then hx_selinux_value "$HX_REPLY"; else HX_REPLY='?'; fi
    hx_say "$hx_m_id${HX_TAB}value=$HX_REPLY"
  done
}

hx_selinux_ports() {
  hx_m_port=$(semanage port -l -n 2>/dev/null)
  hx_m_own=$(semanage port -l -C -n 2>/dev/null)
}

hx_selinux_contexts() { hx_m_context=$(semanage fcontext -l -C -n 2>/dev/null); }

# hx_selinux_value IDENTITY → HX_REPLY
hx_selinux_value() {
  case $1 in
  mode) HX_REPLY=$(getenforce 2>/dev/null | tr '[:upper:]' '[:lower:]') ;;
  boolean/*) HX_REPLY=$(getsebool "${1#boolean/}" 2>/dev/null | sed -n 's/.* --> \(on\|off\)$/\1/p') ;;
  port/*)
    hx_selinux_port "$1" "$hx_m_own"
    [ "$HX_REPLY" != none ] || hx_selinux_port "$1" "$hx_m_port"
    ;;
  context/*) hx_selinux_context "${1#context/}" ;;
  *) HX_REPLY= ;;
  esac
  HX_REPLY=${HX_REPLY:-?}
}

# hx_selinux_port port/PROTOCOL/PORT LIST → HX_REPLY: its type there; that of the port itself before that of a range.
hx_selinux_port() {
  HX_REPLY='?'
  command -v semanage >/dev/null 2>&1 || return 0
  hx_m_rest=${1#port/}
  HX_REPLY=$(hx_say "$2" | awk -v protocol="${hx_m_rest%%/*}" -v port="${hx_m_rest#*/}" '
    $2 == protocol {
      for (i = 3; i <= NF; i++) {
        sub(/,$/, "", $i)
        if ($i == port) { own = $1; next }
        n = split($i, ends, "-")
        if (n == 2 && port !~ /-/ && ends[1] + 0 <= port + 0 && port + 0 <= ends[2] + 0 && $1 !~ /^(un)?reserved_port_t$|^ephemeral_port_t$|^hi_reserved_port_t$/) range = $1
      }
    }
    END { print (own != "" ? own : range != "" ? range : "none") }')
}

# hx_selinux_context EXPRESSION → HX_REPLY: the type of the rule of its own, for files of all sorts.
hx_selinux_context() {
  HX_REPLY='?'
  command -v semanage >/dev/null 2>&1 || return 0
  HX_REPLY=$(hx_say "$hx_m_context" | HX_A_PATH=$1 awk '
    BEGIN { path = ENVIRON["HX_A_PATH"] }
    / all files +[^ ]+$/ {
      split($NF, part, ":"); line = $0
      sub(/ +all files +[^ ]+$/, "", line)
      if (line == path) found = part[3]
    }
    END { print (found == "" ? "none" : found) }')
}

hx_apply_selinux() {
  # shellcheck disable=SC2034 # the verb is always SELINUX
  while IFS=$HX_TAB read -r hx_m_n hx_m_verb hx_m_id hx_m_before hx_m_args <&8; do
    hx_args "$hx_m_args"
    hx_arg value || hx_fail 'SELINUX has no value' || return 1
    hx_m_want=$HX_REPLY
    hx_arg restore '' || :
    hx_m_restore=$HX_REPLY
    hx_decode "$hx_m_id" || return 1
    hx_selinux_set "$HX_REPLY" || return 1
    hx_done "$hx_m_n"
  done 8<"$1"
}

# hx_selinux_needs COMMAND
hx_selinux_needs() {
  command -v "$1" >/dev/null 2>&1 ||
    hx_fail "this host has no $1: it comes with policycoreutils, semanage with policycoreutils-python-utils"
}

hx_selinux_set() {
  case $1 in
  mode)
    hx_selinux_needs setenforce || return 1
    case $hx_m_want in
    enforcing) hx_selinux_run setenforce 1 ;;
    permissive) hx_selinux_run setenforce 0 ;;
    *) hx_fail 'SELinux is switched off only by a boot' ;;
    esac
    ;;
  boolean/*) hx_selinux_needs setsebool && hx_selinux_run setsebool -P "${1#boolean/}" "$hx_m_want" ;;
  port/*/*) hx_selinux_needs semanage && hx_selinux_set_port "$1" ;;
  context/*) hx_selinux_needs semanage && hx_selinux_set_context "${1#context/}" ;;
  *) hx_fail "SELinux has no $1" ;;
  esac
}

# A rule of our own goes where the policy says the same, or nothing shall be said.
hx_selinux_set_port() {
  hx_selinux_ports
  hx_m_number=${1#port/}
  hx_m_protocol=${hx_m_number%%/*}
  hx_m_number=${hx_m_number#*/}
  hx_selinux_port "$1" "$hx_m_own"
  hx_m_has=$HX_REPLY
  if [ "$hx_m_has" != none ]; then
    hx_selinux_policy_port "$1"
    if [ "$hx_m_want" = none ] || [ "$hx_m_want" = "$HX_REPLY" ]; then
      hx_selinux_run semanage port -d -p "$hx_m_protocol" "$hx_m_number"
    else hx_selinux_run semanage port -m -t "$hx_m_want" -p "$hx_m_protocol" "$hx_m_number"; fi
    return
  fi
  [ "$hx_m_want" != none ] || return 0
  hx_selinux_port "$1" "$hx_m_port"
  [ "$HX_REPLY" != "$hx_m_want" ] || return 0
  # What the policy says of this very port can only be modified, not added.
  if hx_say "$hx_m_port" | tr ',' ' ' | awk -v protocol="$hx_m_protocol" -v port="$hx_m_number" \
    '$2 == protocol { for (i = 3; i <= NF; i++) if ($i == port) found = 1 } END { exit !found }'; then
    hx_selinux_run semanage port -m -t "$hx_m_want" -p "$hx_m_protocol" "$hx_m_number"
  else hx_selinux_run semanage port -a -t "$hx_m_want" -p "$hx_m_protocol" "$hx_m_number"; fi
}

# hx_selinux_policy_port ID → HX_REPLY: what is left of it without rules of our own.
hx_selinux_policy_port() {
  hx_m_all=$hx_m_port
  hx_m_port=$(hx_say "$hx_m_port" | HX_A_OWN=$hx_m_own awk '
    BEGIN { n = split(ENVIRON["HX_A_OWN"], line, "\n"); for (i = 1; i <= n; i++) { split(line[i], word, " "); own[word[1] " " word[2]] = line[i] } }
    {
      out = $1 " " $2; left = ""; mine = " " own[$1 " " $2] " "; gsub(/,/, " ", mine)
      for (i = 3; i <= NF; i++) { sub(/,$/, "", $i); if (index(mine, " " $i " ") == 0) left = left " " $i }
      if (left != "") print out left
    }')
  hx_selinux_port "$1" "$hx_m_port"
  hx_m_port=$hx_m_all
}

hx_selinux_set_context() {
  hx_selinux_contexts
  hx_selinux_context "$1"
  case $hx_m_want:$HX_REPLY in
  none:none) ;;
  none:*) hx_selinux_run semanage fcontext -d -- "$1" || return 1 ;;
  *:none) hx_selinux_run semanage fcontext -a -t "$hx_m_want" -- "$1" || return 1 ;;
  *) hx_selinux_run semanage fcontext -m -t "$hx_m_want" -- "$1" || return 1 ;;
  esac
  if [ -z "$hx_m_restore" ] || [ ! -e "$HX_ROOT$hx_m_restore" ]; then return 0; fi
  hx_selinux_needs restorecon && hx_selinux_run restorecon -R -F -- "$HX_ROOT$hx_m_restore"
}

hx_selinux_run() {
  hx_m_said=$("$@" </dev/null 2>&1) || hx_fail "$1 failed: $hx_m_said"
}
