package io.winnow.surrogate.djl;

import ai.djl.util.Utils;
import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Platform;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes from the calling process what a network does not need, for good: writing and creating files, reading others than the
 * programme's own, the network, starting programmes, memory beyond a bound. Linux does it, by resource limits, Landlock (5.13
 * and later) and a filter of system calls; elsewhere nothing is taken. Rules of Landlock hold for the calling thread and those
 * that it starts: call it on the thread that works, before the engine has started its own.
 */
final class Confinement {

    private static final Pattern KILOBYTES = Pattern.compile("(\\d+) kB");

    private static final int O_PATH = 0x200000;
    private static final int O_CLOEXEC = 0x80000;
    private static final int PR_SET_NO_NEW_PRIVS = 38;
    private static final int RLIMIT_FSIZE = 1;
    private static final int RLIMIT_CORE = 4;
    private static final int RLIMIT_AS = 9;

    private static final long LANDLOCK_CREATE_RULESET = 444;
    private static final long LANDLOCK_ADD_RULE = 445;
    private static final long LANDLOCK_RESTRICT_SELF = 446;
    private static final long EXECUTE = 1;
    private static final long WRITE_FILE = 1 << 1;
    private static final long READ_FILE = 1 << 2;
    private static final long READ_DIR = 1 << 3;

    private static final NativeLibrary LIBC = Platform.isLinux() ? NativeLibrary.getProcess() : null;

    private Confinement() {}

    /** The standard output for answers; what anything else prints goes to the standard error from now on. */
    static OutputStream takeStandardOutput() throws IOException {
        if (LIBC == null) {
            return System.out;
        }
        OutputStream answers = new FileOutputStream("/proc/self/fd/1");
        call("dup2", 2, 1);
        return answers;
    }

    /**
     * Confines this process.
     *
     * @param file the only file outside the programme that may still be read
     * @param gpu whether a GPU is used, whose driver opens devices for writing and maps addresses without bound
     * @param memory bytes that may still be taken
     * @return what holds now, in words; empty where nothing does
     */
    static String enter(Path file, boolean gpu, long memory) {
        if (LIBC == null) {
            return "";
        }
        List<String> held = new ArrayList<>();
        limit(RLIMIT_CORE, 0);
        if (limit(RLIMIT_FSIZE, 0) && (gpu || limit(RLIMIT_AS, Math.addExact(memory("VmSize"), memory)))) {
            held.add("limits");
        }
        if (call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0) {
            if (landlock(file, gpu)) {
                held.add("landlock");
            }
            if (SystemCallFilter.install(gpu)) {
                held.add("seccomp");
            }
        }
        return String.join(",", held);
    }

    private static boolean limit(int resource, long value) {
        Memory pair = new Memory(16);
        pair.setLong(0, value);
        pair.setLong(8, value);
        return LIBC.getFunction("setrlimit").invokeInt(new Object[] {resource, pair}) == 0;
    }

    private static boolean landlock(Path file, boolean gpu) {
        long version = call("syscall", LANDLOCK_CREATE_RULESET, 0L, 0L, 1L);
        if (version < 1) {
            return false;
        }
        long rights = (1 << 13) - 1;
        rights |= version >= 2 ? 1 << 13 : 0;
        rights |= version >= 3 ? 1 << 14 : 0;
        Memory attributes = new Memory(16);
        attributes.setLong(0, rights);
        attributes.setLong(8, version >= 4 ? 3 : 0);
        long rules = LIBC.getFunction("syscall")
                .invokeLong(new Object[] {LANDLOCK_CREATE_RULESET, attributes, version >= 4 ? 16L : 8L, 0L});
        if (rules < 0) {
            return false;
        }
        for (String path : readable(file)) {
            long directory = Files.isDirectory(Path.of(path)) ? READ_DIR | EXECUTE : 0;
            allow(rules, path, READ_FILE | directory);
        }
        if (gpu) {
            allow(rules, "/dev", READ_FILE | WRITE_FILE | READ_DIR);
            allow(rules, "/proc", READ_FILE | READ_DIR);
            allow(rules, "/sys", READ_FILE | READ_DIR);
        }
        return call("syscall", LANDLOCK_RESTRICT_SELF, rules, 0L) == 0;
    }

    /** The programme, its libraries and what a Java process looks at of its machine. */
    private static List<String> readable(Path file) {
        List<String> paths = new ArrayList<>(List.of(
                System.getProperty("java.class.path").split(Pattern.quote(System.getProperty("path.separator")))));
        paths.addAll(List.of(
                System.getProperty("java.home"),
                Utils.getEngineCacheDir("pytorch").toString(),
                file.toString(),
                "/proc/self",
                "/sys/fs/cgroup",
                "/sys/devices/system",
                "/dev/null",
                "/dev/urandom",
                "/dev/random",
                "/lib",
                "/lib64",
                "/usr/lib",
                "/usr/local/lib",
                "/etc/ld.so.cache"));
        // Those of CUDA are loaded when they are first needed.
        for (String variable : List.of("PYTORCH_LIBRARY_PATH", "LD_LIBRARY_PATH")) {
            String libraries = System.getenv().getOrDefault(variable, "");
            Stream.of(libraries.split(":")).filter(path -> !path.isEmpty()).forEach(paths::add);
        }
        return paths;
    }

    private static void allow(long rules, String path, long rights) {
        long opened = LIBC.getFunction("open").invokeInt(new Object[] {path, O_PATH | O_CLOEXEC});
        if (opened < 0) {
            return;
        }
        Memory rule = new Memory(12);
        rule.setLong(0, rights);
        rule.setInt(8, (int) opened);
        LIBC.getFunction("syscall").invokeLong(new Object[] {LANDLOCK_ADD_RULE, rules, 1L, rule, 0L});
        call("close", (int) opened);
    }

    private static long call(String function, Object... arguments) {
        Function called = LIBC.getFunction(function);
        return function.equals("syscall") ? called.invokeLong(arguments) : called.invokeInt(arguments);
    }

    /** Bytes of a line of {@code /proc/self/status}, or 0 where there is none. */
    static long memory(String line) {
        try {
            for (String read : Files.readAllLines(Path.of("/proc/self/status"))) {
                Matcher kilobytes = KILOBYTES.matcher(read);
                if (read.startsWith(line + ":") && kilobytes.find()) {
                    return Long.parseLong(kilobytes.group(1)) << 10;
                }
            }
        } catch (IOException e) {
            return 0;
        }
        return 0;
    }
}
