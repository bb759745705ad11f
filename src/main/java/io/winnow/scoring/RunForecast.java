package io.winnow.scoring;

/** Foresees what a run costs from what its passes cost. */
public interface RunForecast {

    /** @param request of whose samples only the numbers are asked */
    Forecast of(RunRequest request, PassCosts costs);

    /**
     * In the unit of the costs.
     *
     * @param training all optimizer steps
     * @param scoring all other passes, the accuracy on the test split included
     */
    record Forecast(double training, double scoring) {}
}
