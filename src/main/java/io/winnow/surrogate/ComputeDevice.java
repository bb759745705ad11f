package io.winnow.surrogate;

/**
 * A device that networks run on.
 *
 * @param name {@code cpu}, {@code cuda:0}, …
 * @param description what it is, for people
 * @param memoryBytes its memory
 */
public record ComputeDevice(String name, String description, long memoryBytes) {}
