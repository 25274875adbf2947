# Kind `sysctl`: settings of the running kernel, below /proc/sys. Identities are names as sysctl(8) has them: dots part
# them, and a `/` stands for a dot inside of one (`net.ipv4.conf.eth0/100.forwarding`).
#
# Numbers there can only be read in one go, and `read` of most shells asks byte by byte: so one grep reads all of them.
# A value that is not there, or cannot be read, is `?`.

hx_observe_sysctl() {
  while IFS= read -r hx_k_id; do
    hx_decode "$hx_k_id" || HX_REPLY=
    hx_sysctl_file "$HX_REPLY" || HX_REPLY=
    hx_say "$hx_k_id$HX_TAB$HX_REPLY"
  done | hx_sysctl_values | while IFS= read -r hx_k_line; do
    hx_encode "${hx_k_line#*"$HX_TAB"}"
    hx_say "${hx_k_line%%"$HX_TAB"*}${HX_TAB}value=$HX_REPLY"
  done
}

# Lines `IDENTITY FILE`, prints `IDENTITY VALUE`: numbers with one space between, of other text the first line as it is.
hx_sysctl_values() {
  hx_k_lines=$(cat)
  [ -n "$hx_k_lines" ] || return 0
  {
    hx_say "$hx_k_lines"
    hx_say .
    (cd "$HX_ROOT/proc/sys" 2>/dev/null && hx_say "$hx_k_lines" | cut -f 2 | xargs grep -sH '' /dev/null)
  } | awk -F "$HX_TAB" '
    !values && $0 == "." { values = 1; next }
    !values { id[++n] = $1; file[n] = $2; next }
    {
      at = index($0, ":"); name = substr($0, 1, at - 1); text = substr($0, at + 1)
      if (name in value) next
      if (text ~ /^[0-9 \t-]*$/) { gsub(/[ \t]+/, " ", text); sub(/^ /, "", text); sub(/ $/, "", text) }
      value[name] = text
    }
    END { for (i = 1; i <= n; i++) print id[i] "\t" ((file[i] in value) ? value[file[i]] : "?") }'
}

# hx_sysctl_file NAME → HX_REPLY: its file, relative to /proc/sys and never outside of it; 1 for what is no name.
hx_sysctl_file() {
  case $1 in
  [!A-Za-z]* | *[!A-Za-z0-9_@+./-]* | '') return 1 ;;
  esac
  hx_k_rest=$1
  HX_REPLY=
  while :; do
    hx_k_word=${hx_k_rest%%[./]*}
    HX_REPLY=$HX_REPLY$hx_k_word
    hx_k_rest=${hx_k_rest#"$hx_k_word"}
    case $hx_k_rest in
    '') break ;;
    .*) HX_REPLY=$HX_REPLY/ ;;
    *) HX_REPLY=$HX_REPLY. ;;
    esac
    hx_k_rest=${hx_k_rest#?}
  done
  case /$HX_REPLY/ in *//* | */./* | */../*) return 1 ;; esac
}

hx_apply_sysctl() {
  # shellcheck disable=SC2034 # the verb is always SYSCTL
  while IFS=$HX_TAB read -r hx_k_n hx_k_verb hx_k_id hx_k_before hx_k_args <&8; do
    hx_sysctl_set || {
      hx_failed "$hx_k_n"
      return 1
    }
    hx_done "$hx_k_n"
  done 8<"$1"
  hx_sysctl_again "$1"
}

# Some settings set others with them (ip_forward: that of every interface): those are set once more.
hx_sysctl_again() {
  hx_k_lines=$(
    {
      cut -f 3 "$1" | hx_observe_sysctl
      hx_say .
      cat "$1"
    } | awk -F "$HX_TAB" '
      !ops && $0 == "." { ops = 1; next }
      !ops { is[$1] = $2; next }
      $5 ~ /^value=/ && is[$3] != $5'
  )
  [ -n "$hx_k_lines" ] || return 0
  hx_say "$hx_k_lines" | while IFS=$HX_TAB read -r hx_k_n hx_k_verb hx_k_id hx_k_before hx_k_args; do
    hx_sysctl_set || {
      hx_failed "$hx_k_n"
      return 1
    }
  done
}

# One line of the steps: writes its value. `?` stands for a setting that was not there; then there is nothing to write.
hx_sysctl_set() {
  hx_args "$hx_k_args"
  hx_arg value || hx_fail 'SYSCTL has no value' || return 1
  hx_k_value=$HX_REPLY
  [ "$hx_k_value" != '?' ] || return 0
  hx_decode "$hx_k_id" || HX_REPLY=
  hx_k_name=$HX_REPLY
  hx_sysctl_file "$hx_k_name" || hx_fail "$hx_k_name is no name of a setting of the kernel" || return 1
  hx_k_file=$HX_ROOT/proc/sys/$HX_REPLY
  [ -f "$hx_k_file" ] || hx_fail "the kernel has no setting $hx_k_name (is its module loaded?)" || return 1
  [ "$hx_k_before" != 'value=?' ] || cat "$hx_k_file" >/dev/null 2>&1 ||
    hx_fail "$hx_k_name can only be written, so that it can neither be held nor taken back; use exec" || return 1
  { hx_say "$hx_k_value" >"$hx_k_file"; } 2>/dev/null && return 0
  # Once more, for what it says.
  hx_k_why=$({ hx_say "$hx_k_value" >"$hx_k_file"; } 2>&1)
  case ${hx_k_why##*: } in '' | 'I/O error') hx_k_why='Invalid argument' ;; esac
  hx_fail "the kernel does not take $hx_k_value for $hx_k_name: ${hx_k_why##*: }"
}
