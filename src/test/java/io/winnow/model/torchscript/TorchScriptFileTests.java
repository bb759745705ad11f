package io.winnow.model.torchscript;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.winnow.surrogate.djl.ScriptFixture;
import io.winnow.testing.RawZip;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scan lets through and what it does not. */
class TorchScriptFileTests {

    private static final Path SMALL = ScriptFixture.file("small-2.7.pt");
    private static final long LIMIT = 1 << 20;
    private static final String TOP = "code/__torch__.py";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"small-2.7.pt", "small-1.13.pt", "plain-2.7.pt", "attention.pt", "always-drops.pt"})
    void acceptsWhatPyTorchScripts(String name) throws Exception {
        TorchScriptFile file = TorchScriptFile.scan(ScriptFixture.file(name), LIMIT);

        Path copy = folder.resolve("copy.pt");
        try (OutputStream out = Files.newOutputStream(copy)) {
            file.write(out);
        }
        try (ZipFile zip = new ZipFile(copy.toFile())) {
            assertThat(zip.stream().map(ZipEntry::getName))
                    .allMatch(entry ->
                            entry.matches("module/(data/\\d+|data.pkl|constants.pkl|version|byteorder|code/.*\\.py)"));
        }
    }

    @Test
    void namesTheTensorsThatAreNotTrained() throws Exception {
        assertThat(TorchScriptFile.scan(SMALL, LIMIT).buffers())
                .containsExactly(
                        "features.1.running_mean",
                        "features.1.running_var",
                        "features.1.num_batches_tracked",
                        "features.5.running_mean",
                        "features.5.running_var",
                        "features.5.num_batches_tracked");
    }

    @Test
    void refusesATracedModuleForItsFrozenMode() {
        assertThatExceptionOfType(RefusedScriptException.class)
                .isThrownBy(() -> TorchScriptFile.scan(ScriptFixture.file("traced.pt"), LIMIT))
                .withMessageContaining("frozen in evaluation mode")
                .withMessageContaining("torch.jit.script")
                .withMessageContaining("code/__torch__/");
    }

    static Stream<Arguments> hostileStatements() {
        return Stream.of(
                arguments("torch.save(x, \"/tmp/pwn\")", "'torch.save' is not on the list of operators"),
                arguments("x.save(\"/tmp/pwn\")", "the method 'save'"),
                arguments("(x).save(\"/tmp/pwn\")", "the method 'save'"),
                arguments("(torch.add(x, 1)).save(\"/tmp/pwn\")", "the method 'save'"),
                arguments("self.fc.weight.save(\"/tmp/pwn\")", "the method 'save'"),
                arguments("getattr(self.fc, \"weight\").save(\"/tmp/pwn\")", "the method 'save'"),
                arguments("y = x.save\n    y(\"/tmp/pwn\")", "'y' is not on the list"),
                arguments("getattr(x, \"save\")(\"/tmp/pwn\")", "without a name is called"),
                arguments("[x][0].save(\"/tmp/pwn\")", "the method 'save'"),
                arguments("t = torch\n    t.save(x, \"/tmp/pwn\")", "'torch' is not on the list"),
                arguments("y = torch.from_file(\"/etc/passwd\", False, 10)", "'torch.from_file'"),
                arguments("y = ops.aten.from_file(\"/etc/passwd\", False, 10)", "'ops.aten.from_file'"),
                arguments("y = ops.prim.Print(x)", "'ops.prim.Print'"),
                arguments("y = ops.prim.CallFunction(x)", "'ops.prim.CallFunction'"),
                arguments("y = __torch__.torch.classes.quantized.Evil(x)", "'__torch__.torch.classes.quantized.Evil'"),
                arguments("y = torch.classes.evil.Evil(x)", "'torch.classes.evil.Evil'"),
                arguments("y = torch.zeros([1000000000000])", "the number 1000000000000 is larger"),
                arguments("print(x)", "'print' is not on the list"),
                arguments("y = fork(x)", "'fork' is not on the list"),
                arguments("y = open(\"/etc/passwd\")", "'open' is not on the list"),
                arguments("import os", "'import' is not accepted"),
                arguments("with x:\n      pass", "'with' is not accepted"),
                arguments("y = lambda z: z", "'lambda' is not accepted"),
                arguments("y = x # type: (Tensor)", "the character '#'"),
                arguments("y = 'text'", "the character '''"),
                arguments("y = \"open", "not closed"),
                arguments("y = torch.add(x, 1))", "no partner"),
                arguments("y = " + "(".repeat(200) + "x" + ")".repeat(200), "nested too deeply"),
                arguments("y = torch.sаve(x)", "U+"),
                arguments("y = torch.manual_seed(1)", "'torch.manual_seed'"));
    }

    @ParameterizedTest
    @MethodSource("hostileStatements")
    void refusesCodeThatIsNotArithmetic(String statement, String reason) {
        assertRefused(
                TOP,
                text -> text.replace(
                        "    features = self.features\n", "    " + statement + "\n    features = self.features\n"),
                reason);
    }

    static Stream<Arguments> hostilePickles() {
        return Stream.of(
                arguments("cos\nsystem\n", "'os.system' is not accepted"),
                arguments("cposix\nsystem\n(X\u0004\u0000\u0000\u0000true\u0085R", "'posix.system' is not accepted"),
                arguments("cbuiltins\neval\n", "'builtins.eval' is not accepted"),
                arguments("c__torch__.torch.classes\nEvil\n", "is not accepted"),
                arguments("ctorch.jit._pickle\nload\n", "is not accepted"),
                arguments("ios\nsystem\n", "the operation 0x69"),
                arguments("\u0093", "the operation 0x93"),
                arguments("h\u0063", "did not keep"),
                arguments("X\u00ff\u00ff\u00ff\u007f", "is no pickle"),
                arguments("t", "is no pickle"),
                arguments("K\u0001K\u0002(aat", "is no pickle"),
                arguments("K\u0001K\u0002(aae", "is no pickle"));
    }

    @ParameterizedTest
    @MethodSource("hostilePickles")
    void refusesPicklesThatAreNotTensorsOfTheArchive(String operations, String reason) {
        assertRefused("data.pkl", text -> text.substring(0, 2) + operations + text.substring(2), reason);
    }

    @Test
    void refusesATensorBeyondItsStorage() {
        // The first weight is 12 × 1 × 3 × 3: its first side is written as K and one byte.
        String sides = "(K\u000cK\u0001K\u0003K\u0003t";
        assertRefused(
                "data.pkl",
                text -> text.replace(sides, "(J\u0000\u0000\u0000\u007fK\u0001K\u0003K\u0003t"),
                "reaches beyond its 108 stored numbers");
    }

    /** Lists that are kept while they are empty, and hold a side of 100 when the tensor of 10 numbers is made. */
    @Test
    void seesWhatAListBecomesAfterItWasKept() {
        String pickle =
                "\u0080\u0002]q\u0005(Kde]q\u0006(K\u0001ectorch._utils\n_rebuild_tensor_v2\n((X\u0007\0\0\0storage"
                        + "ctorch\nFloatStorage\nX\u0001\0\0\0001X\u0003\0\0\0cpuK\ntQK\0h\u0005h\u0006\u0089"
                        + "ccollections\nOrderedDict\n)RtR.";

        assertThatExceptionOfType(RefusedScriptException.class)
                .isThrownBy(() -> PickleScan.check(
                        "data.pkl", pickle.getBytes(StandardCharsets.ISO_8859_1), name -> false, Map.of("1", 40L)))
                .withMessageContaining("a tensor of sides [100] reaches beyond its 10 stored numbers");
    }

    @Test
    @Timeout(60)
    void refusesAFewModulesThatHoldEachOtherTwice() {
        StringBuilder classes = new StringBuilder();
        for (int i = 0; i < 60; i++) {
            classes.append("class A%d(Module):\n  a : __torch__.A%d\n  b : __torch__.A%d\n".formatted(i, i + 1, i + 1));
        }
        classes.append("class A60(Module):\n  a : Tensor\n");
        assertRefused(
                TOP,
                text -> text.replaceFirst("(class \\w+\\(Module\\):\n)", "$1  deep : __torch__.A0\n") + classes,
                "nested too deeply, or too many");
    }

    static Stream<Arguments> hostileNames() {
        return Stream.of(
                arguments("small/../../../../tmp/pwn"),
                arguments("/etc/cron.d/pwn"),
                arguments("small/code/../../pwn.py"),
                arguments("small/code/__torch__/..py"),
                arguments("other/code/__torch__/x.py"),
                arguments("small/bytecode.pkl"),
                arguments("small/data/../../x"),
                arguments("small/lib.so"));
    }

    @ParameterizedTest
    @MethodSource("hostileNames")
    void refusesNamesThatTorchDoesNotWrite(String name) throws Exception {
        Path file = withEntry(name, new byte[10]);

        assertThatExceptionOfType(RefusedScriptException.class)
                .isThrownBy(() -> TorchScriptFile.scan(file, LIMIT))
                .withMessageContaining("is not one that torch.jit.save writes");
        assertThat(Path.of("/tmp/pwn")).doesNotExist();
    }

    @Test
    void refusesWhatUnpacksToMoreThanItMay() throws Exception {
        Path bomb = withEntry(root() + "/data/999", new byte[1 << 19]);

        assertThatExceptionOfType(RefusedScriptException.class)
                .isThrownBy(() -> TorchScriptFile.scan(bomb, LIMIT))
                .withMessageContaining("packed more than");
        assertThatExceptionOfType(RefusedScriptException.class)
                .isThrownBy(() -> TorchScriptFile.scan(SMALL, 10_000))
                .withMessageContaining("at most 10000 are accepted");
    }

    @Test
    void refusesWhatIsNoArchive() throws Exception {
        Path text = Files.writeString(folder.resolve("x.pt"), "not a zip");
        Path cut = Files.write(folder.resolve("cut.pt"), java.util.Arrays.copyOf(Files.readAllBytes(SMALL), 40_000));
        for (Path file : new Path[] {text, cut}) {
            assertThatExceptionOfType(RefusedScriptException.class)
                    .isThrownBy(() -> TorchScriptFile.scan(file, LIMIT))
                    .withMessageContaining("no zip archive");
        }
    }

    @Test
    void refusesMoreEntriesThanAModuleHasBeforeAnyIsKept() throws Exception {
        RawZip zip = new RawZip();
        RawZip.Entry entry = new RawZip.Entry("small/data/0", new byte[1]);
        for (int i = 0; i <= 20_000; i++) {
            zip.add(entry);
        }
        Path file = Files.write(folder.resolve("many.pt"), zip.done());

        assertThatExceptionOfType(RefusedScriptException.class)
                .isThrownBy(() -> TorchScriptFile.scan(file, LIMIT))
                .withMessageContaining("more than 20000 entries");
    }

    private static String root() throws IOException {
        try (ZipFile zip = new ZipFile(SMALL.toFile())) {
            String first = zip.entries().nextElement().getName();
            return first.substring(0, first.indexOf('/'));
        }
    }

    private Path withEntry(String name, byte[] bytes) throws IOException {
        String own = name.replaceFirst("^small/", root() + "/");
        Path target = folder.resolve("hostile.pt");
        try (ZipFile zip = new ZipFile(SMALL.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(target))) {
            for (ZipEntry entry : zip.stream().toList()) {
                out.putNextEntry(new ZipEntry(entry.getName()));
                zip.getInputStream(entry).transferTo(out);
                out.closeEntry();
            }
            out.putNextEntry(new ZipEntry(own));
            out.write(bytes);
            out.closeEntry();
        }
        return target;
    }

    private void assertRefused(String ending, UnaryOperator<String> change, String reason) {
        String[] before = {""};
        String[] after = {""};
        assertThatExceptionOfType(RefusedScriptException.class)
                .isThrownBy(() -> {
                    Path hostile = ScriptFixture.changed(SMALL, folder.resolve("hostile.pt"), ending, text -> {
                        before[0] = text;
                        after[0] = new String(
                                change.apply(text).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
                        if (ending.equals("data.pkl")) {
                            after[0] = change.apply(text);
                        }
                        return after[0];
                    });
                    TorchScriptFile.scan(hostile, LIMIT);
                })
                .withMessageContaining(reason)
                .withMessageContaining(ending);
        assertThat(after[0]).as("the file was changed").isNotEqualTo(before[0]);
    }
}
