"""Does each fault test fail when its defence is switched off? For each defence: the source file that has it is changed in one place,
compiled aside, and put before the service's own classes in the processes of the tests; the test that guards it must fail then.
Writes bench/results/<date>-mutants.md.

Needs `./mvnw test-compile` before. Usage: python3 bench/faults/mutants.py [name …]
"""
import datetime
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
JAVA = ROOT / "src" / "main" / "java" / "io" / "winnow"
MAVEN = os.environ.get("MAVEN", str(ROOT / "mvnw"))

# name, what is off, test, [(file, from, to)], arguments of the processes
MUTANTS = [
    ("fence", "writes of a worker that lost its run are taken", "FaultTests#takesNothing*",
     [("job/RunTable.java", "AND fence = :fence AND status", "AND :fence >= 0 AND status"),
      ("job/RunLedger.java", "run.fence() != claim.fence()", "run.fence() < 0")], ""),
    ("revival", "what a dead worker held is not put back", "FaultTests#finishesARun*",
     [("job/RunLedger.java", "if (tasks.reviveIfDead(execution, dead, settings.delayAfter(run.attempts()))) {", "if (run.fence() < 0) {")], ""),
    ("attempts", "attempts are not counted at the claim", "FaultTests#quarantines*",
     [("job/RunTable.java", "attempts = attempts + 1, status = 'RUNNING'", "attempts = attempts, status = 'RUNNING'")], ""),
    ("refund", "a shutdown spends an attempt", "FaultTests#givesItsRunBack*",
     [("job/RunLedger.java", "giveBack(claim.run(), claim.fence(), true, null)", "giveBack(claim.run(), claim.fence(), false, null)")], ""),
    ("drain", "a worker that is told to go does not stop between batches", "FaultTests#givesItsRunBack*",
     [("job/RunWatch.java", "if (stop == null && shuttingDown.getAsBoolean()) {", "if (stop == null && hungNanos < 0) {")], ""),
    ("outage", "an outage of the database is taken for a defect", "FaultTests#goesOnOver*",
     [("platform/web/Outage.java", "int depth = 0;", "int depth = DEEPEST;")], ""),
    ("insist", "results are written once and not again", "NetworkTests#keepsTheResults*",
     [("job/RunTask.java", ".maxRetries(seconds)", ".maxRetries(0)")], ""),
    ("half-open", "connections have no time-out", "NetworkTests#movesARun*",
     [], "--spring.datasource.hikari.data-source-properties.socketTimeout=0"),
    ("fast-503", "whoever finds no connection waits for long", "NetworkTests#answers503Fast*",
     [], "--spring.datasource.hikari.connection-timeout=20000"),
    ("hung", "a hung process is left alone", "CrashTests#endsAProcess*",
     [("job/RunWatch.java", "if (silence > hungNanos && !hung && !over) {", "if (silence < 0) {")], ""),
    ("clock", "the scheduler goes by the machine's clock", "CrashTests#worksWithAClock*",
     [("job/DatabaseClock.java", "return last == null ? system.instant()", "return last == null || last.nanos() != 0 ? system.instant()")], ""),
    ("divergence", "a loss that is no number is tried again", "CrashTests#failsAJob*",
     [("job/RunTask.java", "catch (TrainingDivergedException e)", "catch (java.util.MissingResourceException e)"),
      ("job/RunTask.java", "diverged(claim, e)", "new JobError(\"x\", \"x\")")], ""),
    ("limit", "any number of jobs may wait", "QueueFaultTests#cTurns*",
     [("job/QueueLimit.java", "if (waiting >= most) {", "if (waiting < 0) {")], ""),
    ("ageing", "waiting raises nothing", "QueueFaultTests#cTurns*",
     [("job/JobTasks.java", "/ :step))::smallint", "/ :step / 1e9))::smallint")], ""),
    ("end", "a cancel does not look whether the job has ended", "QueueFaultTests#bReaches*",
     [("job/Job.java", "if (status.ended()) {\n            throw new ConflictException(\"job %s has ended", "if (id == null) {\n            throw new ConflictException(\"job %s has ended")], ""),
]


def class_path():
    file = ROOT / "target" / "faults" / "class-path"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [MAVEN, "-o", "-q", "-B", "dependency:build-classpath", f"-Dmdep.outputFile={file}"], cwd=ROOT, check=True)
    return f"{ROOT / 'target' / 'classes'}:{file.read_text().strip()}"


def shadow(name, changes):
    """Compiles the changed sources into a folder of their own."""
    folder = ROOT / "target" / "faults" / "mutants" / name
    shutil.rmtree(folder, ignore_errors=True)
    texts = {}
    for file, old, new in changes:
        text = texts.get(file) or (JAVA / file).read_text()
        if old not in text:
            sys.exit(f"{name}: {file} has no '{old}' any more")
        texts[file] = text.replace(old, new)
    for file, text in texts.items():
        source = folder / "source" / pathlib.Path(file).name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text)
    classes = folder / "classes"
    classes.mkdir(parents=True)
    if texts:
        subprocess.run(
            ["javac", "-nowarn", "-parameters", "-proc:none", "-d", str(classes), "-cp", class_path(),
             *map(str, (folder / "source").iterdir())], check=True, capture_output=True)
    return classes


def main():
    rows, survivors = [], []
    for name, off, test, changes, arguments in MUTANTS:
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        environment = dict(os.environ, WINNOW_FAULTS_SHADOW=str(shadow(name, changes)), WINNOW_FAULTS_ARGUMENTS=arguments)
        begun = time.time()
        done = subprocess.run(
            [MAVEN, "-o", "-B", "-Pfaults", "surefire:test", f"-Dtest={test}", "-Dsurefire.failIfNoSpecifiedTests=true"],
            cwd=ROOT, env=environment, capture_output=True, text=True)
        ran = re.search(r"Tests run: (\d+), Failures: (\d+), Errors: (\d+), Skipped: (\d+)", done.stdout)
        killed = bool(ran) and int(ran[2]) + int(ran[3]) > 0
        message = re.search(r"(?:ConditionTimeout|Assertion|AssertionFailed|IllegalState)\w*:? ?(.*)", done.stdout)
        how = message.group(1).strip()[:110].replace("|", "/") if message else ""
        rows.append(f"| {name}: {off} | `{test.replace('*', '…')}` | {'fails' if killed else 'PASSES'} | {how} |")
        print(f"{name:12} {'fails, as it must' if killed else 'SURVIVED'}  {time.time() - begun:4.0f} s  {how}", flush=True)
        if not killed:
            survivors.append(name)
    if len(sys.argv) == 1:
        text = (
            "# Each fault test with its defence switched off\n\n"
            f"{datetime.date.today()}: `python3 bench/faults/mutants.py`.\n\n| defence that is off | test | it | how |\n| --- | --- | --- | --- |\n"
            + "\n".join(rows) + "\n")
        (ROOT / "bench" / "results" / f"{datetime.date.today()}-mutants.md").write_text(text)
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
