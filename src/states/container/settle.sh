# shellcheck disable=SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# What a committed transaction leaves of containers: those that were put aside go, and images that Hexis had pulled with
# them. `containers/images` in the state directory names what was pulled, `ENGINE REF` a line.

# After the commit is recorded; safe to run again after a kill.
hx_container_settle() {
  hx_j_ops=$(awk -F "$HX_TAB" '$2 == "container" { print $1 " " $4 " " ($6 ~ /image=/ ? "make" : "other") }' "$HX_DIR/ops")
  [ -n "$hx_j_ops" ] || return 0
  hx_j_images=$HX_STATE/containers/images
  hx_j_gone=
  while [ -n "$hx_j_ops" ]; do
    hx_j_line=${hx_j_ops%%"$HX_NL"*}
    case $hx_j_ops in *"$HX_NL"*) hx_j_ops=${hx_j_ops#*"$HX_NL"} ;; *) hx_j_ops= ;; esac
    # shellcheck disable=SC2086 # number, identity, what for
    set -- $hx_j_line
    hx_container_name "$2" 2>/dev/null || continue
    hx_j_aside=$hx_j_name-hexis-$HX_TX-$1
    if hx_container_is "$hx_j_aside" '{{.Config.Image}}'; then
      [ "$3" = make ] || hx_j_gone="$hx_j_gone $HX_REPLY "
      hx_container_do rm "$hx_j_aside" 2>/dev/null || {
        hx_encode "the container $hx_j_aside could not be removed"
        hx_event "note $HX_REPLY"
      }
    fi
    hx_j_line=$(sed -n "s/^image /$hx_j_engine /p" "$HX_DIR/containers.$1" 2>/dev/null)
    [ -z "$hx_j_line" ] || { mkdir -p "$HX_STATE/containers" && hx_say "$hx_j_line" >>"$hx_j_images"; }
  done
  [ ! -s "$hx_j_images" ] || hx_container_prune
}

# What was pulled stays while a container uses it, which the engine itself knows, and, until the last container of this
# host is undeclared, while a list that is kept names it.
hx_container_prune() {
  hx_j_all=no
  cat "$HX_STATE"/sites/*/ledger 2>/dev/null | grep -q '^container:' || hx_j_all=yes
  sort -u "$hx_j_images" | while IFS=' ' read -r hx_j_engine hx_j_line; do
    case "$hx_j_all$hx_j_gone" in
    yes* | *" $hx_j_line "*) ;;
    *)
      if grep -qF -- "$hx_j_line" "$HX_STATE"/sites/*/generations/*.steps 2>/dev/null; then
        hx_say "$hx_j_engine $hx_j_line"
        continue
      fi
      ;;
    esac
    hx_container_do image rm "$hx_j_line" 2>/dev/null || ! "$hx_j_engine" image inspect "$hx_j_line" >/dev/null 2>&1 ||
      hx_say "$hx_j_engine $hx_j_line"
  done >"$hx_j_images.new"
  mv -f "$hx_j_images.new" "$hx_j_images"
  [ -s "$hx_j_images" ] || rm -rf "$HX_STATE/containers"
}
