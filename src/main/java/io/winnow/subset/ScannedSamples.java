package io.winnow.subset;

import io.winnow.scoring.Keeps;
import io.winnow.scoring.Ranking;
import io.winnow.scoring.ScoreSet;
import io.winnow.scoring.ScoreStore;
import io.winnow.scoring.ScoreStore.Placed;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A list that is never in memory: whether a sample is kept follows from its score and index alone, so one pass over the
 * stored scores gives the list by rising index. Without labels, which would have to be read whole.
 */
final class ScannedSamples implements KeptSamples {

    private final ScoreStore scores;
    private final ScoreSet set;
    private final int size;
    private final Rule rule;

    private ScannedSamples(ScoreStore scores, ScoreSet set, int size, Rule rule) {
        this.scores = scores;
        this.set = set;
        this.size = size;
        this.rule = rule;
    }

    private interface Rule {
        boolean keeps(int index, float score);
    }

    /** The samples at the places from … to−1 of the order by importance. */
    static ScannedSamples places(ScoreStore scores, ScoreSet set, int from, int to) {
        Keeps keeps = set.keeps();
        long last = place(scores.placed(set.id(), to - 1), keeps);
        long first = from == 0 ? Long.MIN_VALUE : place(scores.placed(set.id(), from), keeps);
        return new ScannedSamples(scores, set, to - from, (index, score) -> {
            long place = place(index, score, keeps);
            return place >= first && place <= last;
        });
    }

    /** The samples of the k smallest random keys. */
    static ScannedSamples random(ScoreStore scores, ScoreSet set, RandomKeys keys, int k) {
        long last = SmallestKeys.threshold(set.size(), keys::at, k).key();
        return new ScannedSamples(scores, set, k, (index, score) -> Long.compareUnsigned(keys.at(index), last) <= 0);
    }

    private static long place(Placed placed, Keeps keeps) {
        return place(placed.sample(), placed.score(), keeps);
    }

    /** A number that grows along the order by importance, ties by index. */
    private static long place(int index, float score, Keeps keeps) {
        return ((long) Ranking.key(score, keeps) << Integer.SIZE | index) ^ Long.MIN_VALUE;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean weighted() {
        return false;
    }

    @Override
    public boolean labelled() {
        return false;
    }

    @Override
    public void scan(Reader reader) throws IOException {
        Chunk chunk = new Chunk();
        scores.readScores(set.id(), 0, (first, some) -> {
            int start = Math.toIntExact(first);
            for (int i = 0; i < some.length; i++) {
                if (rule.keeps(start + i, some[i])) {
                    chunk.add(start + i, some[i]);
                    if (chunk.isFull()) {
                        reader.chunk(chunk);
                        chunk.count = 0;
                    }
                }
            }
        });
        if (chunk.count > 0) {
            reader.chunk(chunk);
        }
    }

    /** The checksum of the list, by a pass of its own. */
    String checksum() {
        IndexChecksum checksum = new IndexChecksum();
        try {
            scan(chunk -> {
                for (int row = 0; row < chunk.count; row++) {
                    checksum.add(chunk.indices[row]);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return checksum.value();
    }
}
