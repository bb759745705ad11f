package io.winnow.job;

import io.winnow.dataset.ReadyDataset;
import io.winnow.job.RunLedger.Claim;
import io.winnow.model.RegisteredModel;
import java.util.UUID;

/** A run that a worker has claimed. */
public final class JobRun {

    private final Claim claim;
    private final String device;
    private final ReadyDataset dataset;

    JobRun(Claim claim, String device, ReadyDataset dataset) {
        this.claim = claim;
        this.device = device;
        this.dataset = dataset;
    }

    Claim claim() {
        return claim;
    }

    public UUID job() {
        return claim.run().job();
    }

    /** From 0. */
    public int number() {
        return claim.run().number();
    }

    /** It was found intact before the run was begun. */
    public ReadyDataset dataset() {
        return dataset;
    }

    public RegisteredModel model() {
        return claim.job().model();
    }

    /** The device to do it on, by name: what the request's {@code auto} is here. It may have left the engine's list meanwhile. */
    public String device() {
        return device;
    }

    /** The request as its kind stored it. */
    public <T> T request(Class<T> type) {
        return claim.job().request(type);
    }

    @Override
    public String toString() {
        return claim.run().toString();
    }
}
