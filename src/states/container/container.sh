# shellcheck disable=SC2154,SC2015,SC2030,SC2031 # variables of the other parts; every A && B || C is meant
# Kind `container`: containers of podman or docker, by engine and name: `podman/web`.
#
# Aspects: type (present, absent), running (yes/no), by (`hexis`, else the beginning of the id of a container that others
# made), id (observed only), fields (names of the fields that are set) and the fields themselves: image, command, env …
# What Hexis makes carries its fields as a label (hexis.fields), since an engine changes nothing of a container but its
# limits, which are looked at; their digest (hexis.spec), for people; and the step that made it (hexis.tx), for the undo.
#
# A container that goes, or that another takes the place of, is stopped and renamed NAME-hexis-TX-N. It is removed when the
# transaction is over (hx_container_settle), and gets its name back when that is undone. One that others made becomes
# NAME-before-hexis-ID, and stays until it is asked for.

HX_CONTAINER_LOOK='{{.ID}} {{.Name}} {{.State.Running}} {{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} image={{.Config.Image}} hexis={{printf "%q" (index .Config.Labels "hexis.fields")}}'

hx_observe_container() {
  hx_j_ids=$(cat)
  {
    for hx_j_engine in podman docker; do hx_container_states; done
    hx_say .
    hx_say "$hx_j_ids"
  } | awk -F "$HX_TAB" '
    !asked && $0 == "." { asked = 1; next }
    !asked { state[$1] = $2; next }
    $0 != "" { print $0 "\t" (($0 in state) ? state[$0] : "type=absent") }'
}

# The states of those of hx_j_ids that hx_j_engine has, by one call for all of them. An engine that never ran is not asked:
# it would make its folders.
hx_container_states() {
  hx_j_names=$(hx_say "$hx_j_ids" | sed -n "s/^$hx_j_engine\/\([A-Za-z0-9][A-Za-z0-9_.-]*\)\$/\1/p")
  [ -n "$hx_j_names" ] && [ -z "$HX_ROOT" ] && command -v "$hx_j_engine" >/dev/null 2>&1 || return 0
  if [ "$hx_j_engine" = podman ]; then
    hx_j_store=$(sed -n 's/^graphroot *= *"\(.*\)"$/\1/p' /etc/containers/storage.conf 2>/dev/null)
    [ -d "${hx_j_store:-/var/lib/containers/storage}" ] || return 0
  fi
  # shellcheck disable=SC2086 # names without blanks
  "$hx_j_engine" container inspect --format "$HX_CONTAINER_LOOK" $hx_j_names 2>/dev/null |
    HX_A_ENGINE=$hx_j_engine awk '
      function put(name, value) { if (!(name in is)) { names[++n] = name; is[name] = value } else is[name] = value }
      # As Go quotes it: what an image says in a label of this name may hold anything, and ends no line.
      function unquoted(text,  out, at) {
        if (text !~ /^".*"$/) return ""
        text = substr(text, 2, length(text) - 2)
        while ((at = index(text, "\\\\"))) { out = out substr(text, 1, at); text = substr(text, at + 2) }
        return text ~ /\\/ ? "" : out text
      }
      function field(name) { return name !~ /^(type|running|by|id|fields)$/ }
      NF > 5 {
        split("", is); split("", names); n = 0; fields = ""
        id = $1; name = $2; sub(/^\//, "", name)
        image = substr($6, 7); gsub(/[^!-~]|[%#&=;<"]/, "?", image)
        text = unquoted(substr($0, index($0, " hexis=") + 7))
        # An image that was made of such a container has the label too.
        if (index(" " text " ", " image=" image " ")) {
          count = split(text, part, " ")
          for (i = 1; i <= count; i++) {
            at = index(part[i], "=")
            put(substr(part[i], 1, at - 1) == "blob" ? "content" : substr(part[i], 1, at - 1), substr(part[i], at + 1))
          }
          if ($4 + 0 != is["memory"] + 0) put("memory", $4)
          if ($5 + 0 && $5 / 1e9 != is["cpus"] + 0) put("cpus", $5 / 1e9)
          put("by", "hexis")
        } else { put("by", substr(id, 1, 12)); put("image", image) }
        put("type", "present"); put("running", $3 == "true" ? "yes" : "no"); put("id", id)
        for (i = 2; i <= n; i++) {
          for (at = i; at > 1 && names[at - 1] > names[at]; at--) {
            swap = names[at]; names[at] = names[at - 1]; names[at - 1] = swap
          }
        }
        for (i = 1; i <= n; i++) if (field(names[i])) fields = fields (fields == "" ? "" : ",") names[i]
        out = ""
        for (i = 1; i <= n; i++) {
          if (names[i] == "id" && is["by"] == "hexis") out = out (out == "" ? "" : " ") "fields=" fields
          out = out (out == "" ? "" : " ") names[i] "=" is[names[i]]
        }
        print ENVIRON["HX_A_ENGINE"] "/" name "\t" out
      }'
}

# hx_container_name IDENTITY → hx_j_engine, hx_j_name
hx_container_name() {
  hx_j_engine=${1%%/*}
  hx_j_name=${1#*/}
  case $hx_j_engine in podman | docker) ;; *) hx_fail "$1: the engine is podman or docker" || return 1 ;; esac
  case $hx_j_name in
  '' | [!A-Za-z0-9]* | *[!A-Za-z0-9_.-]*) hx_fail "$1 is no name of a container" || return 1 ;;
  esac
}

# hx_container_is ID|NAME FORMAT → HX_REPLY. Returns 1 where there is none.
hx_container_is() { HX_REPLY=$("$hx_j_engine" container inspect --format "$2" "$1" 2>/dev/null); }

# hx_container_do WORDS…: the engine, quiet but for its errors. What it leaves running belongs to the container: it holds
# nothing of ours, and no recovery waits for it.
hx_container_do() (
  unset HX_MARK
  "$hx_j_engine" "$@" 8<&- >/dev/null
)

hx_apply_container() {
  hx_j_started=
  # shellcheck disable=SC2034 # the verb is always CONTAINER
  while IFS=$HX_TAB read -r hx_j_n hx_j_verb hx_j_id hx_j_before hx_j_args <&8; do
    hx_container_one || {
      hx_failed "$hx_j_n"
      return 1
    }
    hx_done "$hx_j_n"
  done 8<"$1"
  [ "$HX_UNDO" = yes ] || hx_container_settled
}

# One line of the steps.
hx_container_one() {
  hx_container_name "$hx_j_id" || return 1
  command -v "$hx_j_engine" >/dev/null 2>&1 ||
    hx_fail "this host has no $hx_j_engine; declare its package before this" || return 1
  hx_args "$hx_j_args"
  if [ "$HX_UNDO" = yes ]; then
    hx_container_back
    return
  fi
  hx_args "$hx_j_before"
  hx_arg id || :
  hx_j_old=$HX_REPLY
  hx_arg by || :
  hx_j_by=$HX_REPLY
  hx_args "$hx_j_args"
  hx_arg running yes || :
  hx_j_running=$HX_REPLY
  hx_arg settle 2 || :
  hx_j_settle=$HX_REPLY
  if hx_arg type && [ "$HX_REPLY" = absent ]; then hx_container_aside; elif hx_arg by && [ "$HX_REPLY" != hexis ]; then
    hx_container_give
  elif hx_arg image; then hx_container_make; else hx_container_run "$hx_j_name"; fi
}

# hx_container_run NAME: started or stopped, as hx_j_running says.
hx_container_run() {
  hx_container_is "$1" '{{.State.Running}}' || hx_fail "there is no container $1" || return 1
  case $hx_j_running$HX_REPLY in
  yesfalse)
    hx_container_do start "$1" || hx_fail "the container $1 does not start" || return 1
    hx_j_started="$hx_j_started$hx_j_n $hx_j_engine $1 $hx_j_settle$HX_NL"
    ;;
  notrue) hx_container_do stop "$1" || hx_fail "the container $1 does not stop" ;;
  esac
}

# What has the name stops and gives it up.
hx_container_aside() {
  [ -n "$hx_j_old" ] || return 0
  hx_j_aside=$hx_j_name-hexis-$HX_TX-$hx_j_n
  if [ "$hx_j_by" != hexis ] && hx_arg image; then hx_j_aside=$hx_j_name-before-hexis-$hx_j_by; fi
  hx_container_do stop "$hx_j_old" || hx_fail "the container $hx_j_name does not stop" || return 1
  hx_container_do rename "$hx_j_old" "$hx_j_aside" || hx_fail "the container $hx_j_name cannot be put aside"
}

# The one that was there before Hexis gets its name back.
hx_container_give() {
  hx_j_origin=$HX_REPLY
  hx_container_is "$hx_j_origin" '{{.ID}}' ||
    hx_fail "the container that was $hx_j_name before ($hx_j_origin) is gone; hexis release lets go of the name" || return 1
  case $hx_j_old in
  "$hx_j_origin"*) ;;
  *)
    hx_container_aside && hx_container_do rename "$hx_j_origin" "$hx_j_name" ||
      hx_fail "the container $hx_j_origin cannot be named $hx_j_name" || return 1
    ;;
  esac
  hx_container_run "$hx_j_name"
}

# The way back of one step: what it made goes, and what had the name has it again.
hx_container_back() {
  hx_j_made=$("$hx_j_engine" ps -aq --filter "label=hexis.tx=$HX_TX.$hx_j_n") || return 1
  for hx_j_word in $hx_j_made; do hx_container_do rm -f -v "$hx_j_word" || return 1; done
  if hx_arg id; then
    hx_j_old=$HX_REPLY
    hx_arg running no || :
    hx_j_running=$HX_REPLY
    hx_j_settle=0
    hx_container_is "$hx_j_old" '{{.Name}}' ||
      hx_fail "the container that was $hx_j_name (${hx_j_old%"${hx_j_old#????????????}"}) is gone" || return 1
    if [ "${HX_REPLY#/}" != "$hx_j_name" ]; then
      hx_container_yield && hx_container_do rename "$hx_j_old" "$hx_j_name" || return 1
    fi
    hx_container_run "$hx_j_name" || return 1
  fi
  [ -f "$HX_DIR/containers.$hx_j_n" ] || return 0
  # What something else uses by now stays.
  while IFS=' ' read -r hx_j_word hx_j_line; do hx_container_do "$hx_j_word" rm "$hx_j_line" 2>/dev/null || :; done \
    <"$HX_DIR/containers.$hx_j_n"
}

# On the way back of a removal the one from before Hexis has the name: it steps aside again.
hx_container_yield() {
  hx_container_is "$hx_j_name" '{{.ID}}' || return 0
  hx_j_line=$HX_REPLY
  hx_container_do stop "$hx_j_line" &&
    hx_container_do rename "$hx_j_line" "$hx_j_name-before-hexis-${hx_j_line%"${hx_j_line#????????????}"}"
}

# What was started still runs after its time to settle, all of them waited for together.
hx_container_settled() {
  hx_j_most=0
  hx_j_list=$hx_j_started
  while [ -n "$hx_j_list" ]; do
    hx_j_line=${hx_j_list%%"$HX_NL"*}
    hx_j_list=${hx_j_list#*"$HX_NL"}
    [ "${hx_j_line##* }" -le "$hx_j_most" ] || hx_j_most=${hx_j_line##* }
  done
  [ "$hx_j_most" = 0 ] || sleep "$hx_j_most"
  hx_j_list=$hx_j_started
  while [ -n "$hx_j_list" ]; do
    # shellcheck disable=SC2086 # number, engine, name, seconds
    set -- ${hx_j_list%%"$HX_NL"*}
    hx_j_list=${hx_j_list#*"$HX_NL"}
    [ "$4" != 0 ] || continue
    hx_j_engine=$2
    hx_container_is "$3" '{{.State.Running}} {{.State.ExitCode}}' || :
    case $HX_REPLY in true*) continue ;; esac
    hx_failed "$1"
    hx_say "the container $3 ended with status ${HX_REPLY##* } within $4 s; its last words:" >&2
    "$2" logs --tail 20 "$3" 2>&1 | tail -c 4096 >&2
    return 1
  done
}
