package io.winnow.scoring.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.winnow.scoring.Agreement;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import io.winnow.scoring.ScoreSet.Overlap;
import io.winnow.scoring.ScoreSet.Reliability;
import io.winnow.scoring.ScoreStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReliabilitiesTests {

    private static final int SIZE = 3 * ScoreStore.CHUNK + 321;

    @TempDir
    Path directory;

    @Test
    void agreesInPiecesAsItDoesAtOnce() {
        Random random = new Random(1);
        float[] common = scores(i -> (float) random.nextGaussian());
        holds(
                scores(i -> common[i] + (float) random.nextGaussian()),
                scores(i -> common[i] + (float) random.nextGaussian()));
    }

    @Test
    void letsEqualScoresShareTheirRankWhetherTheyFillARangeOrNot() {
        Random random = new Random(2);
        holds(scores(i -> random.nextInt(3) == 0 ? random.nextInt(40) : 7f), scores(i ->
                (float) random.nextInt(3 * SIZE / 4)));
    }

    @Test
    void knowsNoAgreementWithScoresThatAreAllEqual() {
        Random random = new Random(3);
        float[] constant = scores(i -> i % 2 == 0 ? 0f : -0f);
        Reliability found = inPieces(constant, scores(i -> random.nextFloat()), Keeps.HIGHEST, 2);
        assertThat(found.splitHalfSpearman()).isNull();
        assertThat(found.spearmanBrown()).isNull();
        holds(constant, scores(i -> random.nextFloat()));
    }

    /** Two samples: the closed form. */
    @Test
    void tellsOfTwoSamplesWhetherTheyStandTheOtherWayRound() {
        assertThat(inPieces(new float[] {1, 2}, new float[] {3, 4}, Keeps.HIGHEST, 2))
                .isEqualTo(new Reliability(1.0, 1.0, Arrays.asList(all(0.1, 1), all(0.3, 1), all(0.5, 1))));
        assertThat(inPieces(new float[] {1, 2}, new float[] {4, 3}, Keeps.HIGHEST, 2))
                .isEqualTo(new Reliability(-1.0, null, Arrays.asList(all(0.1, 0), all(0.3, 0), all(0.5, 0))));
    }

    @Test
    void leavesNoFileBehindAlsoWhenItIsStoppedAtAnyReading() throws IOException {
        AtomicInteger readings = new AtomicInteger();
        agree(readings::incrementAndGet);
        // Each half is cut into four ranges at least, each of which is gathered, and read twice.
        assertThat(readings.get()).isGreaterThanOrEqualTo(2 * (1 + 4 + 2));
        for (int last = 0; last < readings.get(); last++) {
            AtomicInteger left = new AtomicInteger(last);
            assertThat(catchThrowable(() -> agree(() -> {
                        if (left.getAndDecrement() == 0) {
                            throw new IllegalStateException("stopped");
                        }
                    })))
                    .hasMessage("stopped");
        }
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
        assertThat(openFiles()).as("deleted, but open").isEmpty();
    }

    /** Of this process, in the directory; none where the system does not tell. */
    private List<String> openFiles() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return List.of();
        }
        List<String> open = new ArrayList<>();
        try (var all = Files.list(descriptors)) {
            for (Path descriptor : all.toList()) {
                try {
                    open.add(Files.readSymbolicLink(descriptor).toString());
                } catch (NoSuchFileException e) {
                    continue;
                }
            }
        }
        return open.stream()
                .filter(file -> file.startsWith(directory.toString()))
                .toList();
    }

    private void agree(Runnable step) {
        try (IntSpool keys = TestKeys.of(scores(i -> (float) i), Keeps.HIGHEST, directory, 2, step)) {
            Reliabilities.of(keys, keys, ScoreStore.CHUNK, directory);
        }
    }

    /** With room for a quarter of the samples, from the heap and from files, against the same in the heap at once. */
    private void holds(float[] even, float[] odd) {
        Double spearman = Agreement.spearman(even, odd);
        for (Keeps keeps : Keeps.values()) {
            int[] rankingEven = Ranking.of(even, keeps);
            int[] rankingOdd = Ranking.of(odd, keeps);
            for (int heldChunks : new int[] {0, 2, 100}) {
                Reliability found = inPieces(even, odd, keeps, heldChunks);
                assertThat(found.splitHalfSpearman()).isEqualTo(spearman);
                assertThat(found.overlap()).extracting(Overlap::ratio).containsExactly(0.1, 0.3, 0.5);
                for (Overlap overlap : found.overlap()) {
                    int kept = (int) Math.round(overlap.ratio() * SIZE);
                    assertThat(overlap.share()).isEqualTo(Agreement.overlap(rankingEven, rankingOdd, kept));
                }
            }
        }
    }

    private Reliability inPieces(float[] even, float[] odd, Keeps keeps, int heldChunks) {
        try (IntSpool keysOfEven = TestKeys.of(even, keeps, directory, heldChunks);
                IntSpool keysOfOdd = TestKeys.of(odd, keeps, directory, heldChunks)) {
            return Reliabilities.of(keysOfEven, keysOfOdd, ScoreStore.CHUNK, directory);
        }
    }

    private static float[] scores(IntFunction<Float> score) {
        float[] scores = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            scores[i] = score.apply(i);
        }
        return scores;
    }

    private static Overlap all(double ratio, double share) {
        return new Overlap(ratio, share);
    }
}
