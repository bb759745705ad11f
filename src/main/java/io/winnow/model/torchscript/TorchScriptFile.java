package io.winnow.model.torchscript;

import io.winnow.model.torchscript.ScriptCode.ScriptClass;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript file that passed the scan. What is kept of it is a copy made of the parts that were read and nothing else:
 * a reader that takes the zip differently finds nothing there that was not checked. The copy's outermost module has one
 * method more, {@value #BUFFERS}, which gives the tensors that are not trained: running statistics.
 */
public final class TorchScriptFile {

    /** Gives the list of the module's buffers. */
    public static final String BUFFERS = "winnow_buffers";

    private static final int MOST_BUFFERS = 10_000;
    private static final int MOST_MODULES = 100_000;
    private static final int DEEPEST = 100;

    private final ScriptArchive archive;
    private final Map<String, String> code;
    private final List<String> buffers;

    private TorchScriptFile(ScriptArchive archive, Map<String, String> code, List<String> buffers) {
        this.archive = archive;
        this.code = code;
        this.buffers = buffers;
    }

    /**
     * Reads and checks a file without loading it.
     *
     * @param limit bytes that its parts together may have
     * @throws RefusedScriptException naming what is not accepted and where
     */
    public static TorchScriptFile scan(Path file, long limit) throws IOException {
        ScriptArchive archive = ScriptArchive.read(file, limit);
        Map<String, String> texts = archive.code();
        ScriptCode code = new ScriptCode(texts);
        CodeScan.check(code);
        String root = null;
        for (Map.Entry<String, byte[]> pickle : archive.pickles().entrySet()) {
            String folder = pickle.getKey().substring(0, pickle.getKey().length() - ".pkl".length());
            String first = PickleScan.check(
                    pickle.getKey(), pickle.getValue(), name -> code.find(name) != null, archive.sizes(folder));
            root = folder.equals("data") ? first : root;
        }
        ScriptClass top = code.find(root);
        if (top == null || !top.methods().contains("forward")) {
            throw new RefusedScriptException("data.pkl holds no module with a method forward");
        }
        List<String> paths = new ArrayList<>();
        collectBuffers(code, top, "", 0, paths, new int[1]);
        texts.put(top.file(), withBuffers(texts.get(top.file()), top, paths));
        return new TorchScriptFile(archive, texts, paths);
    }

    /** The paths of the tensors that {@value #BUFFERS} gives, in its order: {@code layer1.0.bn1.running_mean}. */
    public List<String> buffers() {
        return buffers;
    }

    /** @param modules how many were met so far: a few classes that hold each other twice make more than can be counted */
    private static void collectBuffers(
            ScriptCode code, ScriptClass module, String path, int depth, List<String> paths, int[] modules) {
        if (depth > DEEPEST || paths.size() > MOST_BUFFERS || ++modules[0] > MOST_MODULES) {
            throw new RefusedScriptException(
                    "the modules of %s are nested too deeply, or too many".formatted(module.file()));
        }
        for (String buffer : module.buffers()) {
            if ("Tensor".equals(module.attributes().get(buffer))) {
                paths.add(path + buffer);
            }
        }
        new TreeMap<>(module.attributes()).forEach((name, type) -> {
            ScriptClass child = code.find(type);
            if (child != null) {
                collectBuffers(code, child, path + name + ".", depth + 1, paths, modules);
            }
        });
    }

    /** Adds the method behind the last line of the class. */
    private static String withBuffers(String written, ScriptClass top, List<String> paths) {
        String text = written.endsWith("\n") ? written : written + "\n";
        if (top.methods().contains(BUFFERS)) {
            throw new RefusedScriptException("%s: a method %s is there already".formatted(top.file(), BUFFERS));
        }
        String simpleName = top.name().substring(top.name().lastIndexOf('.') + 1);
        int from = ("\n" + text).indexOf("\nclass " + simpleName + "(");
        int end = endOfClass(text, from);
        StringBuilder method = new StringBuilder();
        method.append("  def ")
                .append(BUFFERS)
                .append("(self: ")
                .append(top.name())
                .append(") -> List[Tensor]:\n");
        method.append("    buffers = annotate(List[Tensor], [])\n");
        for (String path : paths) {
            method.append("    _ = torch.append(buffers, ").append(read(path)).append(")\n");
        }
        method.append("    return buffers\n");
        return text.substring(0, end) + method + text.substring(end);
    }

    private static int endOfClass(String text, int from) {
        int line = text.indexOf('\n', from) + 1;
        while (line > 0 && line < text.length() && (text.charAt(line) == ' ' || text.charAt(line) == '\n')) {
            int next = text.indexOf('\n', line) + 1;
            line = next == 0 ? text.length() : next;
        }
        return line == 0 ? text.length() : line;
    }

    private static String read(String path) {
        String read = "self";
        for (String part : path.split("\\.")) {
            read = "getattr(" + read + ", \"" + part + "\")";
        }
        return read;
    }

    /** Writes the clean copy, nothing compressed. */
    public void write(OutputStream out) throws IOException {
        Map<String, byte[]> entries = new HashMap<>(archive.pickles());
        entries.putAll(archive.others());
        code.forEach((name, text) -> entries.put(name, text.getBytes(StandardCharsets.UTF_8)));
        ZipOutputStream zip = new ZipOutputStream(out);
        for (Map.Entry<String, byte[]> entry : new TreeMap<>(entries).entrySet()) {
            ZipEntry header = new ZipEntry("module/" + entry.getKey());
            CRC32 sum = new CRC32();
            sum.update(entry.getValue());
            header.setMethod(ZipEntry.STORED);
            header.setSize(entry.getValue().length);
            header.setCrc(sum.getValue());
            header.setTime(0);
            zip.putNextEntry(header);
            zip.write(entry.getValue());
            zip.closeEntry();
        }
        zip.finish();
    }
}
