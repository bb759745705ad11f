package io.winnow.dynamics;

import io.winnow.dynamics.DynamicsReport.GroupPoint;
import io.winnow.platform.InvalidRequestException;
import io.winnow.platform.InvalidRequestException.Collector;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which numbers of a study are drawn or listed.
 *
 * @param kind {@code barrier} against t, {@code path} against α, or {@code velocity} against t
 * @param measure {@code error} or {@code loss}
 * @param epoch t of a path; null for the others, and for all paths
 */
public record DynamicsFigure(
        String kind, String measure, @Nullable Integer epoch) {

    public static final String BARRIER = "barrier";
    public static final String PATH = "path";
    public static final String VELOCITY = "velocity";

    private static final String ERROR = "error";
    private static final String LOSS = "loss";

    /**
     * @param kind null for the study's own: the barrier or the velocity
     * @param measure null for the error
     * @param epoch null for the first that was studied, or for all where a list is wanted
     * @throws InvalidRequestException naming what the study does not have
     */
    public static DynamicsFigure of(
            DynamicsRequest request, @Nullable String kind, @Nullable String measure, @Nullable Integer epoch) {
        List<String> kinds = request.connects() ? List.of(BARRIER, PATH) : List.of(VELOCITY);
        String chosen = kind == null ? kinds.get(0) : kind;
        new Collector()
                .require(
                        kinds.contains(chosen),
                        "figure",
                        "must be %s for a study of %s".formatted(String.join(" or ", kinds), request.study()))
                .require(
                        measure == null
                                || request.connects() && List.of(ERROR, LOSS).contains(measure),
                        "measure",
                        request.connects() ? "must be error or loss" : "goes with the figures barrier and path")
                .require(
                        epoch == null || chosen.equals(PATH) && request.at().contains(epoch),
                        "epoch",
                        "goes with the figure path, and must be one of the epochs studied: " + request.at())
                .throwIfAny();
        return new DynamicsFigure(chosen, measure == null ? ERROR : measure, epoch);
    }

    /** The number of a point; of a path there is none. */
    OverRuns of(GroupPoint point) {
        if (kind.equals(VELOCITY)) {
            return Objects.requireNonNull(point.velocity());
        }
        return Objects.requireNonNull(isLoss() ? point.lossBarrier() : point.errorBarrier());
    }

    CurveOverRuns curveOf(GroupPoint point) {
        return Objects.requireNonNull(isLoss() ? point.loss() : point.error());
    }

    boolean isPath() {
        return kind.equals(PATH);
    }

    boolean isVelocity() {
        return kind.equals(VELOCITY);
    }

    boolean isLoss() {
        return measure.equals(LOSS);
    }
}
