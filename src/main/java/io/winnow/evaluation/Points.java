package io.winnow.evaluation;

import io.winnow.platform.Fraction;
import io.winnow.scoring.ScoreSet;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The points of an evaluation: all samples once, random ones at each ratio, then every score set with every policy at every
 * ratio below one. All kept is all kept, whatever chose it, and random samples are the same whatever the scores.
 */
final class Points {

    private Points() {}

    /** A policy as the request names it. */
    record Choice(String policy, Map<String, String> parameters) {}

    static List<Point> of(List<ScoreSet> scoreSets, List<Choice> policies, List<Fraction> ratios, int samples) {
        Set<Point> points = new LinkedHashSet<>();
        points.add(new Point(null, null, 0, Point.FULL, Map.of(), Fraction.ONE.value(), samples));
        List<Fraction> below = ratios.stream()
                .filter(ratio -> ratio.kept(samples) < samples)
                .sorted()
                .distinct()
                .toList();
        for (Fraction ratio : below) {
            points.add(new Point(null, null, 0, Point.RANDOM, Map.of(), ratio.value(), ratio.kept(samples)));
        }
        for (int place = 0; place < scoreSets.size(); place++) {
            for (Choice choice : policies) {
                if (choice.policy().equals(Point.RANDOM)) {
                    continue;
                }
                ScoreSet set = scoreSets.get(place);
                for (Fraction ratio : below) {
                    points.add(new Point(
                            set.id(),
                            set.method(),
                            place,
                            choice.policy(),
                            choice.parameters(),
                            ratio.value(),
                            ratio.kept(samples)));
                }
            }
        }
        return new ArrayList<>(points);
    }
}
