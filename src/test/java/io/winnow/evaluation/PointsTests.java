package io.winnow.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.winnow.dataset.SourcePositions;
import io.winnow.evaluation.Points.Choice;
import io.winnow.platform.Fraction;
import io.winnow.scoring.Keeps;
import io.winnow.scoring.ScoreSet;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PointsTests {

    private static final Choice TOP = new Choice("top", Map.of());
    private static final Choice CALIBRATED = new Choice("calibrated", Map.of("alpha", "0.2"));
    private static final ScoreSet SET = set("el2n");

    @Test
    void hasAllSamplesOnceAndRandomOnesAtEachRatioUnasked() {
        List<Point> points = Points.of(List.of(SET), List.of(TOP), ratios("0.5", "0.1", "1"), 1_000);
        assertThat(points)
                .extracting(point -> point.policy() + " " + point.ratio() + " " + point.size())
                .containsExactly("full 1 1000", "random 0.1 100", "random 0.5 500", "top 0.1 100", "top 0.5 500");
    }

    @Test
    void makesOnePointOfWhatIsTheSame() {
        List<Choice> policies = List.of(TOP, new Choice("random", Map.of()), TOP, CALIBRATED);
        List<Point> points = Points.of(List.of(SET, set("grand")), policies, ratios("0.3", "0.30", "1"), 100);
        assertThat(points).doesNotHaveDuplicates().hasSize(2 + 2 * 2);
        assertThat(points).filteredOn(point -> point.policy().equals("random")).hasSize(1);
    }

    @Test
    void takesARatioThatKeepsAllForAll() {
        assertThat(Points.of(List.of(SET), List.of(TOP), ratios("0.99"), 10)).hasSize(1);
    }

    @Test
    void givesEachTrainingASeedOfItsOwnThatOtherPointsDontChange() {
        List<Point> few = Points.of(List.of(SET), List.of(TOP), ratios("0.3"), 100);
        List<Point> many = Points.of(List.of(set("el2n")), List.of(TOP, CALIBRATED), ratios("0.3", "0.5"), 100);
        Set<Long> seeds = new HashSet<>();
        for (Point point : many) {
            for (int repetition = 0; repetition < 3; repetition++) {
                seeds.add(PointSeeds.training(42, point, repetition));
            }
        }
        assertThat(seeds).hasSize(many.size() * 3);
        for (Point point : few) {
            assertThat(seeds).contains(PointSeeds.training(42, point, 2));
            assertThat(seeds).doesNotContain(PointSeeds.training(43, point, 2));
        }
        assertThat(PointSeeds.subset(42, 0)).isNotEqualTo(PointSeeds.subset(42, 1));
    }

    @Test
    void staysWithItsSeedsFromReleaseToRelease() {
        Point full = Points.of(List.of(SET), List.of(TOP), ratios("1"), 100).get(0);
        assertThat(full.key()).isEqualTo("0|full|{}|1");
        Point calibrated = Points.of(List.of(SET), List.of(CALIBRATED), ratios("0.50"), 100)
                .get(2);
        assertThat(calibrated.key()).isEqualTo("0|calibrated|{alpha=0.2}|0.5");
    }

    private static List<Fraction> ratios(String... texts) {
        return Arrays.stream(texts).map(text -> Fraction.parse(text, "ratios")).toList();
    }

    private static ScoreSet set(String method) {
        return new ScoreSet(
                UUID.randomUUID(),
                null,
                null,
                null,
                null,
                method,
                1,
                1,
                Keeps.HIGHEST,
                100,
                2,
                0,
                1,
                0.5,
                0.1,
                new ScoreSet.Histogram(new double[] {0, 1}, new long[] {100}),
                null,
                Map.of(),
                List.of(),
                Instant.EPOCH,
                SourcePositions.ALL);
    }
}
