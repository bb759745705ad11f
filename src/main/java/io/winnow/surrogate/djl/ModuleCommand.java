package io.winnow.surrogate.djl;

/**
 * What a process asks of the one that runs a module. A command is its ordinal as a byte and its arguments; the answer a
 * byte, 0 and the result or 1 and a message. Arrays are their length and their big-endian values.
 */
enum ModuleCommand {
    /** Shape of the input (3 ints), ordinal of its element, means, standard deviations. */
    INPUT,
    /** A seed. */
    SEED,
    /** Batch; gives logits. */
    EVALUATE,
    /** Batch; gives logits. */
    FORWARD,
    /** ∂loss/∂logits, learning rate, momentum, whether Nesterov's, weight decay. */
    STEP,
    /** Gives whether all weights are finite. */
    IS_FINITE,
    /** Number of a direction or −1, batch; gives logits, squared norms and dots in one array. */
    GRADIENTS,
    BEGIN_SUM,
    /** Batch. */
    ADD_TO_SUM,
    /** Gives the sum, float64. */
    END_SUM,
    /** Values; gives the number of a direction. */
    KEEP_DIRECTION,
    /** Number of a direction; gives its values. */
    READ_DIRECTION,
    /** Number of a direction. */
    FREE_DIRECTION,
    READ_PARAMETERS,
    WRITE_PARAMETERS,
    READ_BUFFERS,
    WRITE_BUFFERS,
    READ_VELOCITY,
    WRITE_VELOCITY,
    /** Gives the most memory, in bytes, that the process had in use since it was ready for the module. */
    PEAK_MEMORY
}
