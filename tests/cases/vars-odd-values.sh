#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Values of any bytes but NUL come back exactly, raw from var/NAME and through printf %b from vars.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
channel
values=(
  plain
  $'two\nlines'
  $'a newline at the end\n'
  $'\n\n'
  '%41 100% %zz %'
  "single ' and double \" and \`back\`"
  'backslashes \ \n \\ \0101 \c end'
  $'tab\tcr\rescape\e del\x7f one\x01'
  ' spaces around '
  'gr\xc3\xbc\xc3\x9fe UTF-8 grüße ☎ 電話'
  $'not UTF-8 \xff\xfe\xc3( end'
  $'cut \xe2\x82'
  'dollar $x ${y} $(z) semi; pipe| comma, equals= brackets [0] {a}'
  _undef_
  '-ERR No such channel!'
  'please reload the mod_event_socket now, or unload mod_event_socket'
  "$(printf '%0.1000d' 0)"
)
for i in "${!values[@]}"; do
  printf %s "${values[i]}" | setvar "$u" "odd_$i"
done
quick cat "$M/calls/$u/vars" >"$WORK/vars"
quick cat "$M/calls/$u/vars.json" >"$WORK/vars.json"
for i in "${!values[@]}"; do
  printf '%s\n' "${values[i]}" >"$WORK/raw"
  quick cat "$M/calls/$u/var/odd_$i" >"$WORK/got"
  check cmp "$WORK/raw" "$WORK/got"
  printf %s "${values[i]}" >"$WORK/expected"
  line=$(grep -a "^odd_$i=" "$WORK/vars") || fail "vars has no line for odd_$i"
  printf %b "${line#*=}" >"$WORK/got"
  check cmp "$WORK/expected" "$WORK/got"
  "$PYTHON" - "$WORK/vars.json" "odd_$i" "$WORK/expected" <<'END' || fail "vars.json has another odd_$i"
import json, sys
got = json.load(open(sys.argv[1], encoding='utf-8'))
wanted = open(sys.argv[3], 'rb').read().decode('utf-8', 'replace')
# A decoder may take one or several replacement characters for a broken sequence.
shrink = lambda text: '\ufffd'.join(part for part in text.split('\ufffd') if part)
assert shrink(got[sys.argv[2]]) == shrink(wanted), (got[sys.argv[2]], wanted)
END
done
