#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A second compiler has no warning for any of the programs' sources.
# live: no, there is no switch in it
. "$(dirname -- "$0")/lib.sh"

command -v clang >/dev/null || skip "there is no clang"
# As the build compiles them, but no code is made. What only frees itself at the end of its scope is
# unused for clang; gcc, which knows better, looks for the others.
"$PYTHON" - "$BUILD/compile_commands.json" "${JOBS:-2}" <<'END'
import concurrent.futures, json, shlex, subprocess, sys

LEFT_OUT = ('-fsanitize', '-O', '-o', '-M', '-flto', '-fdiagnostics', '-fno-omit')
TAKES_ONE = ('-o', '-MF', '-MQ', '-MT')
ASKED = ['-fsyntax-only', '-Wall', '-Wextra', '-Werror', '-Wno-unused-parameter',
         '-Wno-unused-variable', '-Wno-missing-field-initializers', '-Wno-unknown-warning-option', '-Qunused-arguments']

def arguments(command):
    words = iter(shlex.split(command))
    for word in words:
        if not word.startswith('-') and not word.endswith('.c'):
            continue  # the compiler, and what starts it
        if word in TAKES_ONE:
            next(words)
        elif not word.startswith(LEFT_OUT):
            yield word

def compiled(entry):
    done = subprocess.run(['clang', *arguments(entry['command']), *ASKED], cwd=entry['directory'],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout

with open(sys.argv[1]) as file:
    entries = {entry['file']: entry for entry in json.load(file) if '/src/' in entry['file']}
with concurrent.futures.ThreadPoolExecutor(int(sys.argv[2])) as pool:
    results = list(pool.map(compiled, entries.values()))
for status, text in results:
    if status != 0:
        print(text)
print(f'{len(results)} files')
sys.exit(1 if len(results) < 100 or any(status for status, _ in results) else 0)
END
