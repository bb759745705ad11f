package io.winnow.dynamics;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.winnow.dynamics.KernelVelocity.Measured;
import io.winnow.dynamics.ModeConnectivity.Fork;
import io.winnow.dynamics.StudyFound.GroupHead;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the runs of a study show, as far as they are done. Errors are fractions in [0, 1], losses in nats.
 *
 * @param series one for each group, all samples last; empty before a run is done
 */
public record DynamicsReport(List<GroupSeries> series) {

    /**
     * A group of samples through the training.
     *
     * @param kind {@code score}, {@code subset}, {@code all}, or {@code random}: all samples, of which some are drawn
     * @param size samples of the group
     * @param samples those of them that kernels are of; null in a study without
     * @param points by epoch
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record GroupSeries(
            String name, String kind, int size, @Nullable Integer samples, List<GroupPoint> points) {}

    /**
     * A group at a time: of mode connectivity the barriers and the curves, of kernels the velocity and the spectrum.
     *
     * @param epoch t
     * @param errorBarrier between children that part after t epochs
     * @param lossBarrier the same of the loss
     * @param error along the path between them
     * @param loss the same
     * @param velocity of the kernel from t to t + 1
     * @param spectrum of the kernel at t
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record GroupPoint(
            int epoch,
            @Nullable OverRuns errorBarrier,
            @Nullable OverRuns lossBarrier,
            @Nullable CurveOverRuns error,
            @Nullable CurveOverRuns loss,
            @Nullable OverRuns velocity,
            @Nullable SpectrumOverRuns spectrum) {}

    /** See {@link KernelSpectrum}. */
    public record SpectrumOverRuns(
            OverRuns trace,
            OverRuns norm,
            OverRuns effectiveRank,
            OverRuns directionsOf90Percent,
            CurveOverRuns largest) {}

    /** @param runs what is done, by number of the run */
    static DynamicsReport of(DynamicsRequest request, Map<Integer, StudyFound> runs) {
        List<StudyFound> done = List.copyOf(new TreeMap<>(runs).values());
        if (done.isEmpty()) {
            return new DynamicsReport(List.of());
        }
        List<GroupHead> groups = done.get(0).groups();
        List<GroupSeries> series = new ArrayList<>();
        for (int g = 0; g < groups.size(); g++) {
            int group = g;
            GroupHead head = groups.get(g);
            series.add(new GroupSeries(
                    head.name(),
                    head.kind(),
                    head.size(),
                    head.samples(),
                    request.at().stream()
                            .map(epoch ->
                                    request.connects() ? connected(epoch, group, done) : measured(epoch, group, done))
                            .toList()));
        }
        return new DynamicsReport(series);
    }

    private static GroupPoint connected(int epoch, int group, List<StudyFound> runs) {
        List<Fork> forks = runs.stream()
                .map(run -> Objects.requireNonNull(run.forks()).stream()
                        .filter(fork -> fork.epoch() == epoch)
                        .findFirst()
                        .orElseThrow())
                .toList();
        return new GroupPoint(
                epoch,
                OverRuns.of(forks, fork -> LinearPath.barrier(fork.errors()[group])),
                OverRuns.of(forks, fork -> LinearPath.barrier(fork.losses()[group])),
                CurveOverRuns.of(forks, fork -> fork.errors()[group]),
                CurveOverRuns.of(forks, fork -> fork.losses()[group]),
                null,
                null);
    }

    private static GroupPoint measured(int epoch, int group, List<StudyFound> runs) {
        List<Measured> kernels = runs.stream()
                .map(run -> Objects.requireNonNull(run.kernels()).stream()
                        .filter(kernel -> kernel.epoch() == epoch && kernel.group() == group)
                        .findFirst()
                        .orElseThrow())
                .toList();
        List<KernelSpectrum> spectra = kernels.stream().map(Measured::spectrum).toList();
        Function<KernelSpectrum, @Nullable Double> directions = spectrum -> (double) spectrum.directionsOf90Percent();
        return new GroupPoint(
                epoch,
                null,
                null,
                null,
                null,
                OverRuns.of(kernels, Measured::velocity),
                new SpectrumOverRuns(
                        OverRuns.of(spectra, KernelSpectrum::trace),
                        OverRuns.of(spectra, KernelSpectrum::norm),
                        OverRuns.of(spectra, KernelSpectrum::effectiveRank),
                        OverRuns.of(spectra, directions),
                        CurveOverRuns.of(spectra, KernelSpectrum::largest)));
    }
}
