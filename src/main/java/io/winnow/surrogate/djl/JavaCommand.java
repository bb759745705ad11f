package io.winnow.surrogate.djl;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** The command that starts another class of this programme in a Java process of its own. */
final class JavaCommand {

    private static final String BOOT_LAUNCHER = "org.springframework.boot.loader.launch.PropertiesLauncher";

    private JavaCommand() {}

    static List<String> of(Class<?> main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-XX:TieredStopAtLevel=1",
                "-XX:-CreateCoredumpOnCrash",
                "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider"));
        for (Map.Entry<Object, Object> property : System.getProperties().entrySet()) {
            String name = property.getKey().toString();
            if (name.equals("DJL_CACHE_DIR")
                    || name.equals("ENGINE_CACHE_DIR")
                    || name.equals("PYTORCH_LIBRARY_PATH")
                    // Where native code may be loaded from, which an image says.
                    || name.startsWith("jna.")) {
                command.add("-D" + name + "=" + property.getValue());
            }
        }
        String classPath = System.getProperty("java.class.path");
        boolean packed = main.getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString()
                .startsWith("jar:nested:");
        if (packed) {
            command.addAll(List.of("-Dloader.main=" + main.getName(), "-cp", classPath, BOOT_LAUNCHER));
        } else {
            command.addAll(List.of("-cp", String.join(File.pathSeparator, expanded(classPath)), main.getName()));
        }
        command.addAll(arguments);
        return command;
    }

    /** With the entries that jars name in their manifests, so that all files of the programme are known. */
    private static Set<String> expanded(String classPath) throws IOException {
        Set<String> entries = new LinkedHashSet<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            entries.add(entry);
            if (!entry.endsWith(".jar") || !Files.isRegularFile(Path.of(entry))) {
                continue;
            }
            try (JarFile jar = new JarFile(entry)) {
                Manifest manifest = jar.getManifest();
                String named =
                        manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
                for (String url : named == null ? new String[0] : named.strip().split("\\s+")) {
                    URI resolved = Path.of(entry).toAbsolutePath().toUri().resolve(url);
                    if ("file".equals(resolved.getScheme()) && Files.exists(Path.of(resolved))) {
                        entries.add(Path.of(resolved).toString());
                    }
                }
            }
        }
        return entries;
    }

    /** Leaves of the environment only what the engine reads: no passwords, no tokens. */
    static void keepEngineSettings(Map<String, String> environment) {
        environment
                .keySet()
                .removeIf(name -> !(name.equals("PATH")
                        || name.equals("HOME")
                        || name.equals("LANG")
                        || name.equals("LD_LIBRARY_PATH")
                        || name.equals("LD_PRELOAD")
                        || name.equals("MALLOC_CONF")
                        || name.equals("DJL_CACHE_DIR")
                        || name.equals("ENGINE_CACHE_DIR")
                        || name.startsWith("PYTORCH_")
                        || name.startsWith("CUDA_")
                        || name.startsWith("NVIDIA_")
                        || name.startsWith("OMP_")));
    }
}
