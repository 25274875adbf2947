# shellcheck disable=SC2154,SC2015 # variables of the other parts; every A && B || C is meant
# Kind `git`: checkouts, by the path of their work tree. git runs as whom the tree belongs to, since what lies in .git can
# make it start programs.
#
# Aspects: type (present, absent, empty: a directory with nothing in it, other), commit of HEAD, branch that HEAD is on or
# nothing, remote (URL of origin), dirty (yes: files that git knows differ from the commit).

hx_observe_git() {
  while IFS= read -r hx_v_id; do
    if hx_decode "$hx_v_id"; then hx_git_state "$HX_ROOT$HX_REPLY"; else HX_REPLY=type=other; fi
    hx_say "$hx_v_id$HX_TAB$HX_REPLY"
  done
}

# hx_git_state PATH → HX_REPLY
hx_git_state() {
  hx_v_path=$1
  HX_REPLY=type=absent
  if [ ! -e "$1" ] && [ ! -L "$1" ]; then return 0; fi
  HX_REPLY=type=other
  if [ ! -d "$1" ] || [ -L "$1" ]; then return 0; fi
  if [ ! -e "$1/.git" ]; then
    [ -n "$(find "$1/." ! -name . 2>/dev/null | head -n 1)" ] || HX_REPLY=type=empty
    return 0
  fi
  HX_REPLY='branch=? commit=? dirty=? remote=? type=present'
  command -v git >/dev/null 2>&1 && hx_git_owner && hx_git rev-parse --git-dir >/dev/null 2>&1 || return 0
  hx_encode "$(hx_git symbolic-ref -q --short HEAD)"
  hx_v_state="branch=$HX_REPLY"
  hx_v_now=$(hx_git rev-parse -q --verify 'HEAD^{commit}')
  hx_encode "$hx_v_now"
  hx_v_state="$hx_v_state commit=$HX_REPLY"
  hx_v_dirty=no
  hx_v_line=$(hx_git status --porcelain --untracked-files=no 2>/dev/null | head -n 1)
  [ -z "$hx_v_line" ] || hx_v_dirty=yes
  hx_v_remote=$(hx_git config --get remote.origin.url)
  hx_encode "$hx_v_remote"
  HX_REPLY="$hx_v_state dirty=$hx_v_dirty remote=$HX_REPLY type=present"
}

# → hx_v_uid: the tree belongs to them, or else what git keeps of it does.
hx_git_owner() {
  hx_v_uid=$(stat -c %u "$hx_v_path/.git") || return 1
  [ "$hx_v_uid" != 0 ] || hx_v_uid=$(stat -c %u "$hx_v_path")
}

# hx_git ARGV…: in hx_v_path, as hx_v_uid; reads nothing and asks nobody. hx_v_time: its time limit, or empty.
hx_git() {
  hx_v_home=$(awk -F : -v uid="$hx_v_uid" '$3 == uid { print $6; exit }' /etc/passwd 2>/dev/null)
  set -- env "HOME=${hx_v_home:-/}" GIT_TERMINAL_PROMPT=0 GIT_OPTIONAL_LOCKS=0 \
    git -C "$hx_v_path" -c safe.directory='*' -c core.fsmonitor=false -c advice.detachedHead=false \
    -c user.name=Hexis -c user.email=hexis@localhost "$@"
  if [ -n "${hx_v_time-}" ] && command -v timeout >/dev/null 2>&1; then set -- timeout -k 5 "$hx_v_time" "$@"; fi
  if [ "$hx_v_uid" = "$(id -u)" ] || [ "$(id -u)" != 0 ]; then
    "$@" </dev/null
  elif setpriv --help 2>/dev/null | grep -q reuid; then
    hx_v_gid=$(awk -F : -v uid="$hx_v_uid" '$3 == uid { print $4; exit }' /etc/passwd 2>/dev/null)
    setpriv --reuid "$hx_v_uid" --regid "${hx_v_gid:-$hx_v_uid}" --clear-groups -- "$@" </dev/null
  else
    hx_v_user=$(awk -F : -v uid="$hx_v_uid" '$3 == uid { print $1; exit }' /etc/passwd 2>/dev/null)
    [ -n "$hx_v_user" ] && command -v su >/dev/null 2>&1 ||
      hx_fail "this host has neither setpriv nor su to run git as whom $hx_v_path belongs to" || return 1
    hx_exec_words "$@"
    su -s /bin/sh "$hx_v_user" -c "$HX_REPLY" </dev/null
  fi
}

hx_apply_git() {
  # shellcheck disable=SC2034 # the verb is always GIT
  while IFS=$HX_TAB read -r hx_v_n hx_v_verb hx_v_id hx_v_before hx_v_args <&8; do
    (umask 022 && hx_git_one) || {
      hx_failed "$hx_v_n"
      return 1
    }
    hx_done "$hx_v_n"
  done 8<"$1"
}

# One line of the steps.
hx_git_one() {
  hx_decode "$hx_v_id" || HX_REPLY=
  case $HX_REPLY/ in /*/../* | [!/]* | //*) hx_fail "$hx_v_id is no path for a checkout" || return 1 ;; esac
  hx_v_path=$HX_ROOT$HX_REPLY
  hx_v_kept=$HX_STATE/blobs/inodes/$HX_TX.$hx_v_n
  hx_args "$hx_v_args"
  hx_arg type present || :
  case $HX_REPLY in
  absent | empty) hx_git_remove "$HX_REPLY" ;;
  *)
    # A removal that is undone: the tree as it was.
    if [ "$HX_UNDO" = yes ] && [ -d "$hx_v_kept" ]; then
      rm -rf -- "$hx_v_path" && mv -- "$hx_v_kept" "$hx_v_path"
      return
    fi
    command -v git >/dev/null 2>&1 || hx_fail "this host has no git; declare its package before this" || return 1
    hx_git_state "$hx_v_path"
    case $HX_REPLY in
    type=other) hx_fail "$hx_v_path is there and is no checkout of git" || return 1 ;;
    type=absent | type=empty) hx_git_new || return 1 ;;
    esac
    hx_git_owner && hx_git_remote && hx_git_commit && hx_git_branch
    ;;
  esac
}

# Takes the tree away: what this transaction made for good, anything else to where it can come back from.
hx_git_remove() {
  [ -e "$hx_v_path" ] || return 0
  if [ "$HX_UNDO" != yes ] && [ -e "$hx_v_path/.git" ] && command -v git >/dev/null 2>&1 && hx_git_owner; then
    hx_v_line=$(hx_git status --porcelain | head -n 5)
    [ -z "$hx_v_line" ] ||
      hx_fail "$hx_v_path has what is in no commit, and stays (onRemoval: 'keep' leaves it there):$HX_NL$hx_v_line" ||
      return 1
  fi
  hx_v_stat=$(stat -c '%a %u:%g' "$hx_v_path") || return 1
  if [ "$HX_UNDO" = yes ]; then
    rm -rf -- "$hx_v_path" || return 1
  elif [ "$(stat -c %d "$hx_v_path")" = "$(stat -c %d "$HX_STATE/blobs/inodes")" ]; then
    mv -- "$hx_v_path" "$hx_v_kept" || return 1
  else
    rm -rf -- "$hx_v_kept.part" && cp -a -- "$hx_v_path" "$hx_v_kept.part" && mv -- "$hx_v_kept.part" "$hx_v_kept" &&
      rm -rf -- "$hx_v_path" || return 1
  fi
  [ "$1" = empty ] || return 0
  mkdir -- "$hx_v_path" && chmod "${hx_v_stat%% *}" "$hx_v_path" && chown "${hx_v_stat#* }" "$hx_v_path"
}

# An empty repository, of whom is named.
hx_git_new() {
  [ -d "$hx_v_path" ] || mkdir -- "$hx_v_path" || return 1
  hx_v_uid=$(stat -c %u "$hx_v_path")
  if hx_arg user && [ -n "$HX_REPLY" ]; then
    hx_v_uid=$(id -u -- "$HX_REPLY" 2>/dev/null) || hx_fail "there is no user $HX_REPLY for $hx_v_path" || return 1
    chown "$HX_REPLY:$(id -g -- "$HX_REPLY")" "$hx_v_path" || return 1
  fi
  hx_git -c init.defaultBranch=main init -q || hx_fail "git cannot make a repository at $hx_v_path"
}

hx_git_remote() {
  hx_arg remote || return 0
  case $HX_REPLY in -*) hx_fail "$HX_REPLY is no address of a repository" || return 1 ;; esac
  hx_v_remote=$(hx_git config --get remote.origin.url)
  [ "$HX_REPLY" != "$hx_v_remote" ] || return 0
  if [ -z "$HX_REPLY" ]; then hx_git remote remove origin; elif [ -z "$hx_v_remote" ]; then
    hx_git remote add origin "$HX_REPLY"
  else hx_git remote set-url origin "$HX_REPLY"; fi || hx_fail "the remote of $hx_v_path cannot be set to $HX_REPLY"
}

hx_git_commit() {
  hx_arg commit && [ -n "$HX_REPLY" ] || return 0
  hx_v_commit=$HX_REPLY
  case $hx_v_commit in *[!0-9a-f]*) hx_fail "$hx_v_commit is no commit" || return 1 ;; esac
  hx_git_fetch || return 1
  # A kill may have left it; those who held it are gone.
  [ "$HX_UNDO" != yes ] || rm -f -- "$hx_v_path/.git/index.lock"
  set -- checkout -q --detach
  if [ "$HX_UNDO" = yes ]; then set -- "$@" -f; elif [ -n "$(hx_git rev-parse -q --verify HEAD)" ] &&
    [ -n "$(hx_git status --porcelain --untracked-files=no | head -n 1)" ]; then
    hx_arg force && [ "$HX_REPLY" = yes ] || hx_fail "$hx_v_path has changes that are in no commit" || return 1
    hx_git stash push -q -m "before Hexis went to $hx_v_commit" || hx_fail "the changes in $hx_v_path cannot be kept" ||
      return 1
    hx_note "the changes in $hx_v_path are in its git stash"
  fi
  hx_git "$@" "$hx_v_commit" -- || hx_fail "git cannot check out $hx_v_commit at $hx_v_path" || return 1
  # What was stashed on the way here comes out again.
  if [ "$HX_UNDO" = yes ] && hx_arg dirty && [ "$HX_REPLY" = yes ]; then hx_git stash pop -q; fi
}

# The commit is there, if need be from the remote: all branches and tags, or else it alone.
hx_git_fetch() {
  ! hx_git cat-file -e "$hx_v_commit^{commit}" 2>/dev/null || return 0
  hx_v_remote=$(hx_git config --get remote.origin.url)
  hx_arg timeout 600 || :
  hx_v_time=$HX_REPLY
  hx_git fetch -q --tags --force --no-recurse-submodules origin '+refs/heads/*:refs/remotes/origin/*' ||
    hx_fail "git cannot fetch from $hx_v_remote" || return 1
  hx_git cat-file -e "$hx_v_commit^{commit}" 2>/dev/null || hx_git fetch -q origin "$hx_v_commit" 2>/dev/null || :
  hx_v_time=
  hx_git cat-file -e "$hx_v_commit^{commit}" 2>/dev/null || hx_fail "$hx_v_remote has no commit $hx_v_commit"
}

# On the way back HEAD is on its branch again, where that is still at this commit.
hx_git_branch() {
  hx_arg branch && [ -n "$HX_REPLY" ] || return 0
  [ "$(hx_git rev-parse -q --verify "refs/heads/$HX_REPLY")" = "$(hx_git rev-parse -q --verify HEAD)" ] ||
    return 0
  hx_git symbolic-ref HEAD "refs/heads/$HX_REPLY"
}
