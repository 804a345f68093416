# SPDX-License-Identifier: MIT
"""What every measurement uses: the build, the clock, the table."""
import contextlib
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build-bench")
TARGETS = ["src/eslfs", "src/eslfs-sim", *("tests/bench/bench-" + name
                                           for name in ("null-fs", "load", "client", "stamp"))]
# program: the Debian package that has it
NEEDED = {"meson": "meson", "ninja": "ninja-build", "gcc": "gcc", "pkg-config": "pkg-config",
          "fusermount3": "fuse3"}
CPUS = sorted(os.sched_getaffinity(0))


class NotMeasured(Exception):
    """Why there is no figure."""


def missing(needed):
    """What must be installed, as a sentence; None when nothing is missing."""
    packages = [package for program, package in needed.items() if not shutil.which(program)]
    if not packages:
        return None
    return (f"missing: {' '.join(packages)} (mount-helpers/install-packages {' '.join(packages)})")


def build(directory=BUILD, *options):
    if missing(NEEDED):
        print(missing(NEEDED), file=sys.stderr)
        sys.exit(2)
    try:
        if not os.path.isfile(os.path.join(directory, "build.ninja")):
            subprocess.run(["meson", "setup", directory, ROOT, "--buildtype=release", *options], check=True,
                           stdout=subprocess.DEVNULL)
        subprocess.run(["ninja", "-C", directory, *TARGETS], check=True, stdout=subprocess.DEVNULL)
    except subprocess.CalledProcessError as error:
        print(f"not built: {error}", file=sys.stderr)
        sys.exit(2)


def program(name):
    return os.path.join(BUILD, "src", name)


def tool(name):
    return os.path.join(BUILD, "tests/bench", "bench-" + name)


def output(*command, timeout=120, **options):
    try:
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, timeout=timeout,
                              **options).stdout
    except (subprocess.SubprocessError, OSError) as error:
        raise NotMeasured(f"{os.path.basename(command[0])}: {error}") from error


def number(*command, **options):
    return float(output(*command, **options).split()[0])


def on_cpu(cpu):
    """For Popen's preexec_fn."""
    return None if cpu is None else lambda: os.sched_setaffinity(0, {cpu})


def seconds(command):
    """Of a shell command."""
    start = time.monotonic()
    output("bash", "-c", f"{command} > /dev/null", timeout=300)
    return time.monotonic() - start


def until(condition, what, limit=30, pause=0.01):
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            raise NotMeasured(f"waited in vain for {what}")
        time.sleep(pause)


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(len(values) * share))]


def medians(functions, rounds):
    """Of each function's figures; the functions take turns."""
    figures = [[function() for function in functions] for _ in range(rounds)]
    return [statistics.median(column) for column in zip(*figures)]


class Running:
    """A program that says "ready" on its standard error, and later a line."""

    def __init__(self, command, cpu=None):
        self.command = command
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                        preexec_fn=on_cpu(cpu))

    def __enter__(self):
        if "ready" not in self.process.stderr.readline():
            self.process.kill()
            raise NotMeasured(f"{' '.join(self.command)} did not get ready")
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        self.process.stderr.close()

    def text(self, timeout=60):
        try:
            return self.process.communicate(timeout=timeout)[0]
        except subprocess.TimeoutExpired as error:
            raise NotMeasured(f"{' '.join(self.command)} was not done in {timeout} s") from error

    def numbers(self, timeout=60):
        return [float(word) for word in self.text(timeout).split()]


# ---- processes ----

def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def threads(pid):
    return os.listdir(f"/proc/{pid}/task")


def processor_seconds(pid):
    """Of all threads that live; to the nanosecond where the kernel counts so."""
    with contextlib.suppress(OSError):
        return sum(int(read(f"/proc/{pid}/task/{thread}/schedstat").split()[0])
                   for thread in threads(pid)) / 1e9
    words = read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    return int(read(f"/proc/{pid}/statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def wakeups(pid):
    """How often each thread of it has gone to sleep of its own will."""
    return {(thread, read(f"/proc/{pid}/task/{thread}/comm").strip()):
            int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)",
                          read(f"/proc/{pid}/task/{thread}/status"), re.M).group(1))
            for thread in threads(pid)}


def pin(pid, cpus):
    for thread in threads(pid):
        os.sched_setaffinity(int(thread), cpus)


# ---- the table ----

def busy_share():
    """How much of the processors others use, over half a second."""
    def sample():
        words = [int(word) for word in read("/proc/stat").split("\n", 1)[0].split()[1:9]]
        return sum(words), words[3] + words[4]
    total, idle = sample()
    time.sleep(0.5)
    total, idle = (b - a for a, b in zip((total, idle), sample()))
    return 1 - idle / max(total, 1)


def machine():
    model = re.search(r"^model name\s*: (.*)$", read("/proc/cpuinfo"), re.M)
    memory = int(re.search(r"^MemTotal:\s*(\d+)", read("/proc/meminfo"), re.M).group(1)) / 2 ** 20
    return (f"{len(CPUS)} processors ({model.group(1) if model else platform.machine()}), "
            f"{memory:.0f} GB, Linux {platform.release()}, {busy_share():.0%} of it busy with other things")


class Table:
    HEAD = ("what", "eslfs", "beside", "ratio", "bar", "met")

    def __init__(self):
        self.rows = []

    def add(self, what, ours, beside="", ratio=None, bar="", met=None):
        """`met` None: a figure to know, no bar."""
        print(f"{what}: {ours}{' | ' if beside else ''}{beside}", file=sys.stderr)
        word = "" if met is None else "yes" if met else "NO"
        self.rows.append((what, ours, beside, "" if ratio is None else f"{ratio:.2f}", bar, word))

    def fail(self, what, error):
        print(f"{what}: not measured: {error}", file=sys.stderr)
        self.rows.append((what, "not measured", str(error), "", "", "?"))

    def text(self):
        lines = [self.HEAD, *self.rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self.HEAD))]
        shown = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths)) + " |"
                 for line in lines]
        return "\n".join([shown[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *shown[1:]])

    def status(self):
        words = [row[-1] for row in self.rows]
        return 1 if "NO" in words else 2 if "?" in words else 0
