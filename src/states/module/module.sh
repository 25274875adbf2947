# shellcheck disable=SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# Kind `module`: whether the kernel has a module now. What is built into the kernel is always there.

hx_observe_module() {
  hx_m_loaded=$HX_NL$(cut -d ' ' -f 1 "$HX_ROOT/proc/modules" 2>/dev/null)$HX_NL
  hx_m_builtin=
  while IFS= read -r hx_m_id; do
    hx_module_name "$hx_m_id" && hx_module_has "$HX_REPLY" && HX_REPLY=yes || HX_REPLY=no
    hx_say "$hx_m_id${HX_TAB}loaded=$HX_REPLY"
  done
}

# hx_module_has NAME: it is loaded, or built in. hx_m_loaded: names of those that are loaded, each on a line.
hx_module_has() {
  case $hx_m_loaded in *"$HX_NL$1$HX_NL"*) return 0 ;; esac
  hx_module_builtin "$1"
}

# Only some of those that are built in have a folder; the file of their names is read once, and only if need be.
hx_module_builtin() {
  [ ! -d "$HX_ROOT/sys/module/$1" ] || [ -e "$HX_ROOT/sys/module/$1/initstate" ] || return 0
  [ -n "$hx_m_builtin" ] || hx_m_builtin=$HX_NL$(
    sed 's|.*/||; s/\.ko.*//; y/-/_/' "$HX_ROOT/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null
  )$HX_NL
  case $hx_m_builtin in *"$HX_NL$1$HX_NL"*) return 0 ;; esac
  return 1
}

# hx_module_name IDENTITY → HX_REPLY: as the kernel spells it, with `_`; 1 for what is no name.
hx_module_name() {
  HX_REPLY=$1
  case $1 in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9_-]*) return 1 ;; esac
  while :; do
    case $HX_REPLY in *-*) HX_REPLY=${HX_REPLY%%-*}_${HX_REPLY#*-} ;; *) return 0 ;; esac
  done
}

hx_apply_module() {
  # shellcheck disable=SC2034 # the verb is always MODULE
  while IFS=$HX_TAB read -r hx_m_n hx_m_verb hx_m_id hx_m_before hx_m_args <&8; do
    hx_module_set || {
      hx_failed "$hx_m_n"
      return 1
    }
    hx_done "$hx_m_n"
  done 8<"$1"
}

# One line of the steps.
hx_module_set() {
  hx_module_name "$hx_m_id" || hx_fail "$hx_m_id is no name of a module" || return 1
  hx_m_name=$HX_REPLY
  hx_args "$hx_m_args"
  hx_arg loaded || hx_fail "MODULE $hx_m_name says nothing" || return 1
  # An earlier one of this batch may have brought it along.
  hx_m_now=$(hx_say "$hx_m_id" | hx_observe_module)
  [ "${hx_m_now#*"$HX_TAB"}" != "loaded=$HX_REPLY" ] || return 0
  command -v modprobe >/dev/null 2>&1 || hx_fail "this host has no modprobe for the module $hx_m_name" || return 1
  if [ "$HX_REPLY" = yes ]; then
    modprobe "$hx_m_name" || hx_fail "the module $hx_m_name cannot be loaded"
    return
  fi
  hx_m_builtin=
  ! hx_module_builtin "$hx_m_name" || hx_fail "$hx_m_name is built into the kernel and cannot be unloaded" || return 1
  modprobe -r "$hx_m_name" ||
    hx_fail "the module $hx_m_name cannot be unloaded; where it is meant to stay, say onRemoval: 'keep'"
}
