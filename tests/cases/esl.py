#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A raw Event Socket client, so that cases can see and do things behind the mount's back.

esl.py api COMMAND...        the reply
esl.py setvar UUID NAME      sets a variable to stdin's bytes
esl.py apis WORD             prints each api command that the switch runs, until "echo WORD"
esl.py pipe                  a command a line from stdin, in one pipeline; prints nothing
esl.py flood N SIZE          fires N CUSTOM events test::flood with bodies of SIZE bytes
esl.py fire FILE             fires the event in FILE: its name, headers, a blank line, its body

The switch is named by ESL_HOST, ESL_PORT and ESL_SECRET. Python in a case may import it.
"""

import json
import os
import socket
import sys


class Connection:
    def __init__(self):
        address = (os.environ['ESL_HOST'], int(os.environ['ESL_PORT']))
        self.socket = socket.create_connection(address, 30)
        self.file = self.socket.makefile('rb')
        self.events = []  # bodies of events that came before a reply
        self.frame()
        reply = self.ask(b'auth ' + os.environ['ESL_SECRET'].encode())
        if not reply[0].get('reply-text', '').startswith('+OK'):
            sys.exit(f'esl.py: {reply}')

    def frame(self):
        headers = {}
        while True:
            line = self.file.readline()
            if not line:
                sys.exit('esl.py: the switch closed the connection')
            if line == b'\n':
                break
            name, _, value = line.decode('utf-8', 'replace').partition(':')
            headers[name.strip().lower()] = value.strip()
        return headers, self.file.read(int(headers.get('content-length', 0)))

    def send(self, command):
        self.socket.sendall(command + b'\n\n')

    def reply(self):
        while True:
            headers, body = self.frame()
            if headers.get('content-type') in ('command/reply', 'api/response'):
                return headers, body
            self.events.append(body)

    def event(self):
        """The next event's text, as the switch gave it."""
        if self.events:
            return self.events.pop(0)
        return self.frame()[1]

    def ask(self, command):
        self.send(command)
        return self.reply()

    def pipeline(self, commands, width=200):
        """Sends them all, at most `width` unanswered."""
        waiting = 0
        for command in commands:
            self.socket.sendall(command)
            waiting += 1
            if waiting == width:
                self.reply()
                waiting -= 1
        for _ in range(waiting):
            self.reply()


def event(name, headers, body):
    head = b''.join(b'%s: %s\n' % header for header in headers)
    return b'sendevent %s\n%sContent-Length: %d\n\n%s' % (name, head, len(body), body)


def setvar(connection, uuid, name, value):
    """The switch's tokeniser takes backslash escapes and drops pairs of quotes; the words that would
    make it unload its own module are broken by such a pair."""
    escapes = {b'\\': b'\\\\', b"'": b"\\'", b'\n': b'\\n', b'\r': b'\\r', b'\t': b'\\t', b' ': b'\\s'}
    escaped = b''.join(escapes.get(value[i:i + 1], value[i:i + 1]) for i in range(len(value)))
    escaped = escaped.replace(b'load', b"lo''ad")
    reply = connection.ask(b'api uuid_setvar %s %s %s' % (uuid, name, escaped))[1]
    if reply != b'+OK\n':
        sys.exit(f'esl.py: {reply}')


def flood(connection, count, size):
    body = b'x' * (size - 1) + b'\n'
    connection.pipeline(event(b'CUSTOM', [(b'Event-Subclass', b'test::flood'),
                                          (b'Number', str(i).encode())], body)
                        for i in range(count))


def fire(connection, path):
    with open(path, 'rb') as file:
        head, _, body = file.read().partition(b'\n\n')
    name, *lines = head.split(b'\n')
    connection.pipeline([event(name, [tuple(line.split(b': ', 1)) for line in lines], body)])


def apis(connection, last):
    connection.ask(b'event json API')
    print('listening', file=sys.stderr, flush=True)
    while True:
        got = json.loads(connection.event())
        line = ' '.join(got[name] for name in ('API-Command', 'API-Command-Argument') if name in got)
        if line == f'echo {last}':
            break
        print(line, flush=True)


def main():
    connection = Connection()
    verb, *words = sys.argv[1:]
    if verb == 'api':
        sys.stdout.buffer.write(connection.ask(b'api ' + os.fsencode(' '.join(words)))[1])
    elif verb == 'setvar':
        setvar(connection, *map(os.fsencode, words), sys.stdin.buffer.read())
    elif verb == 'apis':
        apis(connection, words[0])
    elif verb == 'pipe':
        connection.pipeline(line.rstrip(b'\n') + b'\n\n' for line in sys.stdin.buffer)
    elif verb == 'flood':
        flood(connection, int(words[0]), int(words[1]))
    elif verb == 'fire':
        fire(connection, words[0])
    else:
        sys.exit(__doc__)


if __name__ == '__main__':
    main()
