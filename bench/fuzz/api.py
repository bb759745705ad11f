"""Fuzzes the packed service by its contract. Requests are made of openapi.yaml by Schemathesis: right ones, wrong ones in one
place, and chains of them. Asked with the administrator's key, with a key that may only read, with none, and, started anew, of
a service that asks for none. Of each answer: no 5xx, no status, media type, header or body that the contract does not have, and
no error that shows a class, SQL or a path outside of the data roots (checks.py).

The service is first one that works on jobs, which makes one of each thing there is; then one that only answers requests, so
that no request trains anything.

Usage: bench/fuzz/api.sh [--short] [--examples 120] [--seed 1] [--results bench/results/<date>-api-fuzz.md]
"""
import argparse
import collections
import datetime
import os
import pathlib
import re
import secrets
import shutil
import struct
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from service import ROOT, Service, commit, machine  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
WORK = ROOT / "target" / "fuzz"
CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
          "response_headers_conformance", "unsupported_method", "allow_header_conformance", "use_after_free",
          "errors_are_problems", "errors_show_nothing_of_the_inside"]
SAMPLES, SIDE = 60, 8

CONFIGURATION = """
max-stream-events = 1
request-timeout = 60
continue-on-failure = true
warnings = false

[generation]
database = "none"
allow-x00 = true
with-security-parameters = false

[generation.dictionaries]
string = {{ dictionary = "hostile", probability = 0.1 }}

[dictionaries.hostile]
values = [
    "../../../../etc/passwd", "/etc/passwd", "/proc/self/environ", "file:///etc/passwd", "https://169.254.169.254/latest",
    "' OR '1'='1' --", "\\");DROP TABLE job;--", "${{jndi:ldap://localhost/a}}", "<script>alert(1)</script>", "=1+1",
    "%s%n", "NaN", "1e400", "-0", "9223372036854775808", "{{}}", "[]"]

[dictionaries.names]
values = ["seed-data", "seed-net", "seed-subset", "seed-scores", "el2n"]

[dictionaries.ids]
values = [{ids}]

[parameters]
name = {{ dictionary = "names", probability = 0.4 }}
dataset = {{ dictionary = "names", probability = 0.4 }}
id = {{ dictionary = "ids", probability = 0.6 }}
job = {{ dictionary = "ids", probability = 0.4 }}
scoreSet = {{ dictionary = "ids", probability = 0.4 }}
with = {{ dictionary = "ids", probability = 0.6 }}
"""


class Keyed(Service):
    """A service that may ask for credentials."""

    key = None

    def call(self, method, path, body=None, headers=None):
        credentials = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        return super().call(method, path, body, {**credentials, **(headers or {})})


def npy(file, descr, shape, data):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    file.write_bytes(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data)


def make_data(folder):
    folder.mkdir()
    pixels = bytes((97 * i + 40 * (i // (SIDE * SIDE) % 2)) % 256 for i in range(SAMPLES * SIDE * SIDE))
    for split in ("train", "test"):
        npy(folder / f"x_{split}.npy", "|u1", (SAMPLES, SIDE, SIDE), pixels)
        npy(folder / f"y_{split}.npy", "|u1", (SAMPLES,), bytes(i % 2 for i in range(SAMPLES)))


def ended(service, path):
    deadline = time.time() + 120
    while time.time() < deadline:
        found = service.get(path)
        if found["status"] == "SUCCEEDED":
            return found
        if found["status"] == "FAILED":
            raise SystemExit(f"{path} is FAILED: {found['error']}")
        time.sleep(0.2)
    raise SystemExit(f"{path} did not end")


def make_one_of_each(service):
    """Returns the ids of all that has one."""
    job = {"dataset": "seed-data", "model": "seed-net", "runs": 1, "epochs": 1}
    service.ingest("seed-data", "npy", "data")
    service.post("/models", {"name": "seed-net", "architecture": "mlp"})
    scored = ended(service, "/jobs/" + service.post("/jobs", {**job, "methods": ["el2n", "loss"]})["id"])
    score_set = scored["scoreSets"][0]["id"]
    ids = [scored["id"], *(s["id"] for s in scored["scoreSets"])]
    evaluation = {**job, "scoreSets": [score_set], "ratios": [0.5], "policies": [{"policy": "top"}]}
    ids.append(ended(service, "/evaluations/" + service.post("/evaluations", evaluation)["id"])["id"])
    ids.append(ended(service, "/noise-audits/" + service.post("/noise-audits", {**job, "fraction": 0.1})["id"])["id"])
    for study in ({"study": "ntk-velocity", "samples": 4}, {"study": "mode-connectivity", "alphas": 3}):
        ids.append(ended(service, "/dynamics/" + service.post(
            "/dynamics", {**job, **study, "at": [0], "scoreSet": score_set, "groups": 2})["id"])["id"])
    ids.append(service.post("/subsets", {"name": "seed-subset", "ratio": 0.5, "scoreSet": score_set})["id"])
    ids.append(service.post("/score-sets", {
        "name": "seed-scores", "method": "mine", "keeps": "HIGHEST", "dataset": "seed-data",
        "scores": [i / SAMPLES for i in range(SAMPLES)]})["id"])
    ids.append(service.post("/api-keys", {"name": "seed-key", "scope": "read"})["id"])
    return ids


def leave_some_waiting(service, ids):
    """Of what nobody works on while requests are only answered."""
    for path in ("/jobs", "/noise-audits"):
        ids.append(service.post(path, {"dataset": "seed-data", "model": "seed-net", "runs": 1, "epochs": 1})["id"])


def counted(service):
    """Requests that the service has answered, by operation and status, by its own account."""
    counts = collections.Counter()
    text = service.call("GET", "/actuator/prometheus")[1].decode()
    for labels, count in re.findall(r"^http_server_requests_seconds_count\{(.*?)\} ([\d.E+]+)$", text, re.MULTILINE):
        label = dict(re.findall(r'(\w+)="(.*?)"', labels))
        counts[label["method"] + " " + label["uri"], label["status"]] += int(float(count))
    return counts


def fuzz(service, name, header, ids, phases, examples, seed, deadline=None):
    """One run of Schemathesis, cut off at the deadline. Returns whether it found nothing, requests answered by operation and status, and seconds."""
    WORK.mkdir(parents=True, exist_ok=True)
    configuration = WORK / "schemathesis.toml"
    configuration.write_text(CONFIGURATION.format(ids=", ".join(f'"{each}"' for each in ids)))
    command = [
        str(pathlib.Path(sys.executable).parent / "schemathesis"), "--config-file", str(configuration), "run",
        str(ROOT / "openapi.yaml"), "--url", service.url, "--phases", phases, "--max-examples", str(examples),
        "--seed", str(seed), "--checks", ",".join(CHECKS + (["ignored_auth"] if header else [])), "--no-color",
        "--suppress-health-check", "all"]
    if header:
        command += ["--header", header]
    before, begun = counted(service), time.time()
    log = WORK / f"api-{name}.log"
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": str(HERE / "checks.py"), "PYTHONHASHSEED": "0"}
    code, cut = 0, ""
    with open(log, "w") as out:
        try:
            left = None if deadline is None else max(1, deadline - time.time())
            code = subprocess.run(
                command, stdout=out, stderr=subprocess.STDOUT, env=environment, cwd=WORK, timeout=left).returncode
        except subprocess.TimeoutExpired:
            # What it found so far it would have told at its end; that no answer was a 5xx, the service's own account tells.
            cut = "  cut off: the time was over"
    answered = counted(service) - before
    seconds = time.time() - begun
    statuses = collections.Counter()
    for (_, status), n in answered.items():
        statuses[status] += n
    right = code == 0 and not any(status.startswith("5") for status in statuses)
    print(f"{name:<20} {sum(answered.values()):>7} requests in {seconds:4.0f} s  "
          + "  ".join(f"{status}: {n}" for status, n in sorted(statuses.items())) + cut, flush=True)
    if not right:
        print(f"found something (code {code}):\n" + "\n".join(log.read_text().splitlines()[-150:]))
    return right, answered, seconds


def failures_in(service):
    log = pathlib.Path(service.log.name).read_text(errors="replace")
    return [line for line in log.splitlines() if "failed unexpectedly" in line]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--examples", type=int, default=120, help="at most, of each operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most-seconds", type=float, help="after which what goes on is cut off and nothing more is begun")
    parser.add_argument("--results", type=pathlib.Path, help="a file to write the results to")
    arguments = parser.parse_args()
    key = "wnw_" + secrets.token_hex(32)
    home = pathlib.Path(tempfile.mkdtemp(prefix="winnow-fuzz-"))
    roots = home / "roots"
    roots.mkdir()
    make_data(roots / "data")
    os.environ["WINNOW_FUZZ_ROOTS"] = str(roots)
    Keyed.key = key
    common = ["--winnow.security.rate-limit.per-second=0", "--winnow.jobs.estimates=false"]
    passes, right, failed = [], True, []
    deadline = time.time() + arguments.most_seconds if arguments.most_seconds else None

    def run(service, *what):
        nonlocal right
        result = fuzz(service, *what, deadline)
        passes.append((what[0], result[1], result[2]))
        right &= result[0]

    # Starts sooner, and leaves the processor to the requests.
    os.environ["JDK_JAVA_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    try:
        os.environ["WINNOW_API_KEY"] = key
        with Keyed([str(roots)], home=str(home), options=common) as service:
            ids = make_one_of_each(service)
        api = [*common, "--winnow.role=api"]
        with Keyed([str(roots)], home=str(home), options=api) as service:
            leave_some_waiting(service, ids)
            reader = service.post("/api-keys", {"name": "reader", "scope": "read"})["key"]
            bearer, readers = f"Authorization: Bearer {key}", f"X-API-Key: {reader}"
            if arguments.short:
                run(service, "administrator", bearer, ids, "coverage,fuzzing", 6, arguments.seed)
                run(service, "no-credentials", None, ids, "fuzzing", 2, arguments.seed)
            else:
                everything = "examples,coverage,fuzzing,stateful"
                run(service, "reader", readers, ids, everything, arguments.examples // 4, arguments.seed)
                run(service, "no-credentials", None, ids, everything, arguments.examples // 4, arguments.seed)
                run(service, "administrator", bearer, ids, everything, arguments.examples, arguments.seed)
            failed += failures_in(service)
        if not arguments.short:
            del os.environ["WINNOW_API_KEY"]
            Keyed.key = None
            with Keyed([str(roots)], home=str(home), options=api) as service:
                run(service, "asks-for-none", None, ids, everything, arguments.examples // 2, arguments.seed + 1)
                failed += failures_in(service)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    for line in failed[:20]:
        print(line)
    right &= not failed
    total = sum(sum(answered.values()) for _, answered, _ in passes)
    print(f"{total} requests, " + ("nothing found" if right else "SOMETHING FOUND"))
    if arguments.results:
        write(arguments.results, passes, total, right)
    sys.exit(0 if right else 1)


def write(file, passes, total, right):
    lines = [
        f"# The API fuzzed by its contract, {datetime.date.today()}", "",
        f"`bench/fuzz/api.sh`, commit {commit()}, {machine()}; Schemathesis "
        + re.search(r"^schemathesis==(.*)$", (HERE / "requirements.txt").read_text(), re.MULTILINE).group(1)
        + f". {total:,} requests by the service's own count, {'nothing found' if right else 'SOMETHING FOUND'}.", "",
        "Checked of each answer: " + ", ".join(f"`{check}`" for check in [*CHECKS, "ignored_auth"])
        + "; and afterwards, that the service's log tells of no request that failed unexpectedly.", "",
        "| asked with | requests | seconds | 2xx and 3xx | 4xx | 5xx |", "| --- | --: | --: | --: | --: | --: |"]
    reached = collections.Counter()
    for name, answered, seconds in passes:
        by_class = collections.Counter()
        for (operation, status), n in answered.items():
            by_class[status[0]] += n
            if status[0] in "23":
                reached[operation] += n
        lines.append(f"| {name} | {sum(answered.values()):,} | {seconds:.0f} | {by_class['2'] + by_class['3']:,} "
                     f"| {by_class['4']:,} | {by_class['5']:,} |")
    lines += ["", "Answered with 2xx or 3xx, by operation:", ""]
    lines += [f"* `{operation}`: {n:,}" for operation, n in sorted(reached.items())]
    file.write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
