"""Starts the packed service for a measurement and talks to it; standard library only."""
import contextlib
import json
import os
import pathlib
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
JAR = ROOT / "target" / "winnow.jar"


class Service:
    """The service on a free port of this machine, with a home of its own that is deleted afterwards."""

    def __init__(self, roots, heap="1g", java="java", home=None, options=()):
        with contextlib.closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.keep_home = home is not None
        self.home = home or tempfile.mkdtemp(prefix="winnow-bench-")
        pathlib.Path(self.home).mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = open(pathlib.Path(self.home) / "service.log", "a")
        self.command = [
            java, f"-Xmx{heap}", "-jar", str(JAR), f"--server.port={self.port}",
            f"--winnow.home={self.home}", f"--winnow.data.roots={','.join(roots)}", *options,
        ]
        self.peak_rss = 0

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdout=self.log, stderr=self.log)
        threading.Thread(target=self._watch, daemon=True).start()
        try:
            return self._started()
        except BaseException:
            self.process.terminate()
            raise

    def _started(self):
        deadline = time.time() + 600
        while time.time() < deadline:
            with contextlib.suppress(OSError, urllib.error.URLError):
                if self.get("/actuator/health")["status"] == "UP":
                    return self
            if self.process.poll() is not None:
                break
            time.sleep(0.2)
        raise SystemExit(f"the service did not start; its log:\n{pathlib.Path(self.log.name).read_text()[-4000:]}")

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(60)
        if not self.keep_home:
            shutil.rmtree(self.home, ignore_errors=True)

    def rss(self):
        """Resident bytes of the service's process (without PostgreSQL's)."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) * 1024

    def _watch(self):
        while self.process.poll() is None:
            with contextlib.suppress(OSError, AttributeError):
                self.peak_rss = max(self.peak_rss, self.rss())
            time.sleep(0.2)

    def call(self, method, path, body=None, headers=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, method=method, headers=headers or {})
        if data is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as e:
            return e.code, e.read()

    def get(self, path):
        status, body = self.call("GET", path)
        if status != 200:
            raise SystemExit(f"GET {path} answered {status}: {body.decode()[:500]}")
        return json.loads(body)

    def post(self, path, body, headers=None):
        status, answer = self.call("POST", path, body, headers)
        if status not in (200, 201, 202):
            raise SystemExit(f"POST {path} answered {status}: {answer.decode()[:500]}")
        return json.loads(answer)

    def ingest(self, name, format, location, **more):
        self.post("/datasets", {"name": name, "format": format, "location": location, **more})
        while (dataset := self.get(f"/datasets/{name}"))["state"] == "INGESTING":
            time.sleep(0.2)
        if dataset["state"] != "READY":
            raise SystemExit(f"{name} is {dataset['state']}: {dataset['problems']}")
        return dataset

    def run_job(self, key=None, **request):
        """Submits a job, waits for its end and returns it; one that was submitted before under the same key is gone on with."""
        job = self.post("/jobs", request, {"Idempotency-Key": key} if key else None)["id"]
        last = None
        while True:
            found = self.get(f"/jobs/{job}")
            if found["status"] not in ("QUEUED", "RUNNING"):
                break
            p = found["progress"]
            line = f"run {p['run']} epoch {p['epoch']} {p['phase']}"
            if line != last:
                print(f"  {p['fraction']:6.1%}  {line}  {p['samplesPerSecond'] or 0:,.0f} samples/s", flush=True)
                last = line
            time.sleep(1)
        if found["status"] != "SUCCEEDED":
            raise SystemExit(f"the job is {found['status']}: {found['error']}")
        return found


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT).stdout.strip()


def machine():
    with open("/proc/cpuinfo") as info:
        model = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "unknown")
    return f"{len(os.sched_getaffinity(0))} cores of {model}"
