package io.winnow.scoring;

/**
 * What a fold may know of its run.
 *
 * @param samples N
 * @param classes C
 * @param epochs epochs of the training
 * @param totalSteps optimizer steps T of the whole schedule
 * @param seed the run's seed
 * @param options the job's options for methods
 */
public record RunContext(int samples, int classes, int epochs, long totalSteps, long seed, MethodOptions options) {}
