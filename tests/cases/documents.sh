#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# README.md's table is the tree's, --help and the man pages know every option, every page is a page.
# live: no, there is no switch in it
. "$(dirname -- "$0")/lib.sh"

note "README.md"
"$PYTHON" "$ROOT/docs/fill.py" readme "$ROOT/README.md" "$ESLFS" >"$WORK/README.md"
diff -u "$ROOT/README.md" "$WORK/README.md" ||
  fail "README.md's table is old; say: docs/fill.py readme README.md $ESLFS >new && mv new README.md"

note "--list-options and --help"
"$ESLFS" --list-options >"$WORK/options"
"$ESLFS" --help >"$WORK/help"
check test -s "$WORK/options"
while IFS=$'\t' read -r word help; do
  check grep -qF -- "  $word " "$WORK/help"
  check grep -qF -- "$help" "$WORK/help"
done <"$WORK/options"

note "--list-tree is what a mount has"
"$ESLFS" --list-tree >"$WORK/tree"
mkdir -p "$M"
"$ESLFS" -f --demo "$M" >"$WORK/eslfs.out" 2>&1 &
mount_pid=$!
await mount_is_ready
while IFS=$'\t' read -r path mode _; do
  [[ $path != *'<'* ]] || continue
  [ -e "$M/$path" ] || fail "--list-tree has $path, the mount has not"
  same "${mode#d}" "$(stat -c %04a "$M/$path")" "the mode of $path"
done <"$WORK/tree"
for path in "$M"/*; do
  name=${path##*/}
  cut -f1 "$WORK/tree" | grep -qxF -e "$name" -e "$name/" || fail "the mount has $name, --list-tree has not"
done
stop_mount

[ -f "$BUILD/docs/eslfs.1" ] || skip "there was no scdoc to make man pages with"
note "man pages"
for page in eslfs.1 eslfs-tree.5 mount.eslfs.8 eslfs-sim.1; do
  check grep -q '^\.SH NAME' "$BUILD/docs/$page"
  check_not grep -qE '@[A-Z_]+@' "$BUILD/docs/$page"
done
"$ESLFS" --list-queries >"$WORK/queries"
check test -s "$WORK/queries"
sed 's/\\&//g; s/\\//g' "$BUILD/docs/eslfs-tree.5" >"$WORK/eslfs-tree.5"
while IFS=$'\t' read -r shape help; do
  check grep -qF -- "$shape" "$WORK/eslfs-tree.5"
  check grep -qF -- "$help" "$WORK/eslfs-tree.5"
done <"$WORK/queries"
while IFS=$'\t' read -r word _; do
  check grep -qF -- "${word%%=*}" "$BUILD/docs/eslfs.1"
done <"$WORK/options"
