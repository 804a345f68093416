#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Peers of the outbound port that are not what they say.

liar.py claim PORT UUID CREATED   answers `connect` as that channel's socket would, then prints what
                                  else it is told, until it is closed or told to exit
liar.py bomb PORT FIRST REST      answers `connect` with FIRST, then with REST again and again, and
                                  prints "closed" when the port has had enough of it
liar.py idle PORT COUNT FILE      opens COUNT connections and says nothing; makes FILE when all are open;
                                  ends when it is told to
liar.py relay PORT FILE           listens, writes its port to FILE, and joins each who connects with
                                  PORT; what comes on standard input is said to PORT in his name
"""

import os
import resource
import select
import socket
import sys


def dial(port):
    peer = socket.create_connection(('127.0.0.1', int(port)))
    assert peer.recv(9, socket.MSG_WAITALL) == b'connect\n\n'
    return peer


def claim(port, uuid, created):
    peer = dial(port)
    peer.sendall(b'Event-Name: CHANNEL_DATA\nUnique-ID: %s\nCaller-Channel-Created-Time: %s\n'
                 b'Content-Type: command/reply\nReply-Text: %%2BOK%%0A\nSocket-Mode: async\n'
                 b'Control: full\n\n' % (os.fsencode(uuid), created.encode()))
    said = b''
    while not said.endswith(b'exit\n\n'):
        more = peer.recv(1000)
        if not more:
            break
        said += more
    sys.stdout.write(said.decode())


def bomb(port, first, rest):
    peer = dial(port)
    sent = 0
    try:
        peer.sendall(first.encode().decode('unicode_escape').encode())
        while sent < 200_000_000:
            sent += peer.send(rest.encode() * 10000)
        print('swallowed it all')
    except ConnectionError:
        print('closed')


def idle(port, count, file):
    peers = []
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    for _ in range(int(count)):
        peers.append(socket.create_connection(('127.0.0.1', int(port))))
    with open(file, 'w', encoding='ascii'):
        pass
    sys.stdin.read()


def relay(port, file):
    listener = socket.create_server(('127.0.0.1', 0))
    with open(file + '.new', 'w', encoding='ascii') as out:
        out.write(str(listener.getsockname()[1]))
    os.rename(file + '.new', file)
    switch = listener.accept()[0]
    mount = socket.create_connection(('127.0.0.1', int(port)))
    while True:
        for ready in select.select([switch, mount, 0], [], [])[0]:
            if ready == 0:
                mount.sendall(os.read(0, 1 << 20))
                continue
            data = ready.recv(1 << 16)
            if not data:
                return
            (mount if ready is switch else switch).sendall(data)


if __name__ == '__main__':
    {'claim': claim, 'bomb': bomb, 'idle': idle, 'relay': relay}[sys.argv[1]](*sys.argv[2:])
