"""GET /subsets under load: starts the packed service with a heap of 1 GB, imports score sets, and measures over loopback with
wrk, service, database and wrk sharing the machine. Writes bench/results/<date>-subsets.md.

Needs wrk (Debian's package), numpy and target/winnow.jar.
Usage: python3 bench/subsets/load.py [--seconds 10] [--long 60] [--huge 100000000]
"""
import argparse
import datetime
import http.client
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from service import ROOT, Service, commit, machine  # noqa: E402

ANOTHER_RATIO = """
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", "{path}&ratio=0." .. (2000 + n))
end
"""


def wrk(service, path, seconds, clients=1, headers=(), script=None):
    """Milliseconds at the median and the 99th percentile, requests a second, and how many were not answered well."""
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}", "--latency", "--timeout", "20"]
    for header in headers:
        command += ["-H", header]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        if script:
            lua.write(script)
            lua.flush()
            command += ["-s", lua.name]
        out = subprocess.run([*command, service.url + path], capture_output=True, text=True, check=True).stdout

    def milliseconds(percentile):
        value, unit = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)", out).groups()
        return float(value) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit]

    failed = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", out))
    failed += sum(int(n) for n in re.findall(r"(?:connect|read|write|timeout) (\d+)", out))
    return milliseconds(50), milliseconds(99), float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), failed


def import_scores(service, name, scores, labels=None):
    """Streams arrays to POST /score-sets as NPY; returns the set's id and the seconds it took."""
    parts = [("metadata", None, json.dumps({"name": name, "method": "bench", "keeps": "HIGHEST"}).encode())]
    with tempfile.TemporaryDirectory() as folder:
        files = {"file": scores} if labels is None else {"file": scores, "labels": labels}
        for part, values in files.items():
            path = pathlib.Path(folder) / f"{part}.npy"
            np.save(path, values)
            parts.append((part, path.name, path))
        head = lambda part, filename: (  # noqa: E731
            f'--b\r\nContent-Disposition: form-data; name="{part}"'
            + (f'; filename="{filename}"' if filename else "") + "\r\n\r\n"
        ).encode()
        length = sum(
            len(head(p, f)) + 2 + (len(v) if isinstance(v, bytes) else os.path.getsize(v)) for p, f, v in parts
        ) + len(b"--b--\r\n")
        started = time.time()
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=3600)
        connection.putrequest("POST", "/score-sets")
        connection.putheader("Content-Type", "multipart/form-data; boundary=b")
        connection.putheader("Content-Length", str(length))
        connection.endheaders()
        for part, filename, value in parts:
            connection.send(head(part, filename))
            if isinstance(value, bytes):
                connection.send(value)
            else:
                with open(value, "rb") as source:
                    while chunk := source.read(1 << 20):
                        connection.send(chunk)
            connection.send(b"\r\n")
        connection.send(b"--b--\r\n")
        answer = connection.getresponse()
        body = json.loads(answer.read())
    if answer.status != 201:
        raise SystemExit(f"the import of {name} answered {answer.status}: {body}")
    return body["id"], time.time() - started


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--long", type=int, default=60)
    parser.add_argument("--huge", type=int, default=0)
    arguments = parser.parse_args()
    random = np.random.default_rng(0)
    rows, notes = [], []

    def line(name, wanted, holds, *figures):
        p50, p99, rate, failed = figures
        rows.append(
            f"| {name} | {p50:.1f} | {p99:.1f} | {rate:,.0f} | {failed} | {wanted} | {'yes' if holds(*figures) else 'NO'} |"
        )
        print(rows[-1], flush=True)

    with Service([str(ROOT / "samples")]) as service:
        large, seconds = import_scores(
            service, "large", random.gamma(2, size=1281167).astype("<f4"), random.integers(0, 1000, 1281167)
        )
        notes.append(f"1,281,167 scores and labels imported in {seconds:.1f} s.")
        small, _ = import_scores(service, "small", random.gamma(2, size=60000).astype("<f4"), random.integers(0, 10, 60000))
        for rest, limit in [("top&format=json", 40), ("top&format=npy", 10), ("class-balanced&format=json", 80),
                            ("calibrated&format=json", 80), ("stratified&format=json", 80)]:
            path = f"/subsets?scoreSet={large}&policy={rest}"
            wrk(service, path + "&ratio=0.3", 3)
            line(f"1,281,167, {rest}", f"p50 ≤ {limit}", lambda p50, *_: p50 <= limit,
                 *wrk(service, path + "&ratio=0.3", arguments.seconds))
            if "npy" not in rest:
                line(f"1,281,167, {rest}, another ratio each time", "–", lambda *_: True,
                     *wrk(service, path, arguments.seconds, script=ANOTHER_RATIO.format(path=path)))
        top = f"/subsets?scoreSet={large}&ratio=0.3&format=json"
        line(f"1,281,167, top&format=json, 16 clients, {arguments.long} s", "p99 ≤ 600, 0 failed",
             lambda p50, p99, rate, failed: p99 <= 600 and failed == 0, *wrk(service, top, arguments.long, clients=16))
        connection = http.client.HTTPConnection("127.0.0.1", service.port)
        connection.request("GET", top)
        answer = connection.getresponse()
        answer.read()
        line("1,281,167, 304", "p50 < 2", lambda p50, *_: p50 < 2,
             *wrk(service, top, arguments.seconds, headers=[f"If-None-Match: {answer.getheader('ETag')}"]))
        few = f"/subsets?scoreSet={small}&ratio=0.3"
        wrk(service, few + "&format=npy", 3, clients=4)
        line("60,000, top&format=json", "p50 ≤ 4", lambda p50, *_: p50 <= 4,
             *wrk(service, few + "&format=json", arguments.seconds))
        line("60,000, top&format=npy, 4 clients", "≥ 800/s", lambda p50, p99, rate, failed: rate >= 800,
             *wrk(service, few + "&format=npy", arguments.seconds, clients=4))
        if arguments.huge:
            notes += huge(service, random, arguments.huge)
        notes.append(f"Peak resident memory of the service: {service.peak_rss / 2**30:.2f} GiB (heap limit 1 GB).")
    text = (
        f"# GET /subsets at ratio 0.3 under load\n\n{datetime.date.today()}, commit {commit()}, {machine()}; service, database and"
        f" wrk on the same machine; heap 1 GB; {arguments.seconds} s a line.\n\n"
        "| request | p50 ms | p99 ms | requests/s | failed | wanted | holds |\n| --- | ---: | ---: | ---: | ---: | --- | --- |\n"
        + "\n".join(rows) + "\n\n" + "\n".join(f"- {note}" for note in notes) + "\n"
    )
    target = ROOT / "bench" / "results" / f"{datetime.date.today()}-subsets.md"
    target.write_text(text)
    print("\n".join(notes) + f"\nwritten to {target}")


def huge(service, random, size):
    """A score set larger than the heap: import, then the whole list as NPY, checked against NumPy."""
    values = random.random(size, dtype=np.float32)
    score_set, seconds = import_scores(service, "huge", values)
    notes = [f"{size:,} scores imported in {seconds:.0f} s."]
    for attempt in range(3):
        connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=600)
        started = time.time()
        connection.request("GET", f"/subsets?ratio=0.3&format=npy&scoreSet={score_set}")
        answer = connection.getresponse()
        got = bytearray(answer.read(256))
        first = time.time() - started
        while chunk := answer.read(1 << 20):
            got += chunk
        whole = time.time() - started
        notes.append(f"{size:,}, npy: first bytes after {1000 * first:.0f} ms, {len(got) / 1e6:.0f} MB in {whole:.1f} s.")
    kept = np.frombuffer(got[128:], dtype="<i8")
    k = int(0.3 * size + 0.5)
    threshold = np.partition(values, size - k)[size - k]
    assert len(kept) == k and np.all(np.diff(kept) > 0) and values[kept].min() >= threshold
    notes.append(f"All {k:,} indices are distinct, ascending and none is below the threshold.")
    return notes


if __name__ == "__main__":
    main()
