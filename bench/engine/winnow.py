"""Builds Winnow's classes and runs the Java side of a measurement; standard library only."""
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RESULTS = ROOT / "bench" / "results"


def build():
    """The class path of the measurements, after a build."""
    maven = [str(ROOT / "mvnw"), "-q", "-B"]
    subprocess.run([*maven, "install", "-DskipTests", "-Dspotless.check.skip"], check=True, cwd=ROOT)
    output = ROOT / "bench" / "target" / "classpath"
    subprocess.run(
        [*maven, "-f", "bench/pom.xml", "compile", "dependency:build-classpath", f"-Dmdep.outputFile={output}"],
        check=True,
        cwd=ROOT,
    )
    return f"{ROOT / 'bench' / 'target' / 'classes'}:{output.read_text()}"


def java(classpath, name, *arguments, options=("-Xmx1g",), tell=lambda found: None):
    """Runs a class of the measurements and returns the JSON lines that it printed; tells each as it comes."""
    command = ["java", *options, "-cp", classpath, f"io.winnow.bench.{name}", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        found = []
        for line in process.stdout:
            if line.startswith("{"):
                found.append(json.loads(line))
                tell(found[-1])
    if process.returncode != 0:
        sys.exit(f"{name} failed with {process.returncode}")
    return found


def commit():
    return subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=ROOT).stdout.strip()


def processor():
    with open("/proc/cpuinfo") as info:
        return next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "unknown")


def cores():
    return len(os.sched_getaffinity(0))
