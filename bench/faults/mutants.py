"""Does each fault test fail when its defence is switched off? For each defence: the source file that has it is changed in one place,
compiled aside, and put before the service's own classes in the processes of the tests; the test that guards it must fail then. First
all these tests run with every defence in place, and must pass. Writes bench/results/<date>-mutants.md.

Needs `./mvnw test-compile` before. Usage: python3 bench/faults/mutants.py [--skip-control] [--patience SECONDS] [name …]
Named ones replace their rows in a report of the same day. With --check nothing is run: it only looks whether each place is still there.
"""
import argparse
import datetime
import os
import re
import shutil
import subprocess
import sys
import time
import pathlib
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from service import commit, machine  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
JAVA = ROOT / "src" / "main" / "java" / "io" / "winnow"
REPORTS = ROOT / "target" / "surefire-reports"
MAVEN = os.environ.get("MAVEN", str(ROOT / "mvnw"))
LONGEST = 600

# Changes that more than one test must notice.
CUT_OFF_AT_ONCE = [
    ("job/RunWatch.java", "System.nanoTime() - confirmed > deadNanos && stop == null", "deadNanos > 0 && stop == null")]
NO_VELOCITY = [
    ("surrogate/djl/DjlSurrogate.java",
     "Network.overwrite(velocity, ParameterLayout.toStored(layout.parameters(), state.velocity()));", "")]
NO_REVIVAL = [
    ("job/RunLedger.java", "if (tasks.reviveIfDead(execution, dead, settings.retryDelay())) {", "if (run.fence() < 0) {")]
NO_KEY = [("job/JobIntake.java", "new Job(id, job, digest, key, caller, runs.now())", "new Job(id, job, digest, null, caller, runs.now())")]
CLOCK = [
    ("job/DatabaseClock.java", "return last == null ? system.instant()", "return last == null || last.nanos() != 0 ? system.instant()")]
NO_COUNT = [
    ("job/RunTable.java", "attempts = attempts + 1, status = 'RUNNING'", "attempts = attempts, status = 'RUNNING'")]
NO_REFUND = [
    ("job/RunLedger.java", "giveBack(claim.run(), claim.fence(), true, null)", "giveBack(claim.run(), claim.fence(), false, null)")]
NOT_LEFT_OUT = [
    ("dataset/SplitIngest.java", "SourcePositions.without(bad.positions())", "SourcePositions.without(new int[0])")]
NO_HEIR = [("dataset/Ingester.java", "worker.scheduleWithFixedDelay(this::ingestAll, LOOK_EVERY);", "")]
NO_LOOK = [("job/JobKinds.java", "datasets.requireIntact(dataset, listener);", "")]
NO_LOOK_AFTER = [("job/JobKinds.java", "datasets.requireStoresIntact(dataset, listener);", "")]

# name, what is off, test, [(file, from, to)], arguments of the processes
MUTANTS = [
    ("fence", "what a worker writes that has lost its run is taken", "FaultTests#takesNothing*",
     [("job/RunTable.java", "AND fence = :fence AND status", "AND :fence >= 0 AND status"),
      ("job/RunLedger.java", "run.fence() != claim.fence()", "run.fence() < 0")], ""),
    ("revival", "what a dead worker held is not put back", "FaultTests#finishesARun*",
     NO_REVIVAL, ""),
    ("checkpoint", "no checkpoint counts", "FaultTests#finishesARun*",
     [("job/RunCheckpoints.java", "if (!runs.checkpoint(claim.run(), claim.fence(), newest)) {", "if (newest.isEmpty() || KEPT == 2) {")], ""),
    ("one-each", "a worker takes all that is due when the queue was empty before", "QueueFaultTests#gShares*",
     [("job/TaskQueue.java", "new PostgreSqlJdbcCustomization(true, false)", "new PostgreSqlJdbcCustomization(false, false)")], ""),
    ("unreadable", "a copy of samples that are gone is taken for them", "DataFaultTests#scoresTheSameBytesThoughItsTensorStore*",
     [("dataset/MappedTensorStore.java", "if (target.get(to + i) != before) {", "if (to + i >= 0) {"),
      ("dataset/MappedTensorStore.java", "if (label == UNREAD) {", "if (label < UNREAD) {")], ""),
    ("away", "a disk that was away for a moment ends the job", "DataFaultTests#scoresTheSameBytesThoughItsTensorStore*",
     [("job/RunTask.java", "return retry(claim, unreadable(claim, e), observed, execution);", "return fail(claim, unreadable(claim, e), execution);")], ""),
    ("tasks-apart", "a job and its tasks are stored one after the other", "ApiCrashTests#keepsAJob*",
     [("job/JobIntake.java", "transaction.executeWithoutResult(status -> {", "Optional.of(id).ifPresent(same -> {")], ""),
    ("publication", "a shutdown spends an attempt to publish", "PublicationCrashTests#publishesThough*",
     [("job/FinishTask.java", "if (goesDown && !watch.hung()) {", "if (attempt < 0) {")], ""),
    ("attempts", "attempts are not counted at the claim", "FaultTests#quarantines*",
     NO_COUNT, ""),
    ("refund", "a shutdown spends an attempt", "FaultTests#givesItsRunBack*",
     NO_REFUND, ""),
    ("drain", "a worker that is told to go does not stop between batches", "FaultTests#givesItsRunBack*",
     [("job/RunWatch.java", "if (stop == null && shuttingDown.getAsBoolean()) {", "if (stop == null && deadNanos < 0) {")], ""),
    ("outage", "an outage of the database is taken for a defect", "FaultTests#goesOnOver*",
     [("platform/database/Outage.java", "cause instanceof SQLException sql && wanted.test(sql)", "cause == null")], ""),
    ("checksum", "a damaged checkpoint is read as it is", "CrashTests#goesOnFromTheCheckpoint*",
     [("job/checkpoint/CheckpointFile.java",
       "if (trailer.getLong() != MARKER || trailer.getLong() != length || trailer.getInt() != (int) crc.getValue()) {",
       "if (trailer.getLong() != MARKER) {")], ""),
    ("hung", "a hung process is left alone", "CrashTests#endsAProcess*",
     [("job/StepWatch.java", "if (silence > hungNanos && !hung && !over) {", "if (silence < 0) {")], ""),
    ("hung-publication", "a publication that hangs is left alone", "PublicationCrashTests#publishesTheSameBytesAfterAWorkerThatHung*",
     [("job/FinishTask.java", "settings.hungAfter(),", "settings.hungAfter().multipliedBy(1_000),")], ""),
    ("ingest-roles", "a worker ingests, though it may not see the files", "IngestFaultTests#leavesADataset*",
     [("dataset/Ingester.java", "if (!answers) {", "if (!answers && answers) {")], ""),
    ("ingest-lock", "an ingest goes on without its lock", "IngestFaultTests#breaksOff*",
     [("dataset/IngestLock.java", "statement.execute();", "statement.isClosed();")], ""),
    ("sleeper", "the time that the whole process slept counts as a run's silence", "CrashTests#scoresTheSameBytesWhenAWorkerSleeps*",
     [("job/StepWatch.java", "if (nanos.getAsLong() - looked > STOOD_STILL_NANOS) {", "if (looked == STOOD_STILL_NANOS) {")], ""),
    ("last-step", "a shutdown waits for the end of a step, however long that takes", "CrashTests#spendsNoAttemptOnAWorker*",
     [("job/RunWatch.java", "            releaseIfLate();\n", "")], ""),
    ("halt", "a process whose run hangs is given all the time it wants to go down", "CrashTests#isGoneTwenty*",
     [("platform/ShutdownLimit.java", "Thread.sleep(limit.toMillis());", "Thread.sleep(100 * limit.toMillis());")], ""),
    ("divergence", "a loss that is no number is tried again", "CrashTests#failsAJob*",
     [("job/RunTask.java", "catch (TrainingDivergedException e)", "catch (java.util.MissingResourceException e)"),
      ("job/RunTask.java", "diverged(claim, e)", "new JobError(\"x\", \"x\")")], ""),
    ("clock", "the scheduler goes by the machine's clock", "CrashTests#worksWithAClock*",
     CLOCK, ""),
    ("jump", "the scheduler goes by the machine's clock", "CrashTests#keepsItsRunWhileItsClock*",
     CLOCK, ""),
    ("shard-death", "a shard whose worker died is not begun again", "ShardCrashTests#findsTheSameBytesWhenTheProcessThatHelps*",
     [("job/ShardTable.java", "(f.status = 'QUEUED' OR f.status = 'RUNNING' AND f.heartbeat_at", "(f.status = 'QUEUED' OR false AND f.heartbeat_at")], ""),
    ("shard-kept", "shards that were done before a crash are computed again", "ShardCrashTests#findsTheSameBytesWhenTheProcessOfTheRun*",
     [("job/ShardTable.java", "AND digest = :digest AND device", "AND digest <> :digest AND device")], ""),
    ("insist", "results are written once and not again", "NetworkTests#keepsTheResults*",
     [("job/Insistence.java", ".maxRetries(Math.max(1, times.dead().toSeconds()))", ".maxRetries(0)")], ""),
    ("cut-off", "a run stops as soon as the database is away", "NetworkTests#keepsTheResults*",
     CUT_OFF_AT_ONCE, ""),
    ("self-abort", "a run goes on however long the database is away", "NetworkTests#stopsARunByItself*",
     [("job/RunWatch.java", "System.nanoTime() - confirmed > deadNanos && stop == null", "deadNanos < 0 && stop == null")], ""),
    ("half-open", "connections have no time-out", "NetworkTests#movesARun*",
     [], "--spring.datasource.hikari.data-source-properties.socketTimeout=0"),
    ("fast-503", "whoever finds no connection waits for long", "NetworkTests#answers503Fast*",
     [], "--spring.datasource.hikari.connection-timeout=20000"),
    ("full-disk", "a checkpoint that cannot be written ends the run", "NetworkTests#scoresTheSameBytesThoughTheDisk*",
     [("job/RunCheckpoints.java", "failing = true;", "throw new IllegalStateException(e);")], ""),
    ("key", "requests with one key are not told to be one", "QueueFaultTests#aMakes*",
     NO_KEY, ""),
    ("key-scope", "a key is everybody's", "CallerFaultTests#makesOneJob*",
     [("job/Jobs.java", "and coalesce(j.createdBy, '') = coalesce(:caller, '')", "and coalesce(:caller, '') = coalesce(:caller, '')")], ""),
    ("caller-limit", "any number of one caller's jobs may wait", "CallerFaultTests#turnsTheFlood*",
     [("job/QueueLimit.java", "if (caller != null) {", "if (caller != null && caller.isEmpty()) {")], ""),
    ("let-go", "who works on a cancelled job goes on to its end", "QueueFaultTests#iFrees*",
     [("job/RunWatch.java", "stop = Stop.FENCED;", "")], ""),
    ("end", "a cancel does not look whether the job has ended", "QueueFaultTests#bReaches*",
     [("job/Job.java", "if (status.ended()) {\n            throw new ConflictException(\"job %s has ended", "if (id == null) {\n            throw new ConflictException(\"job %s has ended")], ""),
    ("limit", "any number of jobs may wait", "QueueFaultTests#cTurns*",
     [("job/QueueLimit.java", "if (waiting >= most) {", "if (waiting < 0) {")], ""),
    ("ageing", "waiting raises nothing", "QueueFaultTests#cTurns*",
     [("job/JobTasks.java", "/ :step))::smallint", "/ :step / 1e9))::smallint")], ""),
    ("version", "a task of a later version is taken", "QueueFaultTests#dLeaves*",
     [("job/RunTask.java", "if (data.version() > TaskData.VERSION) {", "if (data.version() < 0) {")], ""),
    ("unresolved", "tasks that nobody here knows are thrown away", "QueueFaultTests#dLeaves*",
     [], "--db-scheduler.delete-unresolved-after=1s"),
    ("together", "the tasks of a job are not made in its transaction", "QueueFaultTests#eKeeps*",
     [("job/JobIntake.java", "tasks.scheduleRuns(id, job.seeds().size(), job.priority(), runs.now());", "")],
     "--winnow.jobs.sweep-interval=10m"),
    ("api-works", "the process that answers works on runs, and takes them down with it", "ApiCrashTests#leavesTheRuns*",
     [], "--winnow.role=all"),
    ("last-event", "events do not tell of a job's end", "ApiCrashTests#leavesTheRuns*",
     [("job/web/JobEventStream.java", "if (view.status() != status) {", "if (view.status() == null) {")], ""),
    ("crash-key", "a request that comes again after a crash is another", "ApiCrashTests#hasEveryJob*",
     NO_KEY, ""),
    ("other-body", "a key is taken with any body", "ApiCrashTests#knowsIts*",
     [("job/JobIntake.java", "!Arrays.equals(job.requestDigest(), digest)", "!Arrays.equals(job.requestDigest(), job.requestDigest())")], ""),
    ("in-doubt", "a run that is done is taken for lost when its worker asks again", "NetworkTests#keepsOnceWhat*",
     [("job/RunLedger.java", "if (run.status() == Run.Status.SUCCEEDED) {\n            return true;", "if (run.status() == Run.Status.SUCCEEDED) {\n            return false;")], ""),
    ("changed-file", "files of another time are not read again", "DataFaultTests#refusesAJob*",
     [("dataset/SourceCheck.java", "if (!Arrays.equals(SourceRecord.hash(source, file, stop), entry.sha256())) {", "if (entry.sha256() == null) {")], ""),
    ("each-run", "data is looked at when a job is submitted, and not before its runs", "DataFaultTests#failsAJobWhoseFiles*",
     NO_LOOK, ""),
    ("changed-store", "a tensor store is not held against its checksum", "DataFaultTests#failsAJobWhoseTensorStoreIsReplaced*",
     [("dataset/StoreCheck.java", "if (!Arrays.equals(Sha256.of(channel, stop), KeyFile.digest(checksum))) {", "if (checksum.isEmpty()) {")], ""),
    ("missing-store", "a tensor store is not looked for", "DataFaultTests#failsAJobWhoseTensorStoresMove*",
     NO_LOOK + NO_LOOK_AFTER, ""),
    ("mixture", "what a run has read is not looked at again", "DataFaultTests#failsARunWhoseTensorStoreIsWritten*",
     NO_LOOK_AFTER, ""),
    ("half-kept", "a checkpoint that cannot be written whole stays as it is", "NetworkTests#goesOnFromTheLast*",
     [("job/checkpoint/CheckpointFile.java", "Files.deleteIfExists(unfinished);", "")], ""),
    ("outage-attempt", "an outage spends an attempt", "NetworkTests#stopsARunByItself*",
     [("job/RunTask.java", "if (stop == Stop.CUT_OFF && ", "if (stop == null && ")], ""),
    ("slow-statement", "a statement may take as long as it likes", "NetworkTests#answers503WhereAStatement*",
     [], "--spring.datasource.hikari.connection-init-sql=SELECT/**/1"),
    ("out-of-sight", "a worker must see the user's files", "DataFaultTests#scoresTheSameBytesThough*",
     [("dataset/DatasetIntegrity.java", ".filter(sources::seesLocation)", "")], ""),
    ("ever-read", "files are read again before each run, whatever their time", "DataFaultTests#scoresWhatWasIngested*",
     [("dataset/SourceCheck.java", "if (time != entry.modified() && entry.wasReadable()", "if (entry.wasReadable()")], ""),
    ("cut-short", "a store that is cut short under a run is taken for any failure", "DataFaultTests#failsARunWhoseTensorStore*",
     [("job/RunTask.java",
       "if (e instanceof SamplesUnreadableException\n                || e instanceof DatasetAwayException\n                || e instanceof InternalError) {",
       "if (e instanceof java.util.MissingResourceException) {")], ""),
    ("schema-lock", "who finds another process at the schema gives up", "StartFaultTests#makesTheSchemaOnce*",
     [], "--spring.flyway.lock-retry-count=0"),
    ("schema-wait", "a change of the schema waits for a lock for as long as it takes", "StartFaultTests#failsNoRequest*",
     [("platform/database/Migrations.java", "SET lock_timeout = '1s'", "SET lock_timeout = 0")], ""),
    ("held", "a request holds its connection until its answer was read", "CrowdTests#answersOthers*",
     [], "--spring.jpa.open-in-view=true"),
    ("heap-share", "comparisons take what they like of the heap", "CrowdTests#answersOthers*",
     [("scoring/web/ComparisonController.java", "heap.over(a.size(), BYTES_A_SAMPLE, \"comparing\", () -> compare(a, b, kept))", "compare(a, b, kept)")], ""),
    ("second-signal", "a second SIGTERM is passed over", "CrashTests#isGoneAtOnce*",
     [("WinnowApplication.java", "ShutdownLimit.haltAtSecondSignal();", "")], ""),
    ("goodbye", "a shutdown at any instant spends an attempt", "CrashTests#scoresTheSameBytesAndSpends*",
     NO_REFUND, ""),
    ("halving", "a pass that has not enough memory is not made in smaller batches", "MemoryFaultTests#scoresFewer*",
     [("scoring/run/BatchLimits.java", "if (!MemoryExhaustedException.isReasonOf(e)) {", "if (e != null) {")], ""),
    ("too-large", "a training that has not enough memory is tried again", "MemoryFaultTests#failsAJobAtOnce*",
     [("job/RunTask.java", "if (MemoryExhaustedException.isReasonOf(e)) {", "if (claim.attempt() < 0) {")], ""),
    ("device", "a process whose GPU failed goes on", "CrashTests#scoresTheSameBytesWhenTheDevice*",
     [("job/ProcessEnd.java", "if (!DeviceFailure.isReasonOf(failure) ||", "if (failure != null ||")], ""),
    ("length", "a file is as long as it likes", "InputFaultTests#ofAnotherLength*",
     [("dataset/format/IdxFile.java", "if (!gzipped && storedBytes != headerBytes() + valueBytes()) {", "if (storedBytes < 0) {")], ""),
    ("known-ways", "a file is as long as it likes", "InputFaultTests#thatIsWrongInAKnownWay*",
     [("dataset/format/IdxFile.java", "if (!gzipped && storedBytes != headerBytes() + valueBytes()) {", "if (storedBytes < 0) {")], ""),
    ("kinds", "samples that are left out are not counted", "InputFaultTests#ofPicturesOfManyKinds*",
     NOT_LEFT_OUT, ""),
    ("no-number", "an imported score may be infinite", "InputFaultTests#ofScoresThatAreNoNumbers*",
     [("scoring/web/ImportJson.java", "if (!Float.isFinite(value)) {", "if (count < 0) {")], ""),
    ("ingest-heir", "nobody looks for ingests whose process is gone", "IngestFaultTests#ingestsTheSameBytesElsewhere*",
     NO_HEIR, ""),
    ("ingest-outage", "nobody looks for ingests that the database broke off", "IngestFaultTests#ingestsTheSameBytesOver*",
     NO_HEIR, ""),
    ("full-503", "a full disk of the database is taken for a defect", "FullDatabaseTests#takesNoJob*",
     [("platform/database/Outage.java", "08...|53...|", "08...|")], ""),
    ("room", "a full disk of the database spends an attempt", "FullDatabaseTests#scoresTheSameBytes*",
     [("job/RunTask.java", "if (Outage.isFullDisk(e)) {", "if (claim == null) {")], ""),
    ("velocity", "a training goes on without the optimizer's velocity", "CrashTests#scoresTheSameBytesWheneverAWorkerIsKilled*",
     NO_VELOCITY, ""),
    ("within-epoch", "a shutdown keeps only whole epochs", "CrashTests#keepsTheStep*",
     [("scoring/run/Savepoints.java", "if (meter.goesOnLater() && at.epoch() == state.epoch()) {", "if (at.epoch() < 0) {")], ""),
    ("heap", "deaths by an exhausted heap are not counted", "CrashTests#quarantinesARunThatExhausts*",
     NO_COUNT, ""),
    ("owner", "the schema is changed by the role that the service works as", "DatabaseRolesTests",
     [("platform/database/Migrations.java", "if (settings.getUrl() == null && settings.getUser() == null) {", "if (settings != null) {")], ""),
    ("absurd", "a header may announce any size", "InputFaultTests#ofAbsurdSize*",
     [("dataset/format/IdxFile.java", "anyMatch(d -> d < 1)", "anyMatch(d -> d == 7)"),
      ("dataset/format/IdxFile.java", "if (item > LARGEST_ITEM) {", "if (item == 7) {")], ""),
    ("shifted", "samples that are left out are not counted", "InputFaultTests#thatIsOnePicture*",
     NOT_LEFT_OUT, ""),
    ("labels", "there may be fewer labels than pictures", "InputFaultTests#withFewerLabels*",
     [("dataset/format/IdxFormat.java", "if (pictures.items() != labels.items()) {", "if (pictures.items() < 0) {")], ""),
    ("one-class", "one class is taken for a task", "InputFaultTests#ofOneClass*",
     [("dataset/format/LabelCounts.java", "if (seen.cardinality() < 2) {", "if (seen.isEmpty()) {")], ""),
    ("part-batch", "a batch that is not full is left out", "InputFaultTests#thatIsLessThanABatch*",
     [("surrogate/TrainingSpec.java", "return (n + batchSize - 1) / batchSize;", "return n / batchSize;")], ""),
    ("leftover", "what was written of a store that cannot be finished stays", "InputFaultTests#thatFindsNoRoom*",
     [("dataset/Ingester.java", "            stores.delete(dataset.id());\n            brought.delete(dataset.id());",
       "            stores.deleteCheckpoints(dataset.id());\n            brought.delete(dataset.id());")], ""),
    ("creep", "the native memory of a step is not given back", "MemoryFaultTests#growsBy*",
     [("surrogate/djl/NetworkLearner.java", "try (NDManager scope = network.manager().newSubManager()) {\n            NDArray input",
       "{\n            NDManager scope = network.manager().newSubManager();\n            NDArray input")], ""),
    ("restarts", "a run stops as soon as the database is away", "NetworkTests#goesOnOverTwenty*",
     CUT_OFF_AT_ONCE, ""),
    ("terminated", "a run stops as soon as the database is away", "NetworkTests#goesOnWhenItsConnections*",
     CUT_OFF_AT_ONCE, ""),
    ("unreachable", "a request that finds no database is answered as a defect", "NetworkTests#answers503InTwoSeconds*",
     [("platform/web/ProblemHandler.java", "if (Outage.causes(e)) {", "if (e == null) {")], ""),
    ("next-release", "a process does not start on the schema of a later release", "StartFaultTests#startsAndWorks*",
     [], "--spring.flyway.ignore-migration-patterns=*:pending"),
    ("dead-tasks", "tasks of processes that died stay theirs", "QueueFaultTests#fDoes*",
     [], "--db-scheduler.missed-heartbeats-limit=1000"),
    ("study", "a study goes on without the optimizer's velocity", "StudyCrashTests#findsTheSame*",
     NO_VELOCITY, ""),
    ("woken", "who found a worker dead does not look again", "CrashTests#leavesARunToAWorker*",
     [("job/RunLedger.java", "if (runs.beatsWithin(key, dead)) {", "if (run.fence() < 0) {"),
      ("job/JobTasks.java", "NOT BETWEEN clock_timestamp() - make_interval(secs => :dead)",
       "NOT BETWEEN clock_timestamp() + make_interval(secs => 1000 + :dead)")], ""),
    ("done-again", "a run that is done may be claimed", "NetworkTests#computesNothing*",
     [("job/RunTable.java", "AND number = :number AND status IN ('QUEUED', 'RUNNING') AND attempts",
       "AND number = :number AND attempts")], ""),
    ("evaluation-death", "what a dead worker held of an evaluation is not put back", "EvaluationCrashTests#findsTheSame*",
     NO_REVIVAL, ""),
    ("publication-death", "a publication that died with its worker is not begun again", "PublicationCrashTests#publishesTheSame*",
     [("job/SchedulerConfiguration.java", "tasks.reviveIfDead(completed.getExecution(), times.dead(), settings.retryDelay())",
       "tasks.hashCode()")], ""),
    ("publication-attempts", "a publication is begun however often it killed who made it", "PublicationCrashTests#endsAJobWhose*",
     [("job/FinishTask.java", "if (attempt <= settings.mostAttempts()) {", "if (attempt > 0) {")], ""),
    ("sweep", "nobody looks for runs without a task", "QueueFaultTests#hDoes*",
     [("job/JobSweep.java", "if (tasks.ensureRun(orphan.run(), orphan.priority(), runs.now())) {", "if (orphan == null) {")], ""),
    ("end-outage", "an outage at the end of a run spends an attempt", "NetworkTests#spendsNoAttempt*",
     [("job/RunTask.java", "if (Outage.isAway(e)) {", "if (Outage.isAway(e) && log == null) {")], ""),
    ("system-kills", "attempts are not counted at the claim", "CrashTests#quarantinesARunWhoseWorkers*",
     NO_COUNT, ""),
]


def class_path():
    """The libraries, as a fault test has written them down."""
    file = ROOT / "target" / "faults" / "jars"
    if not file.exists():
        run(["FaultTests#goesOnOver*"], 120)
    return f"{ROOT / 'target' / 'classes'}:{file.read_text().strip()}"


def changed(name, changes):
    """The sources as they are without a defence."""
    texts = {}
    for file, old, new in changes:
        text = texts.get(file) or (JAVA / file).read_text()
        if old not in text:
            sys.exit(f"{name}: {file} has no '{old}' any more")
        texts[file] = text.replace(old, new)
    return texts


def shadow(name, changes):
    """Compiles the changed sources into a folder of their own."""
    folder = ROOT / "target" / "faults" / "mutants" / name
    shutil.rmtree(folder, ignore_errors=True)
    texts = changed(name, changes)
    for file, text in texts.items():
        source = folder / "source" / pathlib.Path(file).name
        source.parent.mkdir(parents=True, exist_ok=True)
        source.write_text(text)
    classes = folder / "classes"
    classes.mkdir(parents=True)
    if texts:
        done = subprocess.run(
            ["javac", "-nowarn", "-parameters", "-proc:none", "-d", str(classes), "-cp", class_path(),
             *map(str, (folder / "source").iterdir())], capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{name} does not compile:\n{done.stderr}")
    return classes


def run(tests, patience, environment=None):
    """Runs tests; gives name and message of each case, None for one that passed. A class that could not be set up is an error."""
    for report in REPORTS.glob("TEST-io.winnow.faults.*.xml"):
        report.unlink()
    process = subprocess.Popen(
        [MAVEN, "-o", "-B", "-Pfaults", "surefire:test", f"-Dtest={','.join(tests)}", "-Dsurefire.failIfNoSpecifiedTests=true",
         f"-Dfaults.patience={patience}", "-Dfaults.start=600", "-Dfaults.kills=2", "-Dfaults.sleeps=4", "-Dfaults.races=20", "-Dfaults.flood=400",
         "-Dfaults.goodbyes=2", "-Dfaults.tasks=2000"],
        cwd=ROOT, env=dict(os.environ, **(environment or {})), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    output, _ = process.communicate()
    cases = {}
    for report in REPORTS.glob("TEST-io.winnow.faults.*.xml"):
        for case in ElementTree.parse(report).getroot().iter("testcase"):
            failure = next((child for child in case if child.tag in ("failure", "error")), None)
            if next((child for child in case if child.tag == "skipped"), None) is not None:
                cases[case.get("name")] = "SKIPPED"
            else:
                cases[case.get("name")] = None if failure is None else (failure.get("message") or failure.text or "").strip()
    if not cases:
        sys.exit("no test ran:\n" + output[-3000:])
    return cases


def guards(test, case):
    """Whether a case of a report is of this test; a whole class guards what it needs to be set up, too."""
    return case.startswith(test.partition("#")[2].rstrip("*"))


def told(message):
    """The gist of a failure, for a cell of a table: what it was about and what was found."""
    lines = [line.strip() for line in message.splitlines() if line.strip()]
    text = " ".join(lines)
    if "not to contain" in text:
        text = "a log of a process has" + text.rpartition("not to contain")[2]
    elif "to contain" in text:
        text = "a log of a process lacks" + text.rpartition("to contain")[2]
    text = re.sub(r"/\S*/target/faults/", "", re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "…", text))
    return text[:150].replace("|", "/").strip()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("names", nargs="*")
    options.add_argument("--skip-control", action="store_true")
    options.add_argument("--check", action="store_true")
    options.add_argument("--patience", type=int, default=60, help="seconds after which a job counts as one that never ends")
    given = options.parse_args()
    unknown = set(given.names) - {mutant[0] for mutant in MUTANTS}
    if unknown:
        sys.exit(f"there is no {', '.join(sorted(unknown))}")
    chosen = [mutant for mutant in MUTANTS if not given.names or mutant[0] in given.names]
    if given.check:
        for name, _, _, changes, _ in chosen:
            changed(name, changes)
        print(f"the places of {len(chosen)} defences are there")
        return
    shadows = {name: shadow(name, changes) for name, _, _, changes, _ in chosen}
    control = "not run"
    if not given.skip_control:
        tests = sorted({test for _, _, test, _, _ in chosen})
        cases = run(tests, 120)
        failed = {name: message for name, message in cases.items() if message not in (None, "SKIPPED")}
        if failed:
            sys.exit(f"with every defence in place these fail: {failed}")
        control = f"{len(cases)} cases passed"
        print(f"every defence in place: {control}", flush=True)
    rows, survivors = {}, []
    for name, off, test, _, arguments in chosen:
        begun = time.time()
        cases = run([test], given.patience, {"WINNOW_FAULTS_SHADOW": str(shadows[name]), "WINNOW_FAULTS_ARGUMENTS": arguments})
        guard = {case: message for case, message in cases.items() if guards(test, case)}
        failed = [message for message in guard.values() if message not in (None, "SKIPPED")]
        if not guard:
            result, how = "cannot be set up", told(next(iter(cases.values())) or "")
        elif failed:
            of = f"{len(failed)} of {len(guard)} cases: " if len(guard) > 1 else ""
            result, how = "fails", of + told(failed[0])
        else:
            result, how = "SKIPPED" if "SKIPPED" in guard.values() else "PASSES", ""
        if result != "fails":
            survivors.append(name)
        rows[name] = f"| {name}: {off} | `{test.replace('*', '…')}` | {result} | {how} |"
        print(f"{name:12} {'fails, as it must' if result == 'fails' else result.upper()}  {time.time() - begun:4.0f} s  {how}", flush=True)
        write(rows, control)
    sys.exit(1 if survivors else 0)


def write(rows, control):
    report = ROOT / "bench" / "results" / f"{datetime.date.today()}-mutants.md"
    if report.exists():
        kept = {line[2:].split(":")[0]: line for line in report.read_text().splitlines() if re.match(r"\| [a-z0-9-]+: ", line)}
        rows = {name: rows.get(name) or kept[name] for name, *_ in MUTANTS if name in rows or name in kept}
    report.write_text(
        "# Each fault test with its defence switched off\n\n"
        f"{datetime.date.today()}, commit {commit()}, {machine()}: `python3 bench/faults/mutants.py`. Every row is a run of its own, on real\n"
        "processes in which one place of the source is changed, or one setting; the test that guards the defence must fail then. With every\n"
        f"defence in place: {control}. Rows that this commit's run did not make anew are of another of that day.\n\n"
        "| defence that is off | test | it | how |\n| --- | --- | --- | --- |\n" + "\n".join(rows.values()) + "\n")


if __name__ == "__main__":
    main()
