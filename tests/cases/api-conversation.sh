#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# api/COMMAND open for both: ask, read exactly that answer, again and again.
. "$(dirname -- "$0")/lib.sh"

switch_and_mount
exec 3<>"$M/api/status"
echo >&3
contains_output "UP " cat <&3
echo >&3
contains_output "UP " cat <&3
exec 3>&-

exec 3<>"$M/api/echo"
note "nothing asked: the end of the file"
same_output "" cat <&3
note "answers queue in order, the end after each, their last line always ends"
printf '%s\n' one two >&3
printf 'one\n' >"$WORK/expected"
quick cat <&3 >"$WORK/got"
check cmp "$WORK/expected" "$WORK/got"
same_output two cat <&3
note "bash's own read"
echo "three words here" >&3
read -r first rest <&3
same three "$first"
same "words here" "$rest"
note "a refusal is read, and the write succeeds"
exec 4<>"$M/api/uuid_dump"
check eval 'echo no-such-channel >&4'
contains_output "-ERR No such channel!" cat <&4
note "two conversations do not see each other's answers"
exec 5<>"$M/api/echo" 6<>"$M/api/echo"
echo five >&5
echo six >&6
same_output six cat <&6
same_output five cat <&5
exec 3>&- 4>&- 5>&- 6>&-

note "Python, unbuffered"
quick "$PYTHON" - "$M/api/echo" <<'END'
import sys
with open(sys.argv[1], 'r+b', 0) as talk:
    for word in (b'uno', b'dos', b'x' * 100000):
        talk.write(word + b'\n')
        got = b''
        while piece := talk.read(8192):
            got += piece
        assert got == word + b'\n', (word, got)
END
