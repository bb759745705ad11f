package io.winnow.testing;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The readers of the formats that data, scores and models come in, in one target: its first byte says which of them reads the rest. One
 * start of the fuzzer, which is most of a short run, is enough for them all.
 */
public final class EveryFormat implements FuzzTarget {

    private static final List<String> FORMATS =
            List.of("parquet", "web-dataset", "picture", "npy", "idx", "cifar-binary", "scores-csv", "script-file");

    private final List<FuzzTarget> readers = new ArrayList<>();

    @Override
    public void read(byte[] input) throws Exception {
        int which = input.length == 0 ? 0 : (input[0] & 0xff) % FORMATS.size();
        readers().get(which).read(Arrays.copyOfRange(input, Math.min(1, input.length), input.length));
    }

    @Override
    public List<byte[]> seeds() throws Exception {
        List<byte[]> seeds = new ArrayList<>();
        for (int which = 0; which < FORMATS.size(); which++) {
            for (byte[] seed : readers().get(which).seeds()) {
                ByteArrayOutputStream named = new ByteArrayOutputStream();
                named.write(which);
                named.write(seed);
                seeds.add(named.toByteArray());
            }
        }
        return seeds;
    }

    /** Looked for when they are needed: who lists the targets makes one of this, too. */
    private synchronized List<FuzzTarget> readers() {
        if (readers.isEmpty()) {
            List<FuzzTarget> all = Fuzzing.all();
            for (String format : FORMATS) {
                readers.add(all.stream()
                        .filter(target -> target.label().equals(format))
                        .findFirst()
                        .orElseThrow());
            }
        }
        return readers;
    }
}
