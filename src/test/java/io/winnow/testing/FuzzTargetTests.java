package io.winnow.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The targets of the fuzzer without the fuzzer: a little of what it does, the same each time, and all that it ever found. */
class FuzzTargetTests {

    private static final Path FOUND = Path.of("src/test/resources/fuzz");
    private static final Duration LONGEST = Duration.ofSeconds(20);
    /** Of the seeds of a target together. */
    private static final int CHANGES = 120;

    static List<FuzzTarget> targets() {
        return Fuzzing.all();
    }

    @Test
    void knowsEachTargetByALabelOfItsOwn() {
        Set<String> labels = new HashSet<>();
        assertThat(targets()).hasSizeGreaterThanOrEqualTo(15).allMatch(target -> labels.add(target.label()));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void readsItsSeedsToTheirEnd(FuzzTarget target) throws Exception {
        assertThat(target.seeds()).isNotEmpty();
        for (byte[] seed : target.seeds()) {
            target.read(seed);
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void refusesWhatIsChangedOrCutShortInWordsForUsers(FuzzTarget target) throws Exception {
        Random random = new Random(7);
        List<byte[]> seeds = target.seeds();
        for (byte[] seed : seeds) {
            for (int i = 0; i < CHANGES / seeds.size(); i++) {
                byte[] changed = changed(seed, random);
                Assertions.assertTimeout(LONGEST, () -> Fuzzing.accepts(target, changed));
            }
        }
    }

    private static byte[] changed(byte[] seed, Random random) {
        byte[] changed = random.nextInt(4) == 0 ? Arrays.copyOf(seed, random.nextInt(seed.length)) : seed.clone();
        for (int i = random.nextInt(5); changed.length > 0 && i > 0; i--) {
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    static Stream<Path> found() throws IOException {
        try (Stream<Path> all = Files.walk(FOUND)) {
            return all.filter(Files::isRegularFile).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("found")
    void doesNotFallTwiceForTheSameInput(Path input) throws Exception {
        String label = input.getParent().getFileName().toString();
        FuzzTarget target = targets().stream()
                .filter(candidate -> candidate.label().equals(label))
                .findFirst()
                .orElseThrow();
        byte[] bytes = Files.readAllBytes(input);
        Assertions.assertTimeout(LONGEST, () -> Fuzzing.accepts(target, bytes));
    }
}
