# SPDX-License-Identifier: MIT
"""How it grows: with channels, and with live readers. A table, growth.dat, and growth.svg by growth.gp."""
import os
import subprocess
import sys
import time

from bench_events import FILL, SIZE, Reading
from bench_switch import Mount
from bench_tools import HERE, ROOT, NotMeasured, medians, missing, number, seconds, tool

OUT = os.path.join(ROOT, "docs")
CHANNELS = (10, 1000, 10000)
# readers: events of the flood; all readers together get some 20 GB at the most
READERS = {1: 60000, 10: 60000, 100: 20000, 1000: 10000}
# The idleness watched, and how long after the mount: a new link looks at all channels again after 5 s.
WINDOW = 10
SETTLED = 8

CHANNEL_COLUMNS = ("channels", "ls ms", "stat us", "cat vars ms", "memory MB", "idle CPU us/s",
                   "first use ms")
READER_COLUMNS = ("readers", "CPU us/event", "events/s each", "MB/s in all", "lost %")


def with_channels(bench, count):
    switch = bench.switch
    switch.have(count)

    def first():
        with Mount(switch) as mount:
            return mount.took
    took, = medians([first], bench.rounds)
    with Mount(switch) as mount:
        mount.wait_for(count)
        some = switch.names()[:10]
        listing, rate, one = medians(
            [lambda: seconds(f"ls {mount.calls}"),
             lambda: number(tool("load"), "stat", mount.path("calls", some[0], "state"), "1000"),
             lambda: seconds(f"for u in {' '.join(some)}; do cat {mount.calls}/$u/vars; done") / len(some)],
            bench.rounds)
        memory = mount.memory()
        time.sleep(SETTLED)
        used = mount.cpu()
        time.sleep(WINDOW)
        used = mount.cpu() - used
    return (count, listing * 1e3, 1e6 / rate, one * 1e3, memory / 2 ** 20, used / WINDOW * 1e6, took * 1e3)


def with_readers(bench, mount, readers):
    count = READERS[readers] // (1 if bench.switch.is_sim else 3)
    figures = []

    def one():
        figures.append(Reading(mount, "events.json", readers, count, SIZE))
        return figures[-1].cpu
    medians([one], min(bench.rounds, 3))
    middle = sorted(figures, key=lambda reading: reading.cpu)[len(figures) // 2]
    return (readers, middle.cpu * 1e6, middle.rate, middle.bytes / middle.took / 1e6, middle.lost * 100)


def markdown(columns, rows):
    lines = ["| " + " | ".join(columns) + " |", "|" + "---:|" * len(columns)]
    for row in rows:
        lines.append("| " + " | ".join(f"{cell:,.0f}" if cell >= 100 or cell == int(cell) else f"{cell:.3g}"
                                       for cell in row) + " |")
    return "\n".join(lines)


def write_data(path, tables):
    """Blocks as gnuplot's `index` counts them, the columns' names in each one's first line."""
    with open(path, "w", encoding="ascii") as file:
        file.write("\n\n".join("# " + "\t".join(columns) + "\n"
                               + "".join("\t".join(f"{cell:.6g}" for cell in row) + "\n" for row in rows)
                               for columns, rows in tables))


def plot(data, picture):
    if missing({"gnuplot": "gnuplot-nox"}):
        print(f"no plot, {missing({'gnuplot': 'gnuplot-nox'})}", file=sys.stderr)
        return 2
    subprocess.run(["gnuplot", "-e", f"data='{data}'; picture='{picture}'", os.path.join(HERE, "growth.gp")],
                   check=True)
    return 0


def run(bench):
    switch = bench.switch
    rows, status = [], 0
    for count in CHANNELS:
        try:
            rows.append(with_channels(bench, count))
        except NotMeasured as error:  # a real switch has its limits
            print(f"{count} channels: not measured: {error}", file=sys.stderr)
            status = 2
            break
        print(f"{count} channels", file=sys.stderr)
    switch.have(0)
    readers = []
    with Mount(switch) as mount:
        Reading(mount, "events.json", 1, FILL, SIZE)
        for count in READERS:
            readers.append(with_readers(bench, mount, count))
            print(f"{count} readers", file=sys.stderr)
    tables = ((CHANNEL_COLUMNS, rows), (READER_COLUMNS, readers))
    print("\n\n".join(markdown(*table) for table in tables))
    data = os.path.join(bench.arguments.out, "growth.dat")
    write_data(data, tables)
    return plot(data, os.path.join(bench.arguments.out, "growth.svg")) or status
