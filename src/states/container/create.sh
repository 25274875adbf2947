# shellcheck disable=SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# How a container is made: the image, what comes along, the words for the engine.

# The new one is made first, under another name: what the engine refuses costs no interruption.
hx_container_make() {
  hx_container_fields
  hx_container_came && hx_container_image && hx_container_volumes && hx_container_secrets && hx_container_create || return 1
  hx_container_aside && hx_container_do rename "$hx_j_name-hexis-new" "$hx_j_name" ||
    hx_fail "the new container cannot be named $hx_j_name" || return 1
  [ "$hx_j_running" = no ] || hx_container_run "$hx_j_name"
}

# hx_j_args → hx_j_fields: those words that say what the container is made of.
hx_container_fields() {
  hx_j_fields=
  set -f
  for hx_j_word in $hx_j_args; do
    case $hx_j_word in
    type=* | running=* | by=* | settle=*) ;;
    *) hx_j_fields="$hx_j_fields${hx_j_fields:+ }$hx_j_word" ;;
    esac
  done
  set +f
}

# hx_container_came [LINE]: what comes along with op N (`image REF`, `volume NAME`) goes with its undo; that there is such a
# file says that the op had begun, though the container may be as it was.
hx_container_came() {
  hx_put "${1:+$1$HX_NL}" >>"$HX_DIR/containers.$hx_j_n" && hx_sync "$HX_DIR/containers.$hx_j_n" "$HX_DIR"
}

hx_container_image() {
  hx_arg image || :
  hx_j_image=$HX_REPLY
  case $hx_j_image in -* | *[!a-zA-Z0-9._/:@-]*) hx_fail "$hx_j_image is no image" || return 1 ;; esac
  ! "$hx_j_engine" image inspect "$hx_j_image" >/dev/null 2>&1 || return 0
  hx_container_came "image $hx_j_image" || return 1
  set -- "$hx_j_engine" pull -q "$hx_j_image"
  ! command -v timeout >/dev/null 2>&1 || set -- timeout -k 5 900 "$@"
  "$@" 8<&- >/dev/null || hx_fail "the image $hx_j_image is not on this host and cannot be pulled"
}

# Volumes by name that the engine will make.
hx_container_volumes() {
  hx_arg volumes || return 0
  hx_j_list=$HX_REPLY$HX_NL
  while [ -n "$hx_j_list" ]; do
    hx_j_line=${hx_j_list%%"$HX_NL"*}
    hx_j_list=${hx_j_list#*"$HX_NL"}
    case $hx_j_line in '' | /*) continue ;; esac
    "$hx_j_engine" volume inspect "${hx_j_line%%:*}" >/dev/null 2>&1 ||
      hx_container_came "volume ${hx_j_line%%:*}" || return 1
  done
}

# → hx_j_envfile: the variables that hold secrets, `NAME=VALUE` a line, which the engine reads from there. Each of the
# names that were declared has one line: a value with a line end would be another variable.
hx_container_secrets() {
  hx_j_envfile=
  hx_arg blob || return 0
  hx_blob "$HX_REPLY"
  hx_j_envfile=$HX_REPLY
  [ -f "$hx_j_envfile" ] || hx_fail "the secret variables of $hx_j_name are not on this host" || return 1
  hx_arg secrets || :
  [ "$(sed 's/=.*//' "$hx_j_envfile" | tr '\n' ' ')" = "$HX_REPLY " ] ||
    hx_fail "a secret among $HX_REPLY has more than one line: a variable of a container holds one; give it as a file"
}

# hx_container_each FIELD OPTION: an option for each line of a field, put into hx_j_options as words for sh.
hx_container_each() {
  hx_arg "$1" && [ -n "$HX_REPLY" ] || return 0
  hx_j_list=$HX_REPLY$HX_NL
  while [ -n "$hx_j_list" ]; do
    hx_exec_words "$2" "${hx_j_list%%"$HX_NL"*}"
    hx_j_options="$hx_j_options${HX_REPLY#exec}"
    hx_j_list=${hx_j_list#*"$HX_NL"}
  done
}

# hx_container_flag FIELD OPTION: an option without a value, where the field says yes.
hx_container_flag() {
  if hx_arg "$1" && [ "$HX_REPLY" = yes ]; then hx_j_options="$hx_j_options $2"; fi
}

hx_container_create() {
  hx_j_options=
  for hx_j_word in env=--env ports=--publish volumes=--volume tmpfs=--tmpfs labels=--label capadd=--cap-add \
    capdrop=--cap-drop network=--network user=--user workdir=--workdir hostname=--hostname restart=--restart \
    memory=--memory cpus=--cpus stoptimeout=--stop-timeout entrypoint=--entrypoint healthcmd=--health-cmd \
    healthinterval=--health-interval healthtimeout=--health-timeout healthretries=--health-retries \
    healthstart=--health-start-period; do
    hx_container_each "${hx_j_word%%=*}" "${hx_j_word#*=}"
  done
  hx_container_flag readonly --read-only
  hx_container_flag privileged --privileged
  hx_container_flag init --init
  hx_j_command=
  if hx_arg command; then
    set -f
    # shellcheck disable=SC2086 # words without blanks, each encoded
    set -- $HX_REPLY
    set +f
    for hx_j_word in "$@"; do
      hx_decode "$hx_j_word" || hx_fail 'a word of a command holds no NUL' || return 1
      hx_exec_words "$HX_REPLY"
      hx_j_command="$hx_j_command${HX_REPLY#exec}"
    done
  fi
  hx_j_line=$(hx_put "$hx_j_fields" | sha256sum)
  hx_exec_words --label "hexis.fields=$hx_j_fields" --label "hexis.spec=sha256:${hx_j_line%% *}" \
    --label "hexis.tx=$HX_TX.$hx_j_n" --name "$hx_j_name-hexis-new"
  hx_j_options="$hx_j_options${HX_REPLY#exec}"
  hx_exec_words "$hx_j_image"
  hx_j_command="${HX_REPLY#exec}$hx_j_command"
  [ -z "$hx_j_envfile" ] || hx_j_command=" --env-file '$hx_j_envfile'$hx_j_command"
  # Quoted by hx_exec_words, each of them.
  eval "set -- $hx_j_options$hx_j_command"
  hx_container_do create "$@" || hx_fail "$hx_j_engine refuses to make the container $hx_j_name"
}
