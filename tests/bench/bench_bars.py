# SPDX-License-Identifier: MIT
"""The bars of files: variables, stat, listings, memory, rest."""
import os
import subprocess
import tempfile
import time

from bench_switch import Mount, TracedMount
from bench_tools import CPUS, busy_share, medians, number, on_cpu, pin, seconds, tool, until

MANY = 10000
MOUNT_CHANNELS = 5000


class NullMount:
    """The null file system, on a directory of its own."""

    def __init__(self, calls):
        self.calls = calls

    def __enter__(self):
        self.dir = tempfile.mkdtemp(prefix="null-bench-")
        self.process = subprocess.Popen([tool("null-fs"), self.dir, str(self.calls)])
        self.file = os.path.join(self.dir, "calls/u0/f")
        until(lambda: os.path.exists(self.file), "the null file system")
        return self

    def __exit__(self, *_):
        subprocess.run(["fusermount3", "-u", self.dir], check=False)
        self.process.wait()
        os.rmdir(self.dir)


def ceiling(bench):
    """What the simulator can give, to anybody."""
    switch, table, rounds = bench.switch, bench.table, bench.rounds
    if not switch.is_sim:
        return
    for size in (2048, 700):
        rate, = medians([lambda: bench.drain_rate("json", size)], rounds)
        table.add(f"the simulator's ceiling: events of {size} bytes", "", f"{rate:.0f}/s (raw, discarding)")
    switch.have(bench.channels)
    took, = medians([lambda: bench.dumps()], rounds)
    table.add("the simulator's ceiling: pipelined uuid_dump", "", f"{bench.channels / took:.0f}/s (raw)")


def fs_cli(bench):
    switch = bench.switch
    return f"{bench.arguments.fs_cli} -H {switch.host} -P {switch.port} -p {switch.password}"


def variables(bench):
    """cat calls/*/vars; and how many requests of the kernel that is."""
    switch, table, count = bench.switch, bench.table, bench.channels
    switch.have(count)
    if not switch.is_sim:
        time.sleep(3)
        table.add(f"processors busy with {count} channels that sleep", "", f"{busy_share():.0%} (FreeSWITCH)")
    with Mount(switch) as mount, NullMount(count) as null:
        mount.wait_for(count)
        command = f"cat {mount.calls}/{switch.prefix}*/vars"
        ours, raw, floor = medians([lambda: seconds(command), bench.dumps,
                                    lambda: seconds(f"cat {null.dir}/calls/*/f")], bench.rounds)
        table.add(f"cat calls/*/vars, {count} channels", f"{ours * 1e3:.0f} ms",
                  f"{raw * 1e3:.0f} ms (raw, pipelined)", ours / raw, "at most 2.5", ours <= 2.5 * raw)
        table.add("the same, without a switch", f"{ours * 1e3:.0f} ms", f"{floor * 1e3:.0f} ms (null libfuse)",
                  ours / floor)
        if bench.arguments.fs_cli:
            names = switch.names()[:min(count, 100)]
            loop = (f"for u in {' '.join(names)}; do cat {mount.calls}/$u/vars; done",
                    f"for u in {' '.join(names)}; do {fs_cli(bench)} -x \"uuid_dump $u\"; done")
            each, cli = (took / len(names) for took in medians(
                [lambda: seconds(loop[0]), lambda: seconds(loop[1])], min(bench.rounds, 3)))
            cli *= count
            table.add("the same, fs_cli in a loop", f"{ours * 1e3:.0f} ms", f"{cli * 1e3:.0f} ms (fs_cli)",
                      cli / ours, "at least 15", cli >= 15 * ours)
            table.add("the same, cat in a loop too", f"{each * count * 1e3:.0f} ms",
                      f"{cli * 1e3:.0f} ms (fs_cli)", cli / (each * count))
    with TracedMount(switch) as mount:
        mount.wait_for(count)
        command = f"cat {mount.calls}/{switch.prefix}*/vars"
        show_requests(table, "FUSE requests a call for it", mount.requests(lambda: seconds(command)), count)


def show_requests(table, what, counts, times):
    often = [item for item in sorted(counts.items(), key=lambda item: -item[1]) if item[1] >= 0.15 * times]
    ours = ", ".join(f"{name} {count / times:.1f}" for name, count in often)
    table.add(what, f"{sum(counts.values()) / times:.1f}", ours)


def value(bench):
    """One cat of var/x beside one fs_cli: each asks for another channel, so that nothing is shared."""
    switch, table = bench.switch, bench.table
    switch.have(max(switch.n_channels, 20))
    names = " ".join(switch.names()[:20])
    with Mount(switch) as mount:
        mount.wait_for(switch.n_channels)

        def ours():
            time.sleep(1.1)  # vars_ttl: a dump serves for a second
            return seconds(f"for u in {names}; do cat {mount.calls}/$u/var/direction; done") / 20

        def theirs():
            return seconds(f"for u in {names}; do {fs_cli(bench)} -x \"uuid_getvar $u direction\"; done") / 20
        functions = [ours, theirs] if bench.arguments.fs_cli else [ours]
        figures = medians(functions, bench.rounds)
    cat, cli = figures[0], figures[-1]
    if len(figures) == 1:
        table.add("cat calls/U/var/x", f"{cat * 1e3:.2f} ms", "no --fs-cli was named", None, "at least 3")
    else:
        table.add("cat calls/U/var/x", f"{cat * 1e3:.2f} ms", f"{cli * 1e3:.2f} ms (fs_cli)", cli / cat,
                  "at least 3", cli >= 3 * cat)


# ---- rates ----

def files(bench):
    """stat and open+read+close, with the client on the daemon's processor and on another."""
    switch, table = bench.switch, bench.table
    switch.have(max(switch.n_channels, 10))
    name = switch.names()[1]
    with Mount(switch) as mount, NullMount(1) as null:
        mount.wait_for(switch.n_channels)
        file = mount.path("calls", name, "state")
        for where, cpu in (("one processor", CPUS[0]), ("two processors", CPUS[-1])):
            if len(CPUS) == 1 and cpu != CPUS[0]:
                continue
            for pid in (mount.pid, null.process.pid):
                pin(pid, {CPUS[0]})
            for what, word in (("stat", "stat"), ("open+read+close", "orc")):
                ours, peer = medians([lambda f=f, w=word: number(tool("load"), w, f, "1000",
                                                                 preexec_fn=on_cpu(cpu))
                                      for f in (file, null.file)], bench.rounds)
                table.add(f"{what} calls/U/state, {where}", f"{ours:.0f}/s", f"{peer:.0f}/s (null libfuse)",
                          ours / peer, "at least 0.8", ours >= 0.8 * peer)
    with TracedMount(switch) as mount:
        mount.wait_for(switch.n_channels)
        file = mount.path("calls", name, "state")

        def many(function):
            os.stat(file)
            return lambda: [function() for _ in range(200)]
        show_requests(table, "FUSE requests a stat", mount.requests(many(lambda: os.stat(file))), 200)

        def orc():
            with open(file, "rb", buffering=0) as opened:
                while opened.read(65536):
                    pass
        show_requests(table, "FUSE requests an open+read+close", mount.requests(many(orc)), 200)


# ---- many channels ----

def listing(bench):
    switch, table = bench.switch, bench.table
    switch.have(bench.many)
    with Mount(switch) as mount:
        mount.wait_for(bench.many)
        command = f"ls {mount.calls}"
        ours, python = medians([lambda: seconds(command), lambda: plain_listing(mount.calls)], bench.rounds)
        table.add(f"ls calls, {bench.many} channels", f"{ours * 1e3:.1f} ms", "", None,
                  f"under 50 ms ({MANY})", ours < 0.05)
        table.add("the same, readdir alone", f"{python * 1e3:.1f} ms")


def plain_listing(directory):
    start = time.monotonic()
    os.listdir(directory)
    return time.monotonic() - start


def memory(bench):
    """Of channels that were there at the mount, and of those that came while the ring was full."""
    switch, table, many = bench.switch, bench.table, bench.many
    switch.have(0)
    with Mount(switch) as mount:
        empty = mount.memory()
        bench.fill_ring(mount)
        before = mount.memory()
        switch.have(many)
        mount.wait_for(many)
        time.sleep(1)
        lively = (mount.memory() - before) / many
    with Mount(switch) as mount:
        mount.wait_for(many)
        found = (mount.memory() - empty) / many
    for what, each in (("found at the mount", found), ("come since", lively)):
        table.add(f"memory a channel, {many} {what}", f"{each / 1024:.2f} KB", "", None, "under 4 KB",
                  each < 4096)


def mounting(bench):
    switch, table, count = bench.switch, bench.table, min(MOUNT_CHANNELS, bench.many)
    switch.have(count)

    def first():
        with Mount(switch) as mount:
            return mount.took
    took, = medians([first], bench.rounds)
    table.add(f"mount to first ls, {count} channels", f"{took * 1e3:.0f} ms", "", None,
              f"under 1 s ({MOUNT_CHANNELS})", took < 1)


# ---- rest ----

def idle(bench):
    """How often an idle daemon wakes; each event that comes may wake it once, the watchdog too."""
    switch, table, window = bench.switch, bench.table, bench.arguments.idle
    switch.have(100)
    with Mount(switch) as mount:
        mount.wait_for(100)
        time.sleep(20)  # GLib's pool of threads gives up those that the log-in used after 15 s
        events = mount.count_events()
        time.sleep(0.5)
        before, used = mount.wakeups(), mount.cpu()
        time.sleep(window)
        after, used = mount.wakeups(), mount.cpu() - used
        events = mount.count_events() - events
    by_thread = {key: count - before.get(key, 0) for key, count in after.items()}
    wakes = sum(by_thread.values())
    shown = ", ".join(f"{name} {count}" for (_, name), count in by_thread.items() if count)
    # The watchdog fires once a minute.
    allowed = events + 1 + window // 60
    table.add(f"wake-ups of an idle mount in {window} s", f"{wakes}{f' ({shown})' if shown else ''}",
              f"{events} events came", None,
              "events + watchdog", wakes <= allowed)
    table.add("the same: processor time", f"{used / window * 1e6:.0f} us/s")


ALL = {"ceiling": ceiling, "variables": variables, "value": value, "files": files, "mounting": mounting,
       "listing": listing, "memory": memory, "idle": idle}
