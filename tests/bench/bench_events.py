# SPDX-License-Identifier: MIT
"""The bars of events: throughput, latency, many readers, fairness."""
import contextlib
import statistics
import subprocess

from bench_switch import Mount, Simulator, Switch
from bench_tools import NotMeasured, Running, percentile, tool

# Events of a flood, about a second's; FreeSWITCH makes some 20,000 a second.
FLOOD = {True: 200000, False: 20000}
SIZE = 2048
NAMES = {"json": "events.json", "plain": "events"}
# More than the ring's 16 MiB, after which memory may not grow.
FILL = 12000


def count_of(bench):
    return FLOOD[bench.switch.is_sim]


def drain_rate(switch, form, count, size):
    """Events a second to a raw client that discards them."""
    with Running(switch.client("drain", form, count)) as reader, switch.flood(count, size):
        took, _, got = reader.numbers(300)
    return got / took


class Reading:
    """What readers of a live file got in a flood; the daemon's processor time for it."""

    def __init__(self, mount, name, readers, count, size):
        command = [tool("load"), "read", mount.path(name), str(readers), str(count)]
        with Running(command) as reader:
            used = mount.cpu()
            with mount.switch.flood(count, size):
                self.took, self.bytes, records, lost = reader.numbers(300)
            used = mount.cpu() - used
        self.lost = lost / (records + lost)
        self.rate = records / readers / self.took
        self.cpu = used / count


def throughput(bench):
    """In turn: the raw reader without a mount, then a mount; memory between the first and the last."""
    switch, table, count = bench.switch, bench.table, count_of(bench)
    switch.have(0)
    least = 0.5 if switch.is_sim else 0.95
    for size in (SIZE,) if switch.is_sim else (700, SIZE):
        ours, raw, lost = ({"json": [], "plain": []} for _ in range(3))
        for _ in range(bench.rounds):
            for form in raw:
                raw[form].append(drain_rate(switch, form, count, size))
            with Mount(switch) as mount:
                for form, name in NAMES.items():
                    reading = Reading(mount, name, 1, count, size)
                    ours[form].append(reading.rate)
                    lost[form].append(reading.lost)
        for form, name in NAMES.items():
            mine, peer, gone = (statistics.median(side[form]) for side in (ours, raw, lost))
            table.add(f"events of {size} bytes to cat <>{name}",
                      f"{mine:.0f}/s{f' and {gone:.0%} lost' if gone else ''}",
                      f"{peer:.0f}/s (raw {form}, discarding)", mine / peer, f"at least {least}",
                      mine >= least * peer)


def flatness(bench):
    """Memory after the ring is full, and after five floods more."""
    switch, table = bench.switch, bench.table
    switch.have(0)
    with Mount(switch) as mount:
        bench.fill_ring(mount)
        before = mount.memory()
        for name in ("events.json", "events") * 2 + ("events.json",):
            Reading(mount, name, 1, count_of(bench), SIZE)
        after = mount.memory()
    table.add(f"memory in {5 * count_of(bench)} events", f"{after / 2 ** 20:.1f} MB",
              f"{before / 2 ** 20:.1f} MB (before)", after / before, "flat: at most 1.05",
              after <= 1.05 * before)


def fill_ring(mount):
    for _ in range(2):
        Reading(mount, "events.json", 1, FILL, SIZE)
        Reading(mount, "events", 1, FILL, SIZE)


def readers(bench):
    """Each of 100 readers gets every event; the daemon's processor time per event, beside one reader's."""
    switch, table, count = bench.switch, bench.table, count_of(bench)
    switch.have(0)
    for size in (SIZE, 700):
        with Mount(switch) as mount:
            bench.fill_ring(mount)
            few, many = [], []
            for _ in range(min(bench.rounds, 3)):
                few.append(Reading(mount, "events.json", 1, count, size))
                many.append(Reading(mount, "events.json", 100, min(count, FLOOD[False]), size))
        one, hundred = (statistics.median(reading.cpu for reading in side) for side in (few, many))
        lost = statistics.median(reading.lost for reading in many)
        table.add(f"100 readers of events.json, {size} bytes: CPU an event",
                  f"{hundred * 1e6:.1f} us{f', {lost:.0%} lost' if lost else ''}",
                  f"{one * 1e6:.1f} us (one reader)", hundred / one, "at most 2",
                  hundred <= 2 * one and not lost)


# ---- latency ----

def spread_of(reader, start, count):
    with reader:
        start()
        delays = reader.numbers(count)
    if len(delays) < count:
        raise NotMeasured(f"{len(delays)} of {count} events came")
    return percentile(delays, 0.5), percentile(delays, 0.99)


def latency(bench):
    """From the writing of an event to the socket to a reader that has it, beside the raw client."""
    count = 1000
    with subprocess.Popen([tool("stamp"), str(count), "5"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True, bufsize=1) as stamp, contextlib.ExitStack() as stack:
        stack.callback(stamp.stdin.close)
        switch = Switch("127.0.0.1", stamp.stdout.readline().strip(), "x")

        def start():
            stamp.stdin.write("go\n")

        def after(spread):
            stamp.stdout.readline()
            return spread
        raw, ours = [], []
        for _ in range(bench.rounds):
            raw.append(after(spread_of(Running(switch.client("arrive", count)), start, count)))
            with Mount(switch) as mount:
                ours.append(after(spread_of(
                    Running([tool("load"), "arrive", mount.path("events.json"), str(count)]), start, count)))
    for i, (what, bar) in enumerate((("p50", ""), ("p99", "under 500 us"))):
        mine, peer = (statistics.median(spread[i] for spread in side) for side in (ours, raw))
        bench.table.add(f"event on the socket to reader awake: {what}", f"{mine:.0f} us",
                        f"{peer:.0f} us (raw client)", mine / peer, bar, mine < 500 if bar else None)


def promptness(bench):
    """From sendevent on an idle switch."""
    switch, count = bench.switch, 200
    switch.have(0)
    raw, ours = [], []
    for _ in range(max(1, min(bench.rounds, 3))):
        for side in (raw, ours):
            with contextlib.ExitStack() as stack:
                command = switch.client("arrive", count)
                if side is ours:
                    mount = stack.enter_context(Mount(switch))
                    command = [tool("load"), "arrive", mount.path("events.json"), str(count)]
                side.append(spread_of(Running(command), lambda: subprocess.run(
                    switch.client("send", count, 37, 0), check=True), count))
    for i, (what, bar) in enumerate((("p50", "at most 3 ms"), ("p99", ""))):
        mine, peer = (statistics.median(spread[i] for spread in side) / 1e3 for side in (ours, raw))
        bench.table.add(f"event fired to cat <>events, idle: {what}", f"{mine:.2f} ms",
                        f"{peer:.2f} ms (plain client)", mine / peer, bar, mine <= 3 if bar else None)


# ---- fairness ----

def fairness(bench):
    """Stats while events flood, events while stats storm: a simulator of its own."""
    table, count = bench.table, 1000000
    switch = Simulator()
    try:
        switch.have(10)
        with Mount(switch) as mount:
            mount.wait_for(10)
            file = mount.path("calls", switch.names()[1], "state")

            def stats():
                return [float(word) for word in
                        subprocess.run([tool("load"), "spread", file, "1500"], check=True, text=True,
                                       stdout=subprocess.PIPE).stdout.split()]
            rest = stats()
            alone = Reading(mount, "events.json", 1, count // 10, SIZE)
            with subprocess.Popen([tool("load"), "stat", file, "60000"], stdout=subprocess.DEVNULL) as storm:
                stormy = Reading(mount, "events.json", 1, count // 10, SIZE)
                storm.kill()
            with Running([tool("load"), "read", mount.path("events.json"), "1", str(count)]) as reader, \
                    switch.flood(count, SIZE):
                flooded = stats()
                during = reader.process.poll() is None
    finally:
        switch.close()
    if not during:
        raise NotMeasured("the flood was over before the stats")
    table.add("p99 of stat while events flood (simulator)", f"{flooded[1]:.0f} us", f"{rest[1]:.0f} us (at rest)",
              flooded[1] / rest[1])
    table.add("the same: p50", f"{flooded[0]:.0f} us", f"{rest[0]:.0f} us (at rest)", flooded[0] / rest[0])
    table.add("events while stats storm", f"{stormy.rate:.0f}/s", f"{alone.rate:.0f}/s (no storm)",
              stormy.rate / alone.rate)


ALL = {"throughput": throughput, "flatness": flatness, "readers": readers, "latency": latency,
       "promptness": promptness, "fairness": fairness}
