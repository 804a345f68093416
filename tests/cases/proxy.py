#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A wire between eslfs and the switch that writes down what eslfs sends, and that can be cut.

proxy.py HOST PORT LOG PORTFILE [LISTENPORT]

LOG gets one line a command: the number of the connection, a tab, and the command's first line, with
its further header lines after tabs (bodies are left out). While there is a file LOG.lie with two words
of one length, what the switch answers has the second for the first. SIGUSR1 cuts: all connections are reset,
new ones refused. SIGUSR2 mends. SIGTERM ends it.
"""

import asyncio
import os
import re
import signal
import sys

HOST, PORT, LOG, PORTFILE = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]


class Wire:
    def __init__(self):
        self.log = open(LOG, 'ab', buffering=0)
        self.writers = set()
        self.number = 0
        self.server = None
        self.port = int(sys.argv[5]) if len(sys.argv) > 5 else 0

    async def listen(self):
        self.server = await asyncio.start_server(self.accept, '127.0.0.1', self.port)
        self.port = self.server.sockets[0].getsockname()[1]

    def cut(self):
        self.server.close()
        for writer in self.writers:
            writer.transport.abort()

    def mend(self):
        asyncio.ensure_future(self.listen())

    async def accept(self, reader, writer):
        self.number += 1
        number = self.number
        try:
            there, back = await asyncio.open_connection(HOST, PORT)
        except OSError:
            writer.close()
            return
        self.writers |= {writer, back}
        await asyncio.gather(self.pump(reader, back, Commands(self.log, number)),
                             self.pump(there, writer, None))
        self.writers -= {writer, back}

    async def pump(self, reader, writer, commands):
        try:
            while True:
                data = await reader.read(65536)
                if not data:
                    break
                if commands:
                    commands.feed(data)
                elif os.path.exists(LOG + '.lie'):
                    with open(LOG + '.lie', 'rb') as lie:
                        data = data.replace(*lie.read().split())
                writer.write(data)
                await writer.drain()
        except OSError:
            pass
        writer.close()


class Commands:
    """Cuts what one connection sends into commands."""

    def __init__(self, log, number):
        self.log, self.number = log, number
        self.left = b''
        self.body = 0

    def feed(self, data):
        self.left += data
        while True:
            skip = min(self.body, len(self.left))
            self.left, self.body = self.left[skip:], self.body - skip
            head, blank, rest = self.left.lstrip(b'\n').partition(b'\n\n')
            if self.body or not blank:
                return
            self.left = rest
            length = re.search(rb'^content-length: *(\d+)', head, re.I | re.M)
            self.body = int(length.group(1)) if length else 0
            self.log.write(b'%d\t%s\n' % (self.number, head.replace(b'\n', b'\t')))


async def main():
    wire = Wire()
    loop = asyncio.get_running_loop()
    end = asyncio.Event()
    await wire.listen()
    loop.add_signal_handler(signal.SIGUSR1, wire.cut)
    loop.add_signal_handler(signal.SIGUSR2, wire.mend)
    loop.add_signal_handler(signal.SIGTERM, end.set)
    with open(PORTFILE + '.new', 'w') as file:
        print(wire.port, file=file)
    os.rename(PORTFILE + '.new', PORTFILE)
    await end.wait()


asyncio.run(main())
