package io.winnow.model.torchscript;

import io.winnow.surrogate.djl.ScriptFixture;
import io.winnow.testing.FuzzTarget;
import io.winnow.testing.Fuzzing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** TorchScript as a whole, and the two languages in it by themselves, which changes of a zip rarely reach. */
public final class ScriptFuzz {

    private static final long LIMIT = 8 << 20;
    private static final Path SMALL = ScriptFixture.file("plain-2.7.pt");

    private ScriptFuzz() {}

    /** What passes must pass again as the copy that is kept of it. */
    public static final class ScriptFile implements FuzzTarget {

        private final Path folder = Fuzzing.folder();

        @Override
        public void read(byte[] input) throws IOException {
            Path file = Files.write(folder.resolve("model.pt"), input);
            TorchScriptFile scanned = TorchScriptFile.scan(file, LIMIT);
            try (OutputStream out = Files.newOutputStream(folder.resolve("copy.pt"))) {
                scanned.write(out);
            }
        }

        @Override
        public List<byte[]> seeds() throws IOException {
            return List.of(Files.readAllBytes(SMALL), Files.readAllBytes(ScriptFixture.file("attention.pt")));
        }
    }

    /** The code of one file of the archive. */
    public static final class ScriptSource implements FuzzTarget {

        @Override
        public void read(byte[] input) {
            CodeScan.check(new ScriptCode(Map.of("code/__torch__.py", new String(input, StandardCharsets.UTF_8))));
        }

        @Override
        public List<byte[]> seeds() {
            return List.of("""
                    class Net(Module):
                      __parameters__ = ["weight", ]
                      __buffers__ = ["mean", ]
                      weight : Tensor
                      mean : Tensor
                      training : bool
                      def forward(self: __torch__.Net,
                        x: Tensor) -> Tensor:
                        y = torch.matmul(torch.flatten(x, 1), self.weight)
                        if self.training:
                          z = torch.relu(y)
                        else:
                          z = torch.mul(y, 0.5)
                        return torch.sub(z, self.mean)
                    """.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** A pickle beside a storage of 400 bytes. */
    public static final class ScriptPickle implements FuzzTarget {

        @Override
        public void read(byte[] input) {
            PickleScan.check(
                    "data.pkl",
                    input,
                    name -> name.startsWith("__torch__."),
                    Map.of("0", 400L, "1", 40L, "2", 4L, "3", 1600L));
        }

        @Override
        public List<byte[]> seeds() throws IOException {
            List<byte[]> seeds = new ArrayList<>();
            try (ZipFile zip = new ZipFile(SMALL.toFile())) {
                for (ZipEntry entry : zip.stream().toList()) {
                    if (entry.getName().endsWith("/constants.pkl")) {
                        seeds.add(zip.getInputStream(entry).readAllBytes());
                    }
                }
            }
            // An object of a class with a tensor of ten numbers.
            seeds.add(("\u0080\u0002c__torch__\nNet\nq\u0000)\u0081}(X\u0006\u0000\u0000\u0000weight"
                            + "ctorch._utils\n_rebuild_tensor_v2\n((X\u0007\u0000\u0000\u0000storagectorch\nFloatStorage\n"
                            + "X\u0001\u0000\u0000\u00001X\u0003\u0000\u0000\u0000cpuK\ntQK\u0000K\n\u0085K\u0001\u0085\u0089"
                            + "ccollections\nOrderedDict\n)RtRub.")
                    .getBytes(StandardCharsets.ISO_8859_1));
            return seeds;
        }
    }
}
