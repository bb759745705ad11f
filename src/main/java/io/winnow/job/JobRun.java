package io.winnow.job;

import io.winnow.job.RunLedger.Claim;
import io.winnow.model.RegisteredModel;
import java.util.UUID;

/** A run that a worker has claimed. */
public final class JobRun {

    private final Claim claim;
    private final String device;

    JobRun(Claim claim, String device) {
        this.claim = claim;
        this.device = device;
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

    public UUID datasetId() {
        return claim.job().datasetId();
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
