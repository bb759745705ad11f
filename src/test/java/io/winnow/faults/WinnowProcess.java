package io.winnow.faults;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A process of the service plus {@link io.winnow.FaultyWinnow}: what is packed in the jar that {@code -Dfaults.jar} names, as it does once
 * there is one, laid out as the image has it; else the classes under target/classes with their dependencies, as the jar has them. What
 * {@code bench/faults/mutants.py} puts in their place comes before them. The tests' other classes stay out of it.
 */
final class WinnowProcess implements AutoCloseable {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");
    private static final Pattern STARTED = Pattern.compile("Started FaultyWinnow|Started WinnowApplication");
    private static final Duration LONGEST_START = Duration.ofSeconds(Cluster.count("start", 120));
    private static final String MAIN = "io.winnow.FaultyWinnow";
    /** Worked out once: processes have the classes open that this writes. */
    private static final List<String> LAUNCHER = launcher();

    private final String name;
    private final Process process;
    private final Path log;

    private WinnowProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a process, and does not wait for it.
     *
     * @param jvm options of the JVM, faults among them
     * @param environment added to this process's own
     */
    static WinnowProcess start(
            String name, Path folder, List<String> jvm, List<String> arguments, Map<String, String> environment) {
        Path log = folder.resolve(name + ".log");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx300m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:ErrorFile=" + folder.resolve(name + "-crash.log"),
                "-Duser.timezone=America/St_Johns"));
        command.addAll(jvm);
        command.addAll(LAUNCHER);
        command.add("--server.port=0");
        command.addAll(lastOfEach(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        builder.environment().putAll(Map.of("OPT_OUT_TRACKING", "true", "DJL_OFFLINE", "true"));
        try {
            Files.createDirectories(folder);
            return new WinnowProcess(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> launcher() {
        String jar = System.getProperty("faults.jar");
        ClassPath path = jar == null ? ClassPath.ofClasses() : ClassPath.ofJar(Path.of(jar));
        return List.of("-XX:SharedArchiveFile=" + path.archive(), "-cp", path.text(), MAIN);
    }

    WinnowProcess awaitStart() {
        await("the start of " + name + ", see " + log)
                .atMost(LONGEST_START)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException(name + " ended with " + process.exitValue() + ", see " + log);
                    }
                    return hasStarted();
                });
        return this;
    }

    boolean hasStarted() {
        return STARTED.matcher(log()).find();
    }

    String url() {
        Matcher port = PORT.matcher(log());
        if (!port.find()) {
            throw new IllegalStateException(name + " has not started, see " + log);
        }
        return "http://127.0.0.1:" + port.group(1);
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param signal KILL, TERM, STOP or CONT */
    void signal(String signal) {
        run("kill", "-" + signal, Long.toString(pid()));
    }

    /** What it is for may be gone by then. */
    private void run(String... command) {
        try {
            int code = new ProcessBuilder(command).inheritIO().start().waitFor();
            if (code != 0 && process.isAlive()) {
                throw new IllegalStateException(String.join(" ", command) + " for " + name + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Lets the process have no more address space than it has now and so much more: what it asks for beyond, the system refuses.
     *
     * @param room bytes
     */
    void limitMemory(long room) {
        run("prlimit", "--pid=" + pid(), "--as=" + (status("VmSize") + room));
    }

    /** Bytes of the process that lie in memory. */
    long residentMemory() {
        return status("VmRSS");
    }

    /** @return bytes */
    private long status(String what) {
        try {
            Matcher size = Pattern.compile(what + ":\\s+(\\d+) kB")
                    .matcher(Files.readString(Path.of("/proc", Long.toString(pid()), "status")));
            if (!size.find()) {
                throw new IllegalStateException("the system does not tell how large " + name + " is");
            }
            return Long.parseLong(size.group(1)) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Kills the process and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitExit(Duration.ofSeconds(30));
    }

    /** @return the exit code */
    int awaitExit(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError(name + " is still there after " + limit + ", see " + log);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Spring would join the values of an option that is given twice. What bench/faults/mutants.py and rollout.py set comes last. */
    private static Collection<String> lastOfEach(List<String> arguments) {
        String off = System.getenv("WINNOW_FAULTS_ARGUMENTS");
        Map<String, String> byName = new LinkedHashMap<>();
        Stream.concat(arguments.stream(), off == null || off.isBlank() ? Stream.empty() : Stream.of(off.split(" ")))
                .forEach(argument -> byName.put(argument.substring(0, argument.indexOf('=')), argument));
        return byName.values();
    }
}
