# SPDX-License-Identifier: MIT
"""The switch, simulated or real, and mounts of it."""
import contextlib
import os
import re
import subprocess
import tempfile
import time

from bench_tools import NotMeasured, on_cpu, output, processor_seconds, program, read, resident, \
    tool, until, wakeups


# What an event has besides its body, about.
HEAD_SIZE = 700
# The variable by which the channels of this run are known.
MARK = "eslfs_bench"


class Switch:
    """One that runs already."""
    is_sim = False

    def __init__(self, host, port, password):
        self.host, self.port, self.password = host, port, password
        # Others may have channels on it.
        self.prefix = f"bench-{os.getpid()}-"
        self.n_channels = 0

    def client(self, *words):
        return [tool("client"), self.host, self.port, self.password, *map(str, words)]

    def api(self, lines):
        """Pipelines them: seconds."""
        with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
            file.flush()
            took, refused, _ = output(*self.client("api", file.name), timeout=300).split()
        if int(refused):
            raise NotMeasured(f"{refused} of {len(lines)} commands were refused, as {lines[0]}")
        return float(took)

    def names(self):
        return [f"{self.prefix}{i}" for i in range(self.n_channels)]

    def have(self, count):
        """So many channels, by making or killing some."""
        old = self.names()
        self.n_channels = max(count, len(old))  # all that may be there, should this fail
        if count > len(old):
            self.api([f"originate {{origination_uuid={name},{MARK}={self.prefix}}}null/x &sleep(36000000)"
                      for name in self.names()[len(old):]])
        elif count > 0:
            self.api([f"uuid_kill {name}" for name in old[count:]])
        elif old:
            self.api([f"hupall NORMAL_CLEARING {MARK} {self.prefix}"])
        # `show channels` lags behind.
        until(lambda: self.count() == count, f"{count} channels in the switch's list", 60, 0.2)
        self.n_channels = count

    def count(self):
        return len(re.findall(rf"^{re.escape(self.prefix)}",
                              output(*self.client("ask", "show channels"), timeout=60), re.M))

    def cpu(self):
        return None

    @contextlib.contextmanager
    def flood(self, count, size):
        """`count` events of about `size` bytes, as fast as they come."""
        senders = [subprocess.Popen(self.client("send", (count + 1) // 2, 0, max(size - HEAD_SIZE, 0)))
                   for _ in range(2)]
        try:
            yield
            for sender in senders:
                sender.wait(timeout=120)
        finally:
            for sender in senders:
                sender.kill()
                sender.wait()

    def close(self):
        if self.n_channels:
            with contextlib.suppress(NotMeasured):
                self.have(0)


class Simulator(Switch):
    is_sim = True

    def __init__(self, cpu=None):
        super().__init__("127.0.0.1", None, "bench")
        with tempfile.TemporaryDirectory() as work:
            port_file = os.path.join(work, "port")
            self.process = subprocess.Popen(
                [program("eslfs-sim"), "--port", "0", "--password", self.password, "--calls", "0",
                 "--controls", "--port-file", port_file], preexec_fn=on_cpu(cpu))
            until(lambda: os.path.exists(port_file), "the simulator")
            self.port = read(port_file).strip()

    def cpu(self):
        return processor_seconds(self.process.pid)

    def start_flood(self, count, size):
        try:
            self.api([f"sim flood {count} {size}"])
        except NotMeasured:
            return False
        return True

    @contextlib.contextmanager
    def flood(self, count, size):
        until(lambda: self.start_flood(count, max(size - HEAD_SIZE, 0)), "the end of the last flood")
        yield

    def close(self):
        self.process.terminate()
        self.process.wait()


class Mount:
    """eslfs on a directory of its own; `took`: seconds from the start to the first listing."""

    def __init__(self, switch, *options):
        self.switch = switch
        self.dir = tempfile.mkdtemp(prefix="eslfs-bench-")
        self.calls = os.path.join(self.dir, "calls")
        start = time.monotonic()
        self.pid = self.start([program("eslfs"), f"{switch.host}:{switch.port}", self.dir, *options],
                              dict(os.environ, ESL_PASSWORD=switch.password))
        os.listdir(self.calls)
        self.took = time.monotonic() - start
        self.pid = self.pid or self.find_pid()

    def start(self, command, environment):
        output(*command, env=environment)

    def find_pid(self):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError):
                words = read(f"/proc/{pid}/cmdline").split("\0")
                if words[0] == program("eslfs") and self.dir in words:
                    return int(pid)
        raise NotMeasured("eslfs is not there")

    def __enter__(self):
        return self

    def has_ended(self):
        return not os.path.exists(f"/proc/{self.pid}")

    def __exit__(self, *_):
        subprocess.run(["fusermount3", "-uz", self.dir], check=False)
        with contextlib.suppress(NotMeasured):
            until(self.has_ended, "the daemon's end")
        os.rmdir(self.dir)

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def ours(self):
        """The channels that were made for this run."""
        return [name for name in os.listdir(self.calls) if name.startswith(self.switch.prefix)]

    def wait_for(self, count):
        until(lambda: len(self.ours()) == count, f"{count} channels below {self.calls}", 60)

    def cpu(self):
        return processor_seconds(self.pid)

    def memory(self):
        return resident(self.pid)

    def wakeups(self):
        """By thread."""
        return wakeups(self.pid)

    def count_events(self):
        with open(self.path("events.json"), "rb") as file:
            return sum(1 for _ in file)


class TracedMount(Mount):
    """One that prints every request, to count them. Nothing is timed on it."""

    def start(self, command, environment):
        self.trace = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
        self.process = subprocess.Popen([*command, "-d"], env=environment, stdout=subprocess.DEVNULL,
                                        stderr=self.trace)
        until(lambda: os.path.ismount(self.dir), "the mount")
        return self.process.pid

    def has_ended(self):
        return self.process.poll() is not None

    def length(self):
        return self.trace.seek(0, os.SEEK_END)

    def quiet(self):
        before = self.length()
        time.sleep(0.1)
        return self.length() == before

    def requests(self, function):
        """FUSE requests that `function` causes, by name. Some (forgets) come later."""
        until(self.quiet, "silence")
        start = self.length()
        function()
        until(self.quiet, "silence")
        self.trace.seek(start)
        counts = {}
        for name in re.findall(r"^unique: \d+, opcode: (\w+)", self.trace.read(), re.M):
            name = name.replace("BATCH_", "")
            counts[name] = counts.get(name, 0) + 1
        return counts
